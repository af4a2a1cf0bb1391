import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { analyzeText, type DiagDiagnostic } from "../../src/language/index.js";
import { landscapeWords, verifyWords } from "../../src/language/statement-words.js";
import { times } from "../times.js";
import { expectProblems, gauss } from "./workspace.js";

// One slip of the pen in a sound file is one syntax error: what follows from how the rest is guessed at is not shown.

const folders = ["../corpus/examples/", "../corpus/features/", "../corpus/fixes/", "../../examples/"];
const texts = folders.flatMap((folder) => {
  const address = new URL(folder, import.meta.url);
  return readdirSync(address)
    .filter((name) => name.endsWith(".diag") && !/recovery|blamed|stray/.test(name))
    .map((name) => readFileSync(new URL(name, address), "utf8"));
});

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function wordsOf(text: string): Word[] {
  const pattern =
    /\/\/.*|\/\*[\s\S]*?\*\/|"[^"\n]*"|[\p{L}_][\p{L}\p{M}\p{N}_]*|[\d.]+(?:e[+-]?\d+)?|->|\S/gu;
  return [...text.matchAll(pattern)]
    .filter(([found]) => !/^\/[/*]/.test(found))
    .map(({ 0: found, index }) => ({ text: found, start: index, end: index + found.length }));
}

const words = texts.map(wordsOf);
const inserted = fc.constantFrom(
  ...[")", "(", "{", "}", ",", "zz", "7", "=", "->", "*", ":", "diagram", "landscape", "verify", "import"],
);
const slip = fc.nat(texts.length - 1).chain((file) =>
  fc.record({
    file: fc.constant(file),
    at: fc.nat(words[file]!.length - 2),
    kind: fc.constantFrom("delete", "double", "insert", "swap"),
    inserted,
  }),
);

function withSlip({
  file,
  at,
  kind,
  inserted: extra,
}: {
  file: number;
  at: number;
  kind: string;
  inserted: string;
}) {
  const text = texts[file]!;
  const [word, next] = [words[file]![at]!, words[file]![at + 1]!];
  const before = text.slice(0, word.start);
  switch (kind) {
    case "delete":
      return before + text.slice(word.end);
    case "double":
      return `${before + word.text} ${text.slice(word.start)}`;
    case "insert":
      return `${before + extra} ${text.slice(word.start)}`;
    default:
      return before + next.text + text.slice(word.end, next.start) + word.text + text.slice(next.end);
  }
}

const errorsOf = ({ severity }: DiagDiagnostic): boolean => severity === "error";
/** What a problem says, wherever it stands. */
const said = ({ code, message }: DiagDiagnostic): string => `${code} ${message.replace(/\d+/g, "#")}`;
const known = texts.map(async (text) => new Set((await analyzeText(text)).diagnostics.map(said)));

test("one slip is one syntax error, at its place or behind it, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(slip, async (given) => {
      // An end before `landscape gauss` leaves open whether a declaration begins there.
      fc.pre(
        !(
          given.kind === "insert" &&
          given.inserted === "}" &&
          words[given.file]![given.at]!.text === "landscape"
        ),
      );
      const text = withSlip(given);
      const before = await known[given.file]!;
      const errors = (await analyzeText(text)).diagnostics
        .filter(errorsOf)
        .filter((one) => !before.has(said(one)));
      const syntax = errors.filter(({ code }) => code === "syntax");
      // A slip may also give a text that is sound, or that means something else.
      if (syntax.length === 0) {
        return;
      }
      expect(syntax.map(({ message }) => message)).toHaveLength(1);
      const lines = text.split("\n");
      const { line, character } = syntax[0]!.range.start;
      const offset = lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + character;
      // What ends too early is wrong at its last word; its line is where a statement begins at the earliest.
      const last = words[given.file]![given.at - 3]?.start ?? 0;
      expect(offset).toBeGreaterThanOrEqual(text.lastIndexOf("\n", last) + 1);
      // A name that is gone leads nowhere.
      const gone = `\`${words[given.file]![given.at]!.text}\``;
      const others = errors.filter(
        ({ code, message }) =>
          code !== "syntax" &&
          !(given.kind === "delete" && message.includes(gone)) &&
          !/cannot import/.test(message),
      );
      expect(others.map(said)).toEqual([]);
    }),
    { numRuns: times(400) },
  );
});

const sound = "landscape l { weights w = 0 data x ~ normal(0, 1) loss (w - x)^2 }";

test.each([
  [`${sound}\nverify v {\n  landscape landscape\n  sgd(N = 2, E = 1, B = 1)\n  eta = 0.1\n}`, "2:12"],
  [`${sound}\ndiagram d {\n  a, b -> c\n  part S a, b}\n}\ndiagram e { a -> b }`, "4:0"],
  ["landscape l { weights w = 0 data x ~ landscape normal(0, 1) loss w }", "0:37"],
  ["diagram diagram d { a -> b }", "0:0"],
  ["diagram d = (01-2(02-12)", "0:12"],
  ["verify v { landscape l sgd(N = 2 E = 1, B = 1) eta = = 0.1 }", "0:33"],
])("one error for %j", async (text, place) => {
  const { diagnostics } = await analyzeText(text);
  expect(diagnostics.map(({ code, range: { start } }) => `${code} ${start.line}:${start.character}`)).toEqual(
    [`syntax ${place}`],
  );
});

test("slips in several declarations are told one by one", async () => {
  const { diagnostics } = await analyzeText(
    [
      "diagram a { x -> }",
      "stray words",
      "diagram b { x -> y } }",
      "diagram c { -> y",
      "diagram d { a -> a }",
    ].join("\n"),
  );
  expect(diagnostics.map(({ code, range: { start } }) => `${start.line} ${code}`)).toEqual([
    "0 syntax",
    "1 syntax",
    "2 syntax",
    "3 syntax",
    "4 cycle",
  ]);
});

const wrongOrders = [
  ["Order", "order"],
  ["orders", "order"],
  ["degree", "order"],
  ["ordr", "order"],
  ["Series", "series"],
  ["seires", "series"],
  ["taylor", "series"],
];

test.each(wrongOrders)("`predict %s 2` means `%s`", async (word, meant) => {
  for (const number of ["2", "-1"]) {
    await expectProblems(
      `${gauss}verify v { landscape gauss gd(2, 2) eta = 0.1 observe test_loss predict «${word}» ${number} }`,
      [["error syntax", new RegExp(`found \`${word}\`; did you mean \`${meant}\`\\?$`)]],
    );
  }
});

test.each(["order", "series"])("`predict %s` without a number is told that one is missing", async (word) => {
  await expectProblems(
    `${gauss}verify v { landscape gauss gd(2, 2) eta = 0.1 observe test_loss predict «${word}» }`,
    [
      [
        "error unresolved",
        new RegExp(`^\`${word}\` needs a number of edges, such as \`predict ${word} 3\`$`),
      ],
    ],
  );
});

test("a word before a number that is near to neither is told what may stand there", async () => {
  await expectProblems("verify v { predict «zzz» 2 trials = 10 }", [
    ["error syntax", /^expected `order` or `series` before 2 but found `zzz`$/],
  ]);
});

test.each([
  "loss u «v»",
  "loss u «2»",
  "loss 2 «u»",
  "loss (u) «v»",
  "loss (u + v) «(»u - v)",
  "loss u + v «u»^2",
  "param a = 2 «pi» loss a*u",
  "let a = u «v» loss a",
  "loss 2«u»",
])("two operands side by side: %s", async (statements) => {
  await expectProblems(`landscape l { weights u = 0, v = 1 ${statements} }`, [
    ["error syntax", /; a product needs its `\*`$/],
  ]);
});

test("a function without its parentheses is no product", async () => {
  await expectProblems("landscape l { weights u = 0 loss sin «u» }", [
    ["error syntax", /; a function is called as `sin\(…\)`$/],
  ]);
});

test.each([
  ["weights u = 0 «v» = 1 loss u", /write `, v = …`$/],
  ["weights u = 0 «los» u^2", /did you mean `loss`\?$/],
  ["weights u = 0 loss u\n«v»", /found `v`$/],
])("but not in %j", async (statements, message) => {
  await expectProblems(`landscape l { ${statements} }`, [["error syntax", message]]);
});

test.each(["param", "let"])("each %s has a line of its own", async (word) => {
  await expectProblems(`landscape l { ${word} a = exp(1)«,» b = 2 weights u = 0 loss u }`, [
    ["error syntax", new RegExp(`each ${word} has a line of its own; write \`${word}\` before the next`)],
  ]);
});

test.each([
  ["landscape", landscapeWords],
  ["verify", verifyWords],
] as const)(
  "a word of a %s with two letters exchanged is said in one short line with the word that is meant",
  async (block, words) => {
    for (const word of words.filter(({ length }) => length > 4)) {
      const slip = word.slice(0, -3) + word.at(-2) + word.at(-3) + word.at(-1);
      const { diagnostics } = await analyzeText(`${block} one {\n  ${slip} = 3\n}\n`);
      expect(diagnostics.map(({ message }) => message)).toContain(
        `expected a statement of the ${block} but found \`${slip}\`; did you mean \`${word}\`?`,
      );
    }
  },
);

test("a word that is like none of a block is told with all that may stand there", async () => {
  const { diagnostics } = await analyzeText("landscape one {\n  zzzzzzzzz = 3\n}\n");
  const all = landscapeWords.map((word) => `\`${word}\``).join(", ");
  expect(diagnostics.map(({ message }) => message)).toContain(
    `expected ${all} or \`}\` but found \`zzzzzzzzz\``,
  );
});

test.each(Object.getOwnPropertyNames(Object.prototype))(
  "`%s` is a word like any other, wherever it strays",
  async (word) => {
    for (const text of [
      `${word}\n`,
      `diagram d { a -> b ${word} }`,
      `${gauss}\nverify v { landscape gauss ${word} ${word} 1 }`,
    ]) {
      const said = async (one: string) =>
        (await analyzeText(one)).diagnostics.map(({ message }) => message.replaceAll(word, "aWord"));
      expect(await said(text)).toEqual(await said(text.replaceAll(word, "aWord")));
    }
  },
);
