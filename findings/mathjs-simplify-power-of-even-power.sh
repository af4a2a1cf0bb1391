#!/usr/bin/env bash
# mathjs: `simplify` turns (x^2)^(1/3) into x^(2/3), which is complex for negative x.
#
# The first is 4 at x = -8, a real number for every real x. The second is a principal value and is not. `derivative`, which simplifies by itself,
# hands the same on to slopes. sqrt(x^2) is left as it is.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mathjs@15.2.0 >/dev/null

cat > try.mjs <<'JS'
import { evaluate, simplify } from "mathjs";
const simple = simplify("(x^2)^(1/3)");
console.log(`before: ${evaluate("(x^2)^(1/3)", { x: -8 }).toFixed(6)}`);
console.log(`after, ${simple}: ${simple.evaluate({ x: -8 }).format(6)}`);
JS
echo "mathjs@15.2.0"
seen=$(node try.mjs)
echo "$seen"
grep -qx -- "before: 4.000000" <<<"$seen" || { echo "changed: the power itself is another number"; exit 1; }
grep -qx -- "after, x ^ (2 / 3): -2 + 3.4641i" <<<"$seen" || { echo "changed: it is simplified otherwise now"; exit 1; }
