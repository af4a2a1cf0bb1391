/** Words that begin declarations are no names, and `part` as a name would confuse readers. */
const reserved = ["import", "diagram", "landscape", "verify", "part"];

/** Alphabets whose letters are used as names, in order. */
const alphabets = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβγδεζηθικλμνξοπρστυφχψω"];

/**
 * A name for one more node, in the style of the others: the next number behind the word that most of them
 * share, or the next letter of their alphabet.
 * @param names those of the nodes, the root last.
 * @param taken further names that would confuse.
 */
export function freshName(names: readonly string[], taken: Iterable<string>): string {
  const used = new Set([...names, ...taken, ...reserved]);
  // The root often has a name of its own, such as `test`.
  const others = names.length > 1 ? names.slice(0, -1) : names;
  const numbered = numberedStyle(others);
  if (numbered) {
    return firstFree((index) => `${numbered.word}${numbered.next + index}`, used);
  }
  const alphabet = alphabets
    .map((letters) => ({ letters, count: others.filter((name) => isLetterOf(letters, name)).length }))
    .sort((one, other) => other.count - one.count)[0]!;
  if (names.length === 1 || 2 * alphabet.count >= others.length) {
    const { letters } = alphabet;
    const first = [...letters].findIndex((letter) => others.includes(letter));
    const behind = [...letters.slice(first + 1), ...letters];
    return (
      behind.find((letter) => !used.has(letter)) ?? firstFree((index) => `${letters[0]}${index + 1}`, used)
    );
  }
  return firstFree((index) => (index === 0 ? "node" : `node${index + 1}`), used);
}

/** The word before the numbers that half of the names or more share, and the number after the largest. */
function numberedStyle(names: readonly string[]): { word: string; next: number } | undefined {
  const counts = new Map<string, { count: number; largest: number }>();
  for (const name of names) {
    const match = /^(.*?)(0|[1-9]\d{0,8})$/u.exec(name);
    if (match && match[1] !== "") {
      const { count, largest } = counts.get(match[1]!) ?? { count: 0, largest: -1 };
      counts.set(match[1]!, { count: count + 1, largest: Math.max(largest, Number(match[2])) });
    }
  }
  const [most] = [...counts].sort(([, one], [, other]) => other.count - one.count);
  return most && 2 * most[1].count >= names.length ? { word: most[0], next: most[1].largest + 1 } : undefined;
}

function isLetterOf(letters: string, name: string): boolean {
  return name.length === 1 && letters.includes(name);
}

function firstFree(nameOf: (index: number) => string, used: ReadonlySet<string>): string {
  for (let index = 0; ; index++) {
    const name = nameOf(index);
    if (!used.has(name)) {
      return name;
    }
  }
}
