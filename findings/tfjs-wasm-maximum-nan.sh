#!/usr/bin/env bash
# TensorFlow.js: maximum(1, NaN) is 1 in the WebAssembly back end and NaN in the cpu one.
#
# A descent that has diverged may so look finite again after the next rectifier.
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
  const [one, other] = await tf.maximum(tf.tensor1d([1, NaN]), tf.tensor1d([NaN, 1])).data();
  console.log(`${backend}: maximum(1, NaN) = ${one}, maximum(NaN, 1) = ${other}`);
}
JS
echo "@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "cpu: maximum(1, NaN) = NaN, maximum(NaN, 1) = NaN" <<<"$seen" || { echo "changed: cpu gives other numbers"; exit 1; }
grep -qx -- "wasm: maximum(1, NaN) = 1, maximum(NaN, 1) = .*" <<<"$seen" || { echo "changed: wasm gives other numbers"; exit 1; }
