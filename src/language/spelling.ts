/** The candidate nearest to a misspelt name, when it is near enough to be meant. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const farthest = name.length <= 2 ? 1 : name.length <= 5 ? 2 : 3;
  let nearest: string | undefined;
  let least = farthest + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= least) {
      continue;
    }
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    // A distance that replaces every letter says nothing.
    if (distance < least && distance < Math.max(name.length, candidate.length)) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** " did you mean `x`?", or nothing, to put behind a message. */
export function suggestion(name: string | undefined): string {
  return name === undefined ? "" : `; did you mean \`${name}\`?`;
}

/** Insertions, deletions, replacements and swaps of neighbours; at least `limit` when not less. */
function editDistance(from: string, to: string, limit: number): number {
  if (from.length > 60 || to.length > 60) {
    return limit;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
