import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";
import { tensorFormats } from "../../src/data/index.js";
import { tensorFunctions } from "../../src/tensors/index.js";

const path = new URL("../../syntaxes/diag.tmLanguage.json", import.meta.url);
let grammar: IGrammar;

beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) =>
      scope === "source.diag"
        ? textmate.parseRawGrammar(readFileSync(path, "utf8"), "diag.tmLanguage.json")
        : null,
  });
  grammar = (await registry.loadGrammar("source.diag"))!;
});

/** Words with their innermost scope, without `.diag`. */
function scopesOf(text: string): [word: string, scope: string][] {
  const found: [string, string][] = [];
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex).trim();
      if (word) {
        found.push([word, scopes.at(-1)!.replace(/\.diag$/, "")]);
      }
    }
  }
  return found;
}

function scopeOf(text: string, word: string): string[] {
  return scopesOf(text).flatMap(([found, scope]) => (found === word ? [scope] : []));
}

test("every pattern of the grammar is a regular expression that Oniguruma takes", () => {
  const patterns: string[] = [];
  JSON.stringify(JSON.parse(readFileSync(path, "utf8")), (key, value) => {
    if (["match", "begin", "end"].includes(key) && typeof value === "string") {
      patterns.push(value);
    }
    return value;
  });
  expect(patterns.length).toBeGreaterThan(30);
  for (const pattern of patterns) {
    expect(() =>
      new oniguruma.OnigScanner([pattern]).findNextMatchSync("diagram d { a -> b }", 0),
    ).not.toThrow();
  }
});

test("diagrams", () => {
  const text = `/** Doc of
 test. */
train multi_epoch diagram größe {
  a, b -> out // comment
  part S = {a, b}
  part {part, c}
}`;
  const scopes = new Map(scopesOf(text));
  expect(scopes.get("Doc of")).toBe("comment.block.documentation");
  expect(scopes.get("train")).toBe("storage.modifier");
  expect(scopes.get("multi_epoch")).toBe("storage.modifier");
  expect(scopes.get("diagram")).toBe("storage.type.diagram");
  expect(scopes.get("größe")).toBe("entity.name.type.diagram");
  expect(scopes.get("->")).toBe("keyword.operator.arrow");
  expect(scopes.get("out")).toBe("variable.other.node");
  expect(scopes.get("comment")).toBe("comment.line.double-slash");
  expect(scopes.get("S")).toBe("entity.name.tag.part");
  expect(scopeOf(text, "part")).toEqual(["keyword.other.part", "keyword.other.part", "variable.other.node"]);
});

test("short forms end where the next declaration begins", () => {
  const text = 'diagram pair = (01-2)(02-12)\ntrain diagram other { a -> b }\nimport "x.diag"';
  expect(
    scopesOf(text)
      .map(([, scope]) => scope)
      .slice(0, 8),
  ).toEqual([
    "storage.type.diagram",
    "entity.name.type.diagram",
    "keyword.operator.assignment",
    "punctuation.section.group.begin",
    "constant.numeric.node",
    "punctuation.separator.part",
    "constant.numeric.node",
    "punctuation.section.group.end",
  ]);
  expect(scopeOf(text, "train")).toEqual(["storage.modifier"]);
  expect(scopeOf(text, "import")).toEqual(["keyword.control.import"]);
  expect(scopeOf(text, "x.diag")).toEqual(["string.quoted.double"]);
});

test("hyper weights", () => {
  const text = `landscape l {
  weights hyper = 0, in = 1, hyper lambda = 0 in [0, 10],
    hyper s = in in[hyper, 1]
  loss hyper * lambda + in
}`;
  expect(scopeOf(text, "hyper")).toEqual([
    "variable.other",
    "storage.modifier",
    "storage.modifier",
    "variable.other",
    "variable.other",
  ]);
  expect(scopeOf(text, "in")).toEqual([
    "variable.other",
    "keyword.other.interval",
    "variable.other",
    "keyword.other.interval",
    "variable.other",
  ]);
  expect(scopeOf(text, "lambda")[0]).toBe("variable.other");
  expect(scopeOf(text, "[")).toEqual(["punctuation.section.brackets", "punctuation.section.brackets"]);
});

test("landscapes", () => {
  const text = `landscape l {
  param a = 1/2
  weights data = 0.5e-3, loss = log(2)
  data x ~ normal(0, 1), y ~ discrete(-1: 2/3, 2: 1/3)
  data u, v from "points.csv"
  loss loss^2 * exp(-x) + pi * data
}`;
  const scopes = new Map(scopesOf(text));
  expect(scopes.get("l")).toBe("entity.name.type.landscape");
  expect(scopes.get("param")).toBe("keyword.other.statement");
  expect(scopes.get("weights")).toBe("keyword.other.statement");
  expect(scopes.get("0.5e-3")).toBe("constant.numeric");
  expect(scopes.get("normal")).toBe("support.function.distribution");
  expect(scopes.get("exp")).toBe("support.function.math");
  expect(scopes.get("pi")).toBe("constant.language.math");
  expect(scopes.get("from")).toBe("keyword.other.from");
  expect(scopes.get("points.csv")).toBe("string.quoted.double");
  expect(scopes.get("^")).toBe("keyword.operator.arithmetic");
  expect(scopes.get("~")).toBe("keyword.operator.distribution");
  expect(scopes.get(":")).toBe("punctuation.separator.probability");
  const statement = "keyword.other.statement";
  const name = "variable.other";
  expect(scopeOf(text, "data")).toEqual([name, statement, statement, name]);
  expect(scopeOf(text, "loss").slice(0, 2)).toEqual([name, statement]);
});

test("lets, and functions only before a parenthesis", () => {
  const text = `landscape l {
  weights let = 0, erf = 1
  let h = erf(let) ** 2
  let k = softplus(h) + sigmoid(h) + logsumexp(h, erf)
  loss let + k
}`;
  const statement = "keyword.other.statement";
  const name = "variable.other";
  const math = "support.function.math";
  expect(scopeOf(text, "let")).toEqual([name, statement, name, statement, name]);
  expect(scopeOf(text, "erf")).toEqual([name, math, name]);
  for (const word of ["softplus", "sigmoid", "logsumexp"]) {
    expect(scopeOf(text, word)).toEqual([math]);
  }
  expect(scopeOf(text, "h").slice(0, 2)).toEqual([name, name]);
});

test("verifies", () => {
  const text = `verify v {
  landscape gauss
  sgd(N = 10, E = 1, B = 1, shuffle = reshuffled)
  eta = 0.025, 0.1
  observe test_loss, displacement(z)
  predict order 3
  sum = integral
  measure = total
  trials = 1000 seed = 7 test_points = 5 samples = 64
}
verify w { predict skew + pair }`;
  const scopes = new Map(scopesOf(text));
  expect(scopes.get("v")).toBe("entity.name.type.verify");
  expect(scopes.get("landscape")).toBe("keyword.other.statement");
  expect(scopes.get("gauss")).toBe("entity.name.type.landscape");
  expect(scopes.get("sgd")).toBe("support.function.space-time");
  for (const word of ["N", "E", "B", "shuffle"]) {
    expect(scopes.get(word)).toBe("variable.parameter");
  }
  for (const word of ["eta", "observe", "sum", "measure", "trials", "seed", "test_points", "samples"]) {
    expect(scopes.get(word)).toBe("keyword.other.statement");
  }
  expect(scopeOf(text, "predict")).toEqual(["keyword.other.statement", "keyword.other.statement"]);
  expect(scopes.get("order")).toBe("keyword.other.prediction");
  expect(scopes.get("test_loss")).toBe("support.constant.observable");
  expect(scopes.get("reshuffled")).toBe("support.constant");
  expect(scopes.get("integral")).toBe("support.constant");
  expect(scopes.get("skew")).toBe("variable.other");
});

test("metrics", () => {
  const text = `verify v {
  metric [2, 1/4; 1/4, 1]
  metric diag(2, 1)
  metric u: 2, metric: 1
  observe r = metric + 2
}`;
  const statement = "keyword.other.statement";
  expect(scopeOf(text, "metric")).toEqual([
    statement,
    statement,
    statement,
    "variable.other",
    "variable.other",
  ]);
  expect(scopeOf(text, "diag")).toEqual(["support.function.metric"]);
  expect(scopeOf(text, "[")).toEqual(["punctuation.section.matrix"]);
  expect(scopeOf(text, "]")).toEqual(["punctuation.section.matrix"]);
  expect(scopeOf(text, ";")).toEqual(["punctuation.separator.row"]);
  expect(scopeOf(text, "u")).toEqual(["variable.other"]);
});

test("a block left open ends at the next declaration", () => {
  const text = "diagram d {\n  a -> b\n\nlandscape l {\n  weights w = 0";
  expect(scopeOf(text, "landscape")).toEqual(["storage.type.landscape"]);
  expect(scopeOf(text, "weights")).toEqual(["keyword.other.statement"]);
});

test("the editor's configuration is valid", () => {
  const configuration = JSON.parse(
    readFileSync(new URL("../../language-configuration.json", import.meta.url), "utf8"),
  );
  const word = new RegExp(configuration.wordPattern.pattern, `${configuration.wordPattern.flags}g`);
  expect("θ1 -> größe_2, 1.5e-3".match(word)).toEqual(["θ1", "größe_2", "1.5e-3"]);
  expect(new RegExp(configuration.indentationRules.increaseIndentPattern).test("diagram d {")).toBe(true);
  expect(new RegExp(configuration.indentationRules.increaseIndentPattern).test("part {a, b}")).toBe(false);
  expect(new RegExp(configuration.indentationRules.decreaseIndentPattern).test("  }")).toBe(true);
});

test("functions of tensors, readers and what is read of files", () => {
  const text = `landscape l {
  data image[28, 28, 1], label from idx("a", "b") take 10
  weights A[2, 2] = randn(1), B[2] = from "b.npy"
  loss cross_entropy(xavier(A) @ B, label)
}`;
  const scopes = new Map(scopesOf(text));
  expect(scopes.get("idx")).toBe("support.function.reader");
  expect(scopes.get("take")).toBe("keyword.other.take");
  expect(scopeOf(text, "from")).toEqual(["keyword.other.from", "keyword.other.from"]);
  expect(scopes.get("randn")).toBe("support.function.tensor");
  expect(scopes.get("@")).toBe("keyword.operator.arithmetic");
  for (const { name } of tensorFunctions) {
    expect(scopeOf(`landscape l { loss ${name}(A) }`, name)[0]).toMatch(
      /^support\.function\.(?:tensor|math)$/,
    );
  }
  for (const { name } of tensorFormats) {
    expect(scopeOf(`landscape l { data x[2] from ${name}("a") }`, name)).toEqual(["support.function.reader"]);
  }
});
