#!/usr/bin/env bash
# mathjs: the derivative of cbrt(x) is a complex number for negative x, where cbrt is real.
#
# `cbrt(-8)` is -2. Its derivative is written as x^(-2/3)/3, and a power of a negative number is its principal value, which is complex:
# another branch than that of the function which was differentiated. The slope of the real root at -8 is 1/12.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mathjs@15.2.0 >/dev/null

cat > try.mjs <<'JS'
import { derivative, evaluate } from "mathjs";
const slope = derivative("cbrt(x)", "x");
console.log(`cbrt(-8) = ${evaluate("cbrt(-8)")}`);
console.log(`derivative: ${slope} = ${slope.evaluate({ x: -8 }).toString()} at x = -8`);
JS
echo "mathjs@15.2.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "cbrt(-8) = -2" <<<"$seen" || { echo "changed: cbrt is no longer the real root"; exit 1; }
grep -qx -- "derivative: .* = -0.0416[0-9]* - 0.0721[0-9]*i at x = -8" <<<"$seen" || { echo "changed: the derivative at -8 is another number now"; exit 1; }
