import fc from "fast-check";

/** Makes choices that a seed decides. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  below(bound: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * bound);
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  mixed<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0]!);
  }
}

const nodeNames = [
  "a",
  "b",
  "c",
  "θ",
  "data",
  "n1",
  "n_2",
  "größe",
  "loss",
  "part",
  "q",
  "x",
  "out",
  "test",
  "order",
];

/** Words and signs of a list, commas between. */
function list(items: readonly string[]): string[] {
  return items.flatMap((item, index) => (index > 0 ? [",", item] : [item]));
}

/** Edges that lead to the last of so many nodes. */
function tree(size: number, chance: Chance): number[] {
  return Array.from({ length: size }, (_, node) =>
    node === size - 1 ? -1 : node + 1 + chance.below(Math.min(3, size - 1 - node)),
  );
}

/** A diagram as statements; with slips its parts may be none, and a name may be misspelt. */
function statements(name: string, chance: Chance, slips: boolean): string[] {
  const size = 1 + chance.below(7);
  const names = chance.mixed(nodeNames).slice(0, size);
  const parents = tree(size, chance);
  const edges: string[][] = [];
  for (const parent of new Set(parents.filter((one) => one >= 0))) {
    const children = parents.flatMap((one, node) => (one === parent ? [names[node]!] : []));
    if (chance.oneIn(2)) {
      edges.push([...list(children), "->", names[parent]!]);
    } else {
      edges.push(...children.map((child) => [child, "->", names[parent]!]));
    }
  }
  const chain = edges.find((edge) => edge.filter((word) => word === "->").length === 1);
  if (chain && chance.oneIn(2)) {
    const end = names.indexOf(chain.at(-1)!);
    if (parents[end]! >= 0 && chance.oneIn(2)) {
      const next = names[parents[end]!]!;
      const other = edges.findIndex(
        (edge) => edge.length === 3 && edge[0] === names[end] && edge[2] === next,
      );
      if (other >= 0) {
        edges.splice(other, 1);
        chain.push("->", next);
      }
    }
  }
  if (size === 1) {
    edges.push([names[0]!]);
  }
  const parts: string[][] = [];
  const free = chance.mixed(names.slice(0, slips && chance.oneIn(3) ? size : size - 1));
  while (free.length > 0 && chance.below(3) > 0) {
    const members = free.splice(0, 1 + chance.below(3));
    const again = slips && chance.oneIn(4) ? [chance.of(names)] : [];
    const label = chance.oneIn(2) ? [`S${parts.length}`, "="] : [];
    parts.push(["part", ...label, "{", ...list([...members, ...again]), "}"]);
  }
  if (slips && chance.oneIn(5)) {
    const edge = chance.of(edges);
    edge[edge.length - 1] = `${edge.at(-1)}${edge.at(-1)!.slice(-1)}`;
  }
  const markers = slips && chance.oneIn(2) ? [] : chance.mixed(["train", "multi_epoch"]);
  return [...markers, "diagram", name, "{", ...chance.mixed([...edges, ...parts]).flat(), "}"];
}

function shortForm(name: string, chance: Chance, slips: boolean): string[] {
  const size = 1 + chance.below(12);
  const parents = tree(size, chance);
  const dotted = size > 10 || chance.oneIn(4);
  const groups: number[][] = [];
  for (const node of chance.mixed(
    Array.from({ length: slips && chance.oneIn(4) ? size : size - 1 }, (_, i) => i),
  )) {
    const group = chance.oneIn(2) ? groups.at(-1) : undefined;
    if (group) {
      group.push(node);
    } else {
      groups.push([node]);
    }
  }
  if (!groups.flat().includes(size - 1)) {
    groups.push([size - 1]);
  }
  const written = (all: readonly (readonly number[])[]) =>
    all.flatMap((numbers, index) => [
      ...(index > 0 ? ["-"] : []),
      ...numbers.flatMap((number, place) => (place > 0 && dotted ? [".", String(number)] : [String(number)])),
    ]);
  const edges = parents.flatMap((parent, node) => (parent < 0 ? [] : [[node, parent]]));
  const markers = slips && chance.oneIn(2) ? [] : ["multi_epoch", "train"];
  return [
    ...markers,
    "diagram",
    name,
    "=",
    "(",
    ...written(groups),
    ")",
    "(",
    ...written(chance.mixed(edges)),
    ")",
  ];
}

function landscape(name: string, chance: Chance, slips: boolean): string[] {
  const [p, q] = [1 + chance.below(3), 2 + chance.below(4)];
  const rest = slips && chance.oneIn(2) ? [`${p}`, "/", `${p + q + 1}`] : [`${q}`, "/", `${p + q}`];
  const weight = slips && chance.oneIn(3) ? "widht" : "width";
  const family = slips && chance.oneIn(4) ? "nromal" : "normal";
  const all = [
    ["weights", "width", "=", "-", "(", "1", ")", ",", "h", "=", "2", "^", "(", "1", "/", "2", ")"],
    ["param", "mid", "=", "1", "/", "4"],
    [
      "data",
      "x",
      "~",
      family,
      "(",
      "0",
      ",",
      "1",
      ")",
      ",",
      "y",
      "~",
      "discrete",
      "(",
      "-",
      "1",
      ":",
      `${p}`,
      "/",
      `${p + q}`,
      ",",
      "2",
      ":",
      ...rest,
      ")",
    ],
  ];
  const tail = [
    ["let", "s", "=", "h", "^", "(", "2", ")", "-", "(", "x", "-", "mid", ")"],
    [
      "loss",
      "-",
      "(",
      weight,
      ")",
      "*",
      "x",
      "+",
      "exp",
      "(",
      "-",
      "h",
      ")",
      "*",
      "y",
      "+",
      "s",
      "^",
      "2",
      "**",
      "-",
      "(",
      "-",
      "1",
      ")",
    ],
  ];
  const again = slips && chance.oneIn(4) ? [["param", "h", "=", "1"]] : [];
  return ["landscape", name, "{", ...[...chance.mixed(all), ...again, ...tail].flat(), "}"];
}

function verify(name: string, chance: Chance, slips: boolean, landscapes: readonly string[]): string[] {
  const lacks = slips && chance.oneIn(2) ? chance.below(5) : -1;
  const all = [
    ["landscape", slips && chance.oneIn(4) ? `${landscapes[0]}s` : landscapes[0]!],
    [
      "sgd",
      "(",
      slips && chance.oneIn(3) ? "n" : "N",
      "=",
      "4",
      ",",
      "E",
      "=",
      "(",
      "1",
      ")",
      ",",
      "B",
      "=",
      "1",
      ")",
    ],
    ["eta", "=", "0.1", ",", "(", "0.05", ")"],
    ["observe", slips && chance.oneIn(4) ? "test_los" : "test_loss"],
    ["predict", chance.oneIn(2) ? "order" : "series", "2"],
  ];
  if (chance.oneIn(2)) {
    const third = slips && chance.oneIn(2) ? "4" : "3";
    all.push(
      chance.of([
        ["metric", "[", "2", ",", "-", "1", "/", "3", ";", "-", "1", "/", third, ",", "1", "]"],
        ["metric", "diag", "(", "2", ",", "(", "1", ")", ")"],
        ["metric", "h", ":", "2", ",", slips && chance.oneIn(2) ? "widht" : "width", ":", "1", "/", "2"],
      ]),
    );
  }
  return ["verify", name, "{", ...chance.mixed(all.filter((_, index) => index !== lacks)).flat(), "}"];
}

/** The words and signs of a file with one to five declarations, each in a list. With slips it has errors, none of syntax. */
export function declarations(chance: Chance, slips: boolean): string[][] {
  const landscapes = ["bowl", "tal"];
  const made: string[][] = [];
  const count = 1 + chance.below(4);
  for (let index = 0; index < count; index++) {
    const name = slips && index > 0 && chance.oneIn(5) ? "d0" : `d${index}`;
    made.push((chance.oneIn(2) ? statements : shortForm)(name, chance, slips));
  }
  if (chance.oneIn(2)) {
    made.push(landscape(landscapes[0]!, chance, slips));
    if (chance.oneIn(2)) {
      made.push(verify("v", chance, slips, landscapes));
    }
  }
  return chance.mixed(made);
}

/** Puts white space and comments between any two words and signs, and nothing where nothing need be. */
export function spread(
  words: readonly string[],
  chance: Chance,
  newline: string,
): { text: string; comments: string[] } {
  const comments: string[] = [];
  const plain = chance.oneIn(3);
  const gap = (): string => {
    const kind = plain ? chance.below(4) : chance.below(14);
    const inner = chance.of(["c", "= { ", "} diagram d9 = (0)()", "(", '-> , "', "part {a}"]);
    const comment =
      kind < 8
        ? ""
        : [
            `// ${inner} ${comments.length}`,
            `/* ${inner} ${comments.length} */`,
            `/** ${inner} ${comments.length} */`,
          ][kind % 3]!;
    if (comment !== "") {
      comments.push(comment);
    }
    switch (kind) {
      case 0:
        return newline;
      case 1:
        return `${newline}  `;
      case 2:
        return `${newline}${newline}\t`;
      default:
        if (comment === "") {
          return kind < 6 ? " " : "";
        }
        return `${chance.of(["", " ", newline])}${comment}${comment.startsWith("//") ? newline : chance.of(["", " ", newline])}`;
    }
  };
  let text = "";
  for (const word of words) {
    const between = gap();
    const joins =
      between === "" &&
      ((/[\p{ID_Continue}.]$/u.test(text) && /^[\p{ID_Continue}.]/u.test(word)) ||
        (/[/*-]$/.test(text) && /^[/*>]/.test(word)));
    // A sign that ends the text would make a comment of what begins with another.
    const opens = /[/*]$/.test(text) && /^[/*]/.test(between);
    text += `${joins || opens ? " " : ""}${between}${word}`;
  }
  return { text: text + gap(), comments };
}

/** Files without syntax errors, with white space and comments anywhere. */
export const randomFile = (slips: boolean) =>
  fc
    .record({ seed: fc.nat(1e6), newline: fc.constantFrom("\n", "\n", "\r\n", "\r") })
    .map(({ seed, newline }) => {
      const chance = new Chance(seed);
      const { text, comments } = spread(declarations(chance, slips).flat(), chance, newline);
      return { seed, text, comments, newline };
    });

/** The comments of a text, each as it stands there, found without the language's help: no string has any in it. */
export function commentsIn(text: string): string[] {
  return (text.match(/\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g) ?? []).sort();
}
