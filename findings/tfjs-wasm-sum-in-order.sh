#!/usr/bin/env bash
# TensorFlow.js: the sum of a million times 0.1 is 100958 in the WebAssembly back end.
#
# Entries are added one after the other in single precision, so that errors grow with their number: 1 % here, and a mean of that many entries has
# the same error. The cpu back end adds in double precision.
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
  const [sum] = await tf.sum(tf.fill([1e6], 0.1)).data();
  const [mean] = await tf.mean(tf.fill([1e6], 0.1)).data();
  console.log(`${backend}: sum ${sum.toFixed(0)}, mean ${mean.toFixed(5)}`);
}
JS
echo "@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "cpu: sum 100000, mean 0.10000" <<<"$seen" || { echo "changed: cpu gives other numbers"; exit 1; }
grep -qx -- "wasm: sum 100958, mean 0.10096" <<<"$seen" || { echo "changed: wasm gives other numbers"; exit 1; }
