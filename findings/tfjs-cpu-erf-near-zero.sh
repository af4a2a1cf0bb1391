#!/usr/bin/env bash
# TensorFlow.js: erf(-1e-9) is -2.1e-9 in the cpu back end, nearly twice what it is.
#
# Its formula (Abramowitz and Stegun 7.1.26, which Handbooks give for its absolute error of 1.5e-7) has no digit that is right near 0, where erf is a straight line of slope 2/sqrt(pi).
# The wasm back end has it right.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null

cat > try.mjs <<'JS'
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { createRequire } from "node:module";
import { dirname } from "node:path";
console.warn = () => undefined;
const found = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm");
setWasmPaths(`${dirname(found)}/`);
for (const backend of ["cpu", "wasm"]) {
  await tf.setBackend(backend);
  await tf.ready();
  const [value] = await tf.erf(tf.tensor1d([-1e-9])).data();
  console.log(`${backend}: erf(-1e-9) = ${value.toPrecision(4)}`);
}
JS
echo "@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "cpu: erf(-1e-9) = -2.128e-9" <<<"$seen" || { echo "changed: cpu gives another number"; exit 1; }
grep -qx -- "wasm: erf(-1e-9) = -1.128e-9" <<<"$seen" || { echo "changed: wasm gives another number"; exit 1; }
