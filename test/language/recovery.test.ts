import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDiagServices } from "../../src/language/diag-module.js";
import { type DiagFile, isDiagramDeclaration } from "../../src/language/generated/ast.js";
import { analyzeText, type DiagDiagnostic } from "../../src/language/index.js";
import { firstMentions } from "../../src/language/references/declared.js";
import { times } from "../times.js";
import { expectProblems } from "./workspace.js";

/** Declarations with a problem each, which must be found whatever stands between them. */
const neighbours = [
  "diagram round { a -> b b -> a x -> y }",
  "landscape odd { weights w = 0 data x ~ normal(0, -1) loss w * unknown }",
  "verify none { landscape nowhere gd(N = 1, T = 1) eta = -1 observe tset_loss predict order 1 }",
  "train multi_epoch diagram roots { a -> b  c -> d }",
  "diagram short = (01-2)(02-12-02)",
];

async function problemsOf(text: string): Promise<string[]> {
  const { diagnostics } = await analyzeText(text);
  return diagnostics.map(describeProblem);
}

function describeProblem({ severity, code, message, range }: DiagDiagnostic): string {
  const width = range.end.character - range.start.character;
  return `${severity} ${code} ${range.start.character}+${width} ${message}`;
}

const problemsOfNeighbours = problemsOf(neighbours.join("\n"));

/** A landscape that has lost its name may be the one that is looked for. */
async function expectedBeside(text: string): Promise<string[]> {
  const problems = await problemsOfNeighbours;
  const isNameless = /^landscape\s*(?:$|[^\p{ID_Start}_\s])/u.test(text);
  return isNameless ? problems.filter((problem) => !problem.includes("no landscape `nowhere`")) : problems;
}

const broken = [
  "diagram",
  "diagram d",
  "diagram d {",
  "diagram d { a ->",
  "diagram d { a -> b",
  "diagram d { part {",
  "diagram d { part S = {a, b c -> o }",
  "diagram d a -> b }",
  "diagram d { a -> b } }",
  "diagram d { a -> b }}}} {{{",
  "diagram { a -> b }",
  "diagram 5 { a -> b }",
  "diagram d = ",
  "diagram d = (",
  "diagram d = (01-2",
  "diagram d = (01-2)(02-12",
  "diagram d = (01-2)(02-12))",
  "diagram d = { a -> b }",
  "diagram d = = (0)()",
  "diagram d { a -> -> b, , c part part { } -> }",
  "diagram d { @ # $ a -> b }",
  "diagram d { a -> train diagram",
  "train",
  "train multi_epoch",
  "train diagram",
  "landscape",
  "landscape l",
  "landscape l {",
  "landscape l { weights",
  "landscape l { weights w = ",
  "landscape l { weights w = 0 loss (w",
  "landscape l { weights w = 0 loss (w }",
  "landscape l { weights w = 0 loss w) }",
  "landscape l { weights w = 0, loss w }",
  "landscape l { data x ~ loss x }",
  "landscape l { data x, y loss x }",
  'landscape l { data x from "unclosed }',
  "landscape l weights w = 0 data x ~ normal(0, 1) loss w }",
  "landscape l { wieghts w = 0 loss w }",
  "verify",
  "verify v",
  "verify v {",
  "verify v { landscape",
  "verify v { landscape l",
  "verify v landscape l gd(N = 1, T = 1) }",
  "verify v { landscape l sgd(N = ",
  "verify v { eta = observe predict }",
  "verify v { predict a + + b }",
  "import",
  'import "a',
  "import import import",
  "foo bar baz",
  "}",
  "{ { {",
  ") ( ] [",
  "-> -> ->",
  "\u00a7\u00b6",
];

describe.each(broken)("%j", (text) => {
  test("hides no problem of its neighbours and adds none to them", async () => {
    for (let place = 0; place <= neighbours.length; place++) {
      if (/^train( multi_epoch)?$/.test(text) && neighbours[place]?.includes("diagram ")) {
        // Marks before a diagram are its own.
        continue;
      }
      const lines = [...neighbours.slice(0, place), text, ...neighbours.slice(place)];
      const { diagnostics } = await analyzeText(lines.join("\n"));
      const own = diagnostics.filter(({ range }) => range.start.line === place);
      const others = diagnostics.filter(({ range }) => range.start.line !== place);
      expect(own.some(({ severity, code }) => severity === "error" && code === "syntax")).toBe(true);
      expect(others.map(describeProblem)).toEqual(await expectedBeside(text));
    }
  });
});

test("tokens deleted, doubled or moved in one declaration stay its own problem", async () => {
  const victims = [
    "diagram victim { a, b -> j -> out part S = { a , b } }",
    "train diagram victim { a -> out part { a , out } }",
    "diagram victim = ( 01 - 2 ) ( 02 - 12 )",
    "landscape victim { weights h = 0 , k = - 1 param p = 1 / 2 data x ~ discrete ( - 1 : p , 2 : p ) loss ( h + x ^ 2 * exp ( - h ) ) / 2 }",
    "verify victim { landscape gone sgd ( N = 10 , E = 1 , B = 1 ) eta = 0.1 , 0.2 observe displacement ( h ) predict order 3 trials = 10 }",
  ].map((text) => text.split(" "));
  const change = fc.record({
    victim: fc.constantFrom(...victims),
    place: fc.nat(neighbours.length),
    edits: fc.array(fc.tuple(fc.constantFrom("delete", "double", "move"), fc.nat(1000), fc.nat(1000)), {
      minLength: 1,
      maxLength: 4,
    }),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ victim, place, edits }) => {
      const tokens = [...victim];
      for (const [kind, from, to] of edits) {
        const index = from % tokens.length;
        const token = tokens[index]!;
        // The words that begin declarations stay where they are: elsewhere they begin another one.
        if (["diagram", "landscape", "verify", "train"].includes(token) || tokens.length < 3) {
          continue;
        }
        if (kind === "double") {
          tokens.splice(index, 0, token);
        } else {
          tokens.splice(index, 1);
          if (kind === "move") {
            tokens.splice(2 + (to % Math.max(1, tokens.length - 2)), 0, token);
          }
        }
      }
      const lines = [...neighbours.slice(0, place), tokens.join(" "), ...neighbours.slice(place)];
      const { diagnostics } = await analyzeText(lines.join("\n"));
      const others = diagnostics.filter(
        ({ range }) => range.start.line !== place && range.end.line !== place,
      );
      const text = tokens.join(" ");
      const found = others.map(describeProblem);
      // Behind a brace that was moved to the front, `landscape` may be a statement or a declaration without its name.
      const isEither =
        /\}.*\blandscape (?![\p{ID_Start}_])/u.test(text) &&
        found.length < (await problemsOfNeighbours).length;
      expect(found).toEqual(await expectedBeside(isEither ? "landscape" : text));
    }),
    { numRuns: times(200) },
  );
});

test("how much is read of a declaration with many errors does not depend on what stands before it", () => {
  const wrong = `diagram many { a -> b ${Array.from({ length: 25 }, (_, node) => `n${node} +`).join(" ")} }`;
  const { LangiumParser } = createDiagServices().diag.parser;
  const nodesBehind = (before: string): string[] => {
    const { declarations } = LangiumParser.parse<DiagFile>(`${before}\n${wrong}`).value;
    return [...firstMentions(declarations.filter(isDiagramDeclaration).at(-1)!).keys()];
  };
  const alone = nodesBehind("");
  expect(alone.length).toBeGreaterThan(5);
  expect(alone.length).toBeLessThan(20);
  for (const text of broken) {
    expect(nodesBehind(text), text).toEqual(alone);
  }
});

test("a statement that seems to begin a landscape hides no landscape that is missing", async () => {
  const missing = "verify v { landscape nowhere gd(2, 2) eta = 0.1 observe test_loss predict order 1 }";
  for (const [inside, isHidden] of [
    ["verify w landscape { sgd(N = 10, E = 1, B = 1) eta = 0.1 }", false],
    ["landscape { weights w = 0 loss w }", true],
  ] as const) {
    const { diagnostics } = await analyzeText(`${inside}\n${missing}`);
    expect(diagnostics.some(({ code }) => code === "unresolved")).toBe(!isHidden);
  }
});

test("a broken declaration has its syntax errors only, and can be named elsewhere", async () => {
  await expectProblems(
    `diagram d { a -> b -> a -> «}»
     landscape l { weights w = 0 loss w + unknown * «}»
     verify v { landscape l gd(N = 1, T = 1) eta = 0.1 observe displacement(w) predict d }`,
    [
      ["error syntax", /expected a name but found `\}`/],
      ["error syntax", /expected a number, a name or `\(` but found `\}`/],
    ],
  );
});

test("what is missing is said", async () => {
  await expectProblems("landscape l { «wieghts» w = 0 loss w }", [
    ["error syntax", /did you mean `weights`/],
  ]);
  await expectProblems("verify v { «predikt» order 3 }", [["error syntax", /did you mean `predict`/]]);
  await expectProblems("diagram d { a -> «b»", [
    ["error syntax", /expected `}` after this: the `{` of line 1/],
  ]);
  await expectProblems("diagram «{» a -> b }", [["error syntax", /expected a name/]]);
  await expectProblems("diagram d «a» -> b }", [["error syntax", /expected `{` or a short form/]]);
  await expectProblems("diagram d { a -> b } «diagam» e { a -> b }", [
    ["error syntax", /a declaration begins with/],
  ]);
  await expectProblems("«import» diagram d { a, b -> c }", [["error syntax", /names a file in quotes/]]);
});
