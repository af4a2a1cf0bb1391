#!/usr/bin/env bash
# mathjs: the derivative of acoth(x) has the wrong sign.
#
# acoth is atanh(1/x), so that its slope is 1/(1 - x^2), below 0 wherever acoth is real. `derivative` gives -(1/(1 - x^2)).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mathjs@15.2.0 >/dev/null

cat > try.mjs <<'JS'
import { derivative, evaluate } from "mathjs";
const slope = derivative("acoth(x)", "x");
const step = 1e-6;
const risen = (evaluate("acoth(x)", { x: 2 + step }) - evaluate("acoth(x)", { x: 2 - step })) / (2 * step);
console.log(`derivative: ${slope} = ${slope.evaluate({ x: 2 }).toFixed(4)} at x = 2`);
console.log(`differences of acoth itself: ${risen.toFixed(4)}`);
JS
echo "mathjs@15.2.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "derivative: .* = 0.3333 at x = 2" <<<"$seen" || { echo "changed: the derivative is no longer positive"; exit 1; }
grep -qx -- "differences of acoth itself: -0.3333" <<<"$seen" || { echo "changed: acoth itself is another function now"; exit 1; }
