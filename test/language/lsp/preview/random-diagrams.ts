import fc from "fast-check";

/** A diagram as a plain table, which tests edit by themselves: nodes by name. */
export interface Model {
  /** The parent of each node; the root has none. */
  readonly parentOf: ReadonlyMap<string, string | undefined>;
  /** Nodes of one part share a label. */
  readonly labelOf: ReadonlyMap<string, string>;
}

export interface WrittenDiagram {
  readonly text: string;
  readonly model: Model;
  readonly train: boolean;
  readonly multiEpoch: boolean;
  readonly comments: readonly string[];
}

interface Choices {
  readonly parents: readonly number[];
  readonly labels: readonly number[];
  readonly dice: readonly number[];
  readonly train: boolean;
  readonly multiEpoch: boolean;
  readonly oneLine: boolean;
  readonly style: number;
}

const styles: readonly ((node: number) => string)[] = [
  (node) => String.fromCharCode(97 + node),
  (node) => `n${node}`,
  (node) => "αβγδεζηθικλμνξ"[node]!,
  (node) =>
    ["part", "left", "train", "weights", "loss", "up", "down", "to", "from", "x", "y", "z", "N"][node]!,
];

const choices: fc.Arbitrary<Choices> = fc.record({
  parents: fc.array(fc.nat(1000), { maxLength: 9 }),
  labels: fc.array(fc.nat(5), { minLength: 10, maxLength: 10 }),
  dice: fc.array(fc.nat(1000), { minLength: 120, maxLength: 120 }),
  train: fc.boolean(),
  multiEpoch: fc.boolean(),
  oneLine: fc.boolean(),
  style: fc.nat(styles.length - 1),
});

/** Diagrams as statements: chains and lists in any order, named parts and parts of one, comments anywhere. */
export const statements: fc.Arbitrary<WrittenDiagram> = choices.map((chosen) => {
  const { train, multiEpoch, oneLine } = chosen;
  let at = 0;
  const die = (sides: number) => chosen.dice[at++ % chosen.dice.length]! % sides;
  // Node 0 is the root; every other node's parent comes before it.
  const size = chosen.parents.length + 1;
  const names = Array.from({ length: size }, (_, node) => styles[chosen.style]!(node));
  const parents = [-1, ...chosen.parents.map((choice, index) => choice % (index + 1))];
  const written = new Set<number>();
  const edges: string[][] = [];
  for (const start of parents.keys()) {
    const parent = parents[start]!;
    if (parent < 0 || written.has(start)) {
      continue;
    }
    const siblings = parents.flatMap((one, node) => (one === parent && !written.has(node) ? [node] : []));
    const list = siblings.filter((node) => node === start || die(2) === 0);
    const words = list.flatMap((node, index) => (index > 0 ? [",", names[node]!] : [names[node]!]));
    for (const node of list) {
      written.add(node);
    }
    let end = parent;
    words.push("->", names[end]!);
    while (parents[end]! >= 0 && !written.has(end) && die(2) === 0) {
      written.add(end);
      end = parents[end]!;
      words.push("->", names[end]!);
    }
    edges.push(words);
  }
  if (size === 1 || die(8) === 0) {
    edges.push([names[die(size)]!]);
  }
  const members = new Map<number, number[]>();
  chosen.labels.slice(0, size).forEach((label, node) => {
    if (label < 4 && (node > 0 || train)) {
      members.set(label, [...(members.get(label) ?? []), node]);
    }
  });
  const parts = [...members].map(([label, nodes]) => [
    "part",
    ...(label % 2 === 1 ? [`P${label}`, "="] : []),
    "{",
    ...nodes.flatMap((node, index) => (index > 0 ? [",", names[node]!] : [names[node]!])),
    "}",
  ]);
  const shuffled = [...edges, ...parts].sort(() => die(3) - 1);
  const comments: string[] = [];
  const gap = (): string => {
    if (die(12) > 0) {
      return " ";
    }
    const comment = die(2) === 0 || oneLine ? `/* c${comments.length} } */` : `// c${comments.length} {`;
    comments.push(comment);
    return comment.startsWith("//") ? ` ${comment}\n` : ` ${comment} `;
  };
  const body = shuffled
    .map((words) => `${words.join(" ").replace(/ /g, gap)}${die(10) === 0 ? gap().trimEnd() : ""}`)
    .map((line) => (oneLine ? ` ${line}` : `\n${line.includes("//") ? "  " : " ".repeat(2 * die(3))}${line}`))
    .join("");
  const marks = `${train ? "train " : ""}${multiEpoch ? "multi_epoch " : ""}`;
  return {
    text: `/** Doc. */\n${marks}diagram d {${body}${oneLine ? " " : "\n"}} // behind\n`,
    model: {
      parentOf: new Map(names.map((name, node) => [name, names[parents[node]!]])),
      labelOf: new Map(
        names.map((name, node) => [
          name,
          [...members].find(([, nodes]) => nodes.includes(node))?.[0].toString() ?? `alone ${name}`,
        ]),
      ),
    },
    train,
    multiEpoch,
    comments: [...comments, "/** Doc. */", "// behind"],
  };
});

/** Diagrams in the short form, numbered in any way that the language takes: the root is last, no more. */
export const shortForms: fc.Arbitrary<WrittenDiagram> = choices
  .chain((chosen) =>
    fc.record({
      chosen: fc.constant(chosen),
      more: fc.array(fc.nat(1000), { maxLength: 3 }),
      order: fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 }),
    }),
  )
  .map(({ chosen, more, order }) => {
    const { train, multiEpoch, dice } = chosen;
    const parents = [-1, ...[...chosen.parents, ...more].map((choice, index) => choice % (index + 1))];
    const size = parents.length;
    // Which number a node has: the root the last, and the others any.
    const numbers = [size - 1, ...order.filter((number) => number < size - 1)].map(String);
    const labels = parents.map((_, node) =>
      node === 0 && !train ? -1 : chosen.labels[node % 10]! < 4 ? chosen.labels[node % 10]! : 10 + node,
    );
    const separator = size > 10 ? "." : "";
    const groups = [...new Set(labels)].map((label) =>
      numbers.filter((_, node) => labels[node] === label).join(separator),
    );
    const edges = parents.flatMap((parent, node) =>
      parent < 0 ? [] : [`${numbers[node]}${separator}${numbers[parent]}`],
    );
    const shuffle = dice[0]! % 2 === 0 ? (list: string[]) => list.sort() : (list: string[]) => list;
    const comment = dice[1]! % 3 === 0 ? " /* c0 */ " : "";
    const marks = `${train ? "train " : ""}${multiEpoch ? "multi_epoch " : ""}`;
    return {
      text: `${marks}diagram d = (${shuffle(groups).join("-")})${comment}(${shuffle(edges).join("-")})\n`,
      model: {
        parentOf: new Map(numbers.map((number, node) => [number, numbers[parents[node]!]])),
        labelOf: new Map(numbers.map((number, node) => [number, String(labels[node])])),
      },
      train,
      multiEpoch,
      comments: comment === "" ? [] : [comment.trim()],
    };
  });
