#!/usr/bin/env bash
# TensorFlow.js: the gradient of mirrorPad leaves out what was mirrored.
#
# Entries that stand in the padding too count twice or thrice in the sum, but only once in its gradient.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0 >/dev/null

cat > try.mjs <<'JS'
import * as tf from "@tensorflow/tfjs";
console.warn = () => undefined;
await tf.setBackend("cpu");
const show = (name, numbers) => console.log(`${name}: ${Array.from(numbers, (one) => one.toFixed(2)).join(" ")}`);
/** By how much f rises with each entry of x. */
function differences(f, x) {
  const at = x.dataSync();
  const value = (index, step) => {
    const moved = Float32Array.from(at);
    moved[index] += step;
    return f(tf.tensor(moved, x.shape)).dataSync()[0];
  };
  return Array.from(at, (_, index) => (value(index, 0.5) - value(index, -0.5)) / 1);
}
const x = tf.tensor1d([1, 2, 3]);
const f = (row) => tf.sum(tf.square(tf.mirrorPad(row, [[1, 1]], "reflect")));
show("gradient", tf.grad(f)(x).dataSync());
show("differences", differences(f, x));
JS
echo "@tensorflow/tfjs@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "gradient: 2.00 4.00 6.00" <<<"$seen" || { echo "changed: the gradient is another one"; exit 1; }
grep -qx -- "differences: 2.00 12.00 6.00" <<<"$seen" || { echo "changed: the function is another one"; exit 1; }
