#!/usr/bin/env bash
# TensorFlow.js: a gradient of a gradient is wrong, without a word, where a function's own gradient is made of its saved output.
#
# exp, tanh, sigmoid and softmax save what they gave, and the outer gradient takes that as a constant. Of exp alone there is an error; beside
# anything else that depends on x a part of the second derivative is missing. sin saves its argument, and is right.
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
const second = (f) => tf.grad((x) => tf.grad(f)(x))(tf.scalar(1)).dataSync()[0].toFixed(3);
console.log(`x exp(x) at 1: ${second((x) => tf.mul(x, tf.exp(x)))}, by hand 3e = ${(3 * Math.E).toFixed(3)}`);
console.log(`x sin(x) at 1: ${second((x) => tf.mul(x, tf.sin(x)))}, by hand 2 cos 1 - sin 1 = ${(2 * Math.cos(1) - Math.sin(1)).toFixed(3)}`);
JS
echo "@tensorflow/tfjs@4.22.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "x exp(x) at 1: 5.437, by hand 3e = 8.155" <<<"$seen" || { echo "changed: exp gives another number"; exit 1; }
grep -qx -- "x sin(x) at 1: 0.239, by hand 2 cos 1 - sin 1 = 0.239" <<<"$seen" || { echo "changed: sin gives another number"; exit 1; }
