#!/usr/bin/env bash
# mathjs: the derivative of a product in which one node object stands twice is wrong.
#
# A tree built by hand may hold the same node in several places (a common subexpression). `derivative` tells the factors
# of a product apart by the identity of their nodes, so that of x·x, built of one SymbolNode, it gives 2·(1·1) = 2 or the
# like instead of 2x. The same tree with two SymbolNodes is differentiated rightly.
set -euo pipefail

version=15.2.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "mathjs@$version" >/dev/null

cat > try.mjs <<'JS'
import { derivative, OperatorNode, SymbolNode } from "mathjs";
const x = new SymbolNode("x");
const shared = new OperatorNode("*", "multiply", [x, x]);
const apart = new OperatorNode("*", "multiply", [new SymbolNode("x"), new SymbolNode("x")]);
for (const [name, tree] of [["one node twice", shared], ["two nodes", apart]]) {
  const slope = derivative(tree, "x", { simplify: false });
  console.log(`${name}: d/dx ${tree} = ${slope}, at x = 3: ${slope.evaluate({ x: 3 })}`);
}
JS
echo "mathjs $version"
seen=$(node try.mjs)
echo "$seen"
grep -q "two nodes: .* at x = 3: 6$" <<<"$seen" || { echo "changed: two nodes are no longer differentiated to 6"; exit 1; }
if grep -q "one node twice: .* at x = 3: 6$" <<<"$seen"; then
  echo "changed: a shared node is differentiated rightly now"
  exit 1
fi
