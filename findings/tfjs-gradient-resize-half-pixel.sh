#!/usr/bin/env bash
# TensorFlow.js: the gradient of resizeBilinear with halfPixelCenters is that of the function without.
#
# The function is linear, so that differences are its gradient, but for rounding.
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
const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
const weights = tf.range(0, 16).reshape([1, 4, 4, 1]);
const f = (image) => tf.sum(tf.mul(tf.image.resizeBilinear(image, [4, 4], false, true), weights));
show("gradient", tf.grad(f)(x).dataSync());
show("differences", differences(f, x));
JS
echo "@tensorflow/tfjs@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "gradient: 3.75 13.25 34.25 68.75" <<<"$seen" || { echo "changed: the gradient is another one"; exit 1; }
grep -qx -- "differences: 12.50 19.50 40.50 47.50" <<<"$seen" || { echo "changed: the function is another one"; exit 1; }
