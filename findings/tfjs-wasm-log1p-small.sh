#!/usr/bin/env bash
# TensorFlow.js: log1p of small numbers is log(1 + x) in the WebAssembly back end, which is 0 for x = 1e-10.
#
# log1p is there so that small numbers keep their digits. The cpu back end keeps them; the wasm one adds 1 in single precision first, so that everything below 6e-8 is 0
# and 1e-5 has three digits.
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
  const [tiny, small] = await tf.log1p(tf.tensor1d([1e-10, 1e-5])).data();
  console.log(`${backend}: log1p(1e-10) = ${tiny.toPrecision(4)}, log1p(1e-5) = ${small.toPrecision(4)}`);
}
JS
echo "@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "cpu: log1p(1e-10) = 1.000e-10, log1p(1e-5) = 0.00001000" <<<"$seen" || { echo "changed: cpu gives other numbers"; exit 1; }
grep -qx -- "wasm: log1p(1e-10) = 0.000, log1p(1e-5) = 0.00001001" <<<"$seen" || { echo "changed: wasm gives other numbers"; exit 1; }
