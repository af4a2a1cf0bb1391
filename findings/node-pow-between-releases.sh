#!/usr/bin/env bash
# Node: Math.pow gives other bits in Node 20 than in Node 24, where exp, log, tanh and sin give the same.
#
# A simulation that is to be repeated to the last bit on another machine cannot have powers from the runtime. Here each function is
# called for the same 100,000 arguments in both, and what comes out is compared.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > try.cjs <<'JS'
const { createHash } = require("node:crypto");
const functions = {
  pow: (x) => Math.pow(x, (x * 37) % 11), exp: Math.exp, log: Math.log, tanh: Math.tanh, sin: Math.sin,
};
for (const [name, f] of Object.entries(functions)) {
  const values = Float64Array.from({ length: 100_000 }, (_, index) => f((index + 1) / 1000));
  console.log(name, createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex").slice(0, 12));
}
console.log("10 to the -5th:", Math.pow(10, Number("-5")));
JS
for version in 20.19.5 24.11.1; do
  mkdir "$version"
  (cd "$version" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund "node@$version" >/dev/null)
  echo "Node $version"
  "$version/node_modules/.bin/node" try.cjs | tee "$version/seen"
done
same() { [ "$(grep "^$1 " 20.19.5/seen)" = "$(grep "^$1 " 24.11.1/seen)" ]; }
if same pow; then echo "changed: powers have the same bits now"; exit 1; fi
for name in exp log tanh sin; do
  same "$name" || { echo "changed: $name has other bits, too"; exit 1; }
done
