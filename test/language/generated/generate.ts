import { Random } from "./random.js";
import { soundFile } from "./sound.js";
import { besides, oddities, sources, words } from "./sources.js";

/** What a generated file is made of. */
export const kinds = ["soup", "damaged", "sound", "odd", "deep", "long"] as const;
export type Kind = (typeof kinds)[number];

export interface Generated {
  readonly kind: Kind;
  readonly text: string;
}

/** Of 40 files so many are of each kind: those that take longest to try are few. */
const shares: Readonly<Record<Kind, number>> = { soup: 13, damaged: 14, sound: 4, odd: 7, deep: 1, long: 1 };
const round = kinds.flatMap((kind) => new Array<Kind>(shares[kind]).fill(kind));

/** The file of a seed: the same whenever it is asked for. */
export function generatedFile(seed: number, kind: Kind = round[seed % round.length]!): Generated {
  const random = new Random(seed);
  return { kind, text: withLineEnds(random, makers[kind](random)) };
}

const makers: Readonly<Record<Kind, (random: Random) => string>> = {
  soup,
  damaged,
  sound: (random) => soundFile(random),
  odd: (random) => withOddities(random, random.chance(0.5) ? damaged(random) : soundFile(random)),
  deep,
  long,
};

/** Words of the grammar in any order, more often where they can stand. */
function soup(random: Random): string {
  const list = random.several(1, 20 + random.upTo(200), () =>
    random.chance(0.08) ? random.of(openings) : random.of(words),
  );
  return list.map((word) => word + random.of([" ", " ", " ", "\n", ""])).join("");
}

/** Beginnings behind which soup is read in the places where it is rare. */
const openings: readonly string[] = [
  "diagram d {",
  "diagram d = (",
  "landscape l { weights w = 0 data x ~",
  "landscape l { weights w =",
  "landscape l { data x, y from",
  "landscape l { weights w = 1 loss",
  "landscape l { let k =",
  "verify v { landscape l sgd(N = 2, E = 1, B = 1) eta = 0.1 observe test_loss predict",
  "verify v { landscape l gd(",
  "verify v { eta =",
  "verify v { observe displacement(",
  "verify v { observe covariance(u,",
  "verify v { sum =",
  "verify v { trials =",
  "import",
  "part {",
];

/** The words of a text, with the spaces before them. */
function tokensOf(text: string): string[] {
  return text.match(/\s*(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*|"[^"\n]*"|[\p{ID_Continue}.]+|->|\S)/gu) ?? [];
}

/** A file with words deleted, put in, exchanged or repeated, or cut off. */
export function damaged(random: Random): string {
  const tokens = tokensOf(random.chance(0.7) ? random.of(sources) : soundFile(random));
  const slips = 1 + random.upTo(8);
  for (let slip = 0; slip < slips && tokens.length > 0; slip++) {
    const at = random.below(tokens.length);
    const other = random.below(tokens.length);
    switch (random.below(7)) {
      case 0:
        tokens.splice(at, 1 + random.upTo(5));
        break;
      case 1:
        tokens.splice(at, 0, ` ${random.of(words)}`);
        break;
      case 2:
        tokens[at] = ` ${random.of(words)}`;
        break;
      case 3:
        [tokens[at], tokens[other]] = [tokens[other]!, tokens[at]!];
        break;
      case 4:
        tokens.splice(at, 0, ...tokens.slice(other, other + 1 + random.upTo(30)));
        break;
      case 5:
        tokens.splice(at, 0, ` ${random.of(openings)}`);
        break;
      default:
        tokens.length = at;
    }
  }
  const text = tokens.join("");
  return random.chance(0.1) ? text.slice(0, random.below(text.length + 1)) : text;
}

function withOddities(random: Random, text: string): string {
  let odd = text;
  for (const oddity of random.several(1, 6, () => random.of(oddities))) {
    const at = random.below(odd.length + 1);
    odd = odd.slice(0, at) + oddity + odd.slice(at + random.below(2));
  }
  return odd;
}

/** One thing within or behind another, many times. */
function deep(random: Random): string {
  const depth = 1 + random.upTo(3000);
  const within = (open: string, inner: string, close: string, times = depth): string =>
    open.repeat(times) + inner + close.repeat(times);
  const loss = (text: string): string =>
    `landscape l { weights w = 1 data x ~ normal(0, 1) loss ${text} }\n${random.of(sources)}`;
  const names = (count: number, name: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => name(index));
  return random.of<() => string>([
    () => loss(within("(", "w - x", ")")),
    () => loss(within("exp(", "w", ")", Math.min(depth, 70))),
    () => loss(within("-", "w", "")),
    () => loss(within("w^", "x", "")),
    () => loss(within("w - (", "x", ")", Math.min(depth, 60))),
    () => loss(within("w[", "0", "]")),
    () => loss(`w${"[0]".repeat(depth)}`),
    () => loss(within("w @ ", "x", "")),
    () => loss(within("sum(", "w", ")", Math.min(depth, 60))),
    () => loss(within("(", "w", "")),
    () => loss(within("", "w", ")")),
    () => within("{", "diagram d { a -> b }", "}"),
    () => within("diagram d {", "a -> b", "}"),
    () => within("part {", "a", "}"),
    () => within("verify v { landscape l {", "", "}"),
    () => within("train ", "diagram d { a -> b }", ""),
    () => `diagram d { ${names(depth, (index) => `n${index}`).join(" -> ")} }`,
    () => `diagram d { ${names(depth, (index) => `n${index}`).join(", ")} -> out }`,
    () => `diagram d { ${names(depth, (index) => `n${index} -> n${index + 1}`).join(" ")} }`,
    () =>
      `diagram d { ${names(depth, (index) => `n${index}`).join(", ")} -> out part {n0, n1} part S = {n2} }`,
    () =>
      `landscape l { weights w = 1 ${names(depth, (i) => `let k${i} = ${i === 0 ? "w" : `k${i - 1}*k${i - 1}`}`).join(" ")} loss k${depth - 1} }`,
    () =>
      `landscape l { weights w = 1 ${names(depth, (i) => `param k${i} = ${i === 0 ? "1" : `k${i - 1}`}`).join(" ")} loss k${depth - 1} * w }`,
    () => names(depth, () => random.of(["/*", "*/", "//", '"', "/**"])).join(random.of(["", " ", "\n"])),
  ])();
}

/** Much of one thing. */
function long(random: Random): string {
  const count = 1 + random.upTo(400);
  const times = (make: (index: number) => string, separator: string, most = count): string =>
    Array.from({ length: most }, (_, index) => make(index)).join(separator);
  return random.of<() => string>([
    () =>
      times(
        (index) => random.of(sources).replace(/(diagram|landscape|verify) (\w+)/g, `$1 $2_${index}`),
        "\n",
        Math.min(count, 12),
      ),
    () => times((index) => `diagram d${index} = (01-2)(02-12)`, "\n"),
    () => times((index) => `diagram d${index} { a -> ${"b".repeat(index)} }`, "\n", Math.min(count, 100)),
    () =>
      `landscape l { weights ${times((index) => `w${index} = ${index}`, ", ")} data x ~ normal(0, 1) loss ${times((index) => `w${index}`, " + ")} }`,
    () =>
      `landscape l { weights w = 1 data ${times((index) => `x${index} ~ normal(0, 1)`, ", ")} loss w * ${times((index) => `x${index}`, " * ")} }`,
    () =>
      `landscape l { weights w = 1 data x ~ discrete(${times((index) => `${index}: 1/${count}`, ", ")}) loss (w - x)^2 }`,
    () =>
      `landscape l { weights w = 1 loss ${times(() => random.of(["w", "2", "pi", "exp(w)"]), random.of([" + ", " * ", " - ", " / "]), count * 10)} }`,
    () =>
      `verify v { landscape l eta = ${times((index) => `${index + 1}/100`, ", ")} gd(N = 2, T = 2) observe test_loss predict ${times((index) => `d${index}`, " + ")} }`,
    () => times(() => random.of(words), " ", count * 5),
    () => `diagram ${"d".repeat(count * 50)} { ${"a".repeat(count * 50)} -> b }`,
    () => times((index) => `import "${index}.diag"`, "\n"),
    () => times(() => "verify v { landscape l }", "\n"),
    () =>
      `/** ${times(() => random.of(["*", "_", "[a](b)", "`", "<b>", "\n * ", "@param"]), "", count * 5)} */ diagram d { a -> b }`,
  ])();
}

/** In a third of all texts lines end otherwise than by a line feed, or in several ways. */
function withLineEnds(random: Random, text: string): string {
  const ends = random.of([["\n"], ["\n"], ["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]);
  return ends.length === 1 && ends[0] === "\n" ? text : text.replace(/\n/g, () => random.of(ends));
}

export { besides, Random };
