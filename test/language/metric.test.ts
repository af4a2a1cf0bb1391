import { describe, expect, test } from "vitest";
import { readMetricFor } from "../../src/cli/readings.js";
import { formatMetric } from "../../src/verify/index.js";
import { variantsOf } from "../../src/verify/specification.js";
import { Editor, edited } from "./lsp/editor.js";
import { hoverAt } from "./lsp/reading-editor.js";
import { analyze, expectProblems } from "./workspace.js";

const landscape = `landscape l {
  param p = 1/2
  weights u = p, v = 0
  data x ~ discrete(-1: 1/2, 1: 1/2)
  loss (u - x)^2 / 2 + p*v^2 + u*v*x
}
`;
const descending = (line: string) =>
  `${landscape}verify it { landscape l gd(N = 2, T = 2) eta = 0.1 observe test_loss predict order 2 ${line} }`;

async function metricOf(line: string) {
  const { verifies, diagnostics } = await analyze(descending(line));
  expect(diagnostics).toEqual([]);
  return verifies.get("it")!.landscape.metric;
}

describe("a metric", () => {
  test.each([
    ["metric [2, 1/4; 1/4, 1]", [2, 0.25, 0.25, 1]],
    ["metric [2, -sqrt(1/16); (1 - 5)/16, 1]", [2, -0.25, -0.25, 1]],
    ["metric [1/3, 0.1 + 0.2; 0.3, 1]", [1 / 3, 0.3, 0.3, 1]],
    ["metric diag(2, 1)", [2, 0, 0, 1]],
    ["metric diag ( 1 , 1/3 )", [1, 0, 0, 1 / 3]],
    ["metric v: 3, u: 1/2", [0.5, 0, 0, 3]],
    ["metric v: 3", [1, 0, 0, 3]],
  ])("%s", async (line, [a, b, c, d]) => {
    expect(await metricOf(line)).toEqual([
      [a, b],
      [c, d],
    ]);
  });

  test("that is the identity is none", async () => {
    const plain = (await analyze(descending(""))).verifies.get("it");
    for (const line of ["metric diag(1, 1)", "metric [1, 0; 0, 1]", "metric u: 1"]) {
      expect((await analyze(descending(line))).verifies.get("it")).toEqual(plain);
    }
  });

  test("is that of every value of a param", async () => {
    const { verifies } = await analyze(descending("with p = 1/4, 3/4 metric u: 2"));
    const variants = variantsOf(verifies.get("it")!);
    expect(variants.map((one) => [one.landscape.weights[0]!.start, one.landscape.metric])).toEqual(
      [0.25, 0.75].map((p) => [
        p,
        [
          [2, 0],
          [0, 1],
        ],
      ]),
    );
  });

  test.each([
    [
      "metric [2, 1/4; «1/3», 1]",
      "bad-value",
      /not symmetric: `1\/3` stands here, and `1\/4` in row 1, column 2/,
    ],
    ["«metric [1, 2; 2, 1]»", "bad-value", /not positive definite: its least eigenvalue is -1;/],
    ["«metric [1, 1; 1, 1]»", "bad-value", /not positive definite: its least eigenvalue is 0;/],
    ["«metric [-1, 0; 0, 1]»", "bad-value", /not positive definite/],
    ["«metric [1]»", "bad-value", /has 1 row, and `l` has 2 weights \(u, v\); give a row for each/],
    ["«metric [1, 0, 0; 0, 1, 0; 0, 0, 1]»", "bad-value", /has 3 rows, and/],
    ["metric [1, 0; «1»]", "bad-value", /this row has 1 entry, and/],
    ["«metric diag(1, 2, 3)»", "bad-value", /has 3 entries, and `l` has 2 weights/],
    ["metric diag(1, «0»)", "bad-value", /`0` is not positive/],
    ["metric u: «-1/2»", "bad-value", /`-1\/2` is not positive/],
    ["metric «diagonal»(1, 2)", "bad-value", /no form of a metric; did you mean `diag`\?/],
    ["metric u: 1, «w»: 2", "unknown-symbol", /`l` has no weight `w`/],
    ["metric «p»: 2", "unknown-symbol", /`l` has no weight `p`/],
    ["metric u: 2, «u»: 2", "bad-value", /`u` stands twice/],
    ["metric diag(1, «u»)", "unknown-symbol", /`u` is no constant/],
    ["metric u: 2 «metric v: 2»", "bad-value", /already; remove one/],
  ])("%s is refused where it is wrong", async (line, code, message) => {
    await expectProblems(descending(line), [[`error ${code}`, message]]);
  });

  test.each([
    ["metric «2»", /expected `diag\(2, 1\)`, .* but found `2`/],
    ["metric «=» diag(2, 1)", /expected `diag\(2, 1\)`, .* but found `=`/],
    ["metric [1, 0«:» 0, 1]", /expected `\]`/],
    ["trials = 7«;»", /^unexpected `;`: statements need none between them; remove it$/],
  ])("%s is no metric", async (line, message) => {
    await expectProblems(descending(line), [["error syntax", message]]);
  });

  test("and the words of it are names too", async () => {
    const text = descending("metric metric: 2, diag: 3")
      .replace(/\bu\b/g, "metric")
      .replace(/\bv\b/g, "diag");
    const { diagnostics, verifies } = await analyze(text);
    expect(diagnostics).toEqual([]);
    expect(verifies.get("it")!.landscape.metric).toEqual([
      [2, 0],
      [0, 3],
    ]);
    const other = await analyze(text.replace("metric metric: 2, diag: 3", "metric diag(2, 3)"));
    expect(other.verifies.get("it")!.landscape.metric).toEqual(verifies.get("it")!.landscape.metric);
  });

  test("of a command line is read in every form, or refused in a line", async () => {
    const own = (await analyze(landscape)).landscapes.get("l")!;
    for (const text of ["[2, 1/4; 1/4, 1]", "diag(2, 1)", "u: 2", " v : 3 // so "]) {
      expect(readMetricFor(own, text)).toEqual(await metricOf(`metric ${text}\n`));
    }
    expect(readMetricFor(own, undefined)).toBeUndefined();
    const wrong = [
      "",
      "2",
      "diag(1)",
      "w: 1",
      "[1, 2; 3, 4]",
      "u: 2 eta = 1",
      "u: 2 } diagram d { a -> b",
      "/*",
    ];
    for (const text of wrong) {
      expect(() => readMetricFor(own, text)).toThrow(/^--metric [^\n]+$/);
    }
  });

  test("is written as a file writes it", async () => {
    for (const text of ["diag(2, 1/3)", "[2, 1/4; 1/4, 1]", "[1/3, -2/7; -2/7, 1]"]) {
      const written = formatMetric((await metricOf(`metric ${text}`))!);
      expect(await metricOf(`metric ${written}`)).toEqual(await metricOf(`metric ${text}`));
    }
    expect(
      formatMetric([
        [2, 0.25],
        [0.25, 1],
      ]),
    ).toBe("[2, 0.25; 0.25, 1]");
  });
});

describe("an editor", () => {
  const text = descending("metric u: 2, v: 1/2");

  async function fixed(marked: string): Promise<string[]> {
    const plain = marked.replace(/[«»]/g, "");
    const { main } = await Editor.of(plain);
    const range = main.diagnostics[0]!.range;
    const actions = await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
      ...main.identifier,
      range,
      context: { diagnostics: main.diagnostics },
    });
    return (actions ?? []).flatMap((action) =>
      "edit" in action && action.kind === "quickfix"
        ? [edited(plain, action.edit!.changes!["file:///main.diag"]!)]
        : [],
    );
  }

  test("finds and renames a weight of it", async () => {
    const { main } = await Editor.of(text);
    const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
      ...main.identifier,
      position: main.at("v: 1/2"),
      newName: "w",
    });
    const changed = edited(text, edit!.changes!["file:///main.diag"]!);
    expect(changed).toContain("weights u = p, w = 0");
    expect(changed).toContain("metric u: 2, w: 1/2");
    expect((await analyze(changed)).diagnostics).toEqual([]);
  });

  test("explains it", async () => {
    const hovered = (marked: string) => hoverAt(marked, { initializationOptions: {} });
    expect(await hovered(text.replace("v: 1/2", "¦v: 1/2"))).toContain("**weight** `v` of `l`");
    const word = await hovered(text.replace("metric u", "me¦tric u"));
    expect(word).toContain("The inverse metric");
    expect(word).toContain("**inverse metric**, in the order `u`, `v`");
    expect(await hovered(text.replace("verify it", "verify ¦it"))).toContain("by the metric `diag(2, 0.5)`");
  });

  test("offers what may stand in it", async () => {
    const labels = async (line: string) => {
      const marked = descending(line);
      const { main } = await Editor.of(marked.replace("|", ""));
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
        ...main.identifier,
        position: main.document.textDocument.positionAt(marked.indexOf("|")),
      });
      return list!.items.map(({ label }) => label);
    };
    expect(await labels("|")).toContain("metric");
    expect(await labels("metric |")).toEqual(["u", "v", "diag", "[…]"]);
    expect(await labels("metric u: 2, |")).toEqual(["v"]);
    expect(await labels("metric |, v: 2")).toEqual(["u"]);
    expect(await labels("metric u: |")).toContain("pi");
    expect(await labels("metric [1, |")).not.toContain("u");
    for (const line of ["metric u: 2 |", "metric [1, 0; 0, 1] |", "metric diag(1, 2) |"]) {
      expect(await labels(line)).toContain("trials");
      expect(await labels(line)).not.toContain("metric");
    }
  });

  test("mends what is not symmetric, and names that are misspelt", async () => {
    expect(await fixed(descending("metric [2, 1/4; 1/3 /* so */, 1]"))).toEqual([
      descending("metric [2, 1/4; 1/4 /* so */, 1]"),
    ]);
    expect(await fixed(descending("metric u: 2, v: 1, u: 3"))).toEqual([descending("metric u: 2, v: 1")]);
    expect(await fixed(descending("metric diagonal(2, 1)"))).toEqual([descending("metric diag(2, 1)")]);
    const long = (line: string) => descending(line).replace(/\bu\b/g, "width");
    expect(await fixed(long("metric widht: 2"))).toEqual([long("metric width: 2")]);
  });

  test("formats it", async () => {
    const { main } = await Editor.of(descending("\n  metric[ 2,1/4 ;1/4 , 1 ]"));
    const edits = await main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
      ...main.identifier,
      options: { tabSize: 2, insertSpaces: true },
    });
    const formatted = edited(descending("\n  metric[ 2,1/4 ;1/4 , 1 ]"), edits);
    expect(formatted).toContain("\n  metric [2, 1/4; 1/4, 1]\n");
  });
});
