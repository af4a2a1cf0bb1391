#!/usr/bin/env bash
# TensorFlow.js: the gradient of avgPool with padding "same" is wrong at the border.
#
# There windows have fewer entries, and the forward pass divides by as many as there are. The gradient divides by the whole window's.
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
const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
const f = (image) => tf.sum(tf.avgPool(image, 2, 1, "same"));
show("gradient", tf.grad(f)(x).dataSync());
show("differences", differences(f, x));
JS
echo "@tensorflow/tfjs@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "gradient: 0.25 0.50 0.50 0.50 1.00 1.00 0.50 1.00 1.00" <<<"$seen" || { echo "changed: the gradient is another one"; exit 1; }
grep -qx -- "differences: 0.25 0.50 0.75 0.50 1.00 1.50 0.75 1.50 2.25" <<<"$seen" || { echo "changed: the function is another one"; exit 1; }
