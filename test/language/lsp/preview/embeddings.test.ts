import { afterEach, describe, expect, it as test } from "vitest";
import { analyzeText } from "../../../../src/language/index.js";
import type { EmbeddingsParameters, PreviewEmbeddings } from "../../../../src/preview/index.js";
import { answerFile } from "../../../../src/server/preview/answers.js";
import { answerEmbeddings } from "../../../../src/server/preview/embeddings.js";
import { evaluatorFor, predict } from "../../../../src/verify/index.js";
import { ReadingEditor } from "../reading-editor.js";

const gauss = "landscape gauss { weights h = 0.5 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n";
const fork = "diagram fork { part p = {a, b} a, b -> out }\n";

const editors: ReadingEditor[] = [];

afterEach(async () => {
  await Promise.all(editors.splice(0).map((editor) => editor.close()));
});

async function open(text: string, options = {}): Promise<ReadingEditor> {
  const editor = await ReadingEditor.open(text, options);
  editors.push(editor);
  return editor;
}

const question = { id: "fork", spacetime: "sgd(N = 3, E = 1, B = 1)", first: "0", count: 10 };

/** Asks until all is known that is still computed. */
async function ask(
  editor: ReadingEditor,
  parameters: Partial<Omit<EmbeddingsParameters, "uri">> = {},
): Promise<PreviewEmbeddings> {
  for (;;) {
    const answer = await answerEmbeddings(editor.editor.diag, {
      uri: editor.main.uri,
      ...question,
      ...parameters,
    });
    if ("problem" in answer) {
      throw new Error(answer.problem);
    }
    if (!answer.pending) {
      return answer;
    }
  }
}

async function problemOf(
  text: string,
  parameters: Partial<Record<keyof EmbeddingsParameters, unknown>> = {},
): Promise<string> {
  const editor = await open(text);
  const uri = editor.main.uri;
  const answer = await answerEmbeddings(editor.editor.diag, {
    uri,
    ...question,
    ...parameters,
  } as EmbeddingsParameters);
  return "problem" in answer ? answer.problem : JSON.stringify(answer);
}

describe("embeddings of a diagram", () => {
  test("are told with their grid, their number and what keeps them", async () => {
    const answer = await ask(await open(fork));
    expect(answer).toEqual({
      spacetime: "sgd(N = 3, E = 1, B = 1)",
      N: 3,
      T: 3,
      B: 1,
      shaded: [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
      total: "3",
      first: "0",
      automorphisms: 2,
      embeddings: [0, 1, 2].map((t) => ({
        cells: [
          [t, t],
          [t, t],
          [-1, 3],
        ],
        automorphisms: 2,
      })),
      note: expect.stringContaining("|Aut| = 2"),
    });
  });

  test("come in the numbering of the preview's nodes, in stretches", async () => {
    const editor = await open("diagram fork { a, c -> b -> out }");
    const all = await ask(editor, { spacetime: "gd(N = 1, T = 3)" });
    const times = all.embeddings.map(({ cells }) => cells.map(([, t]) => t).join(" "));
    // a and c before b before out.
    expect(times.sort()).toEqual(["0 0 1 3", "0 0 2 3", "0 1 2 3", "1 0 2 3", "1 1 2 3"]);
    expect(all.embeddings.map(({ automorphisms }) => automorphisms).sort()).toEqual([1, 1, 2, 2, 2]);
    const answer = await ask(editor, { spacetime: "gd(N = 1, T = 3)", first: "1", count: 2 });
    expect(answer).toMatchObject({ total: "5", first: "1" });
    expect(answer.embeddings).toEqual(all.embeddings.slice(1, 3));
    // Behind the last one, as after an edit, the last one is told.
    expect(await ask(editor, { spacetime: "gd(N = 1, T = 3)", first: "99" })).toMatchObject({ first: "4" });
  });

  test("are found at once in grids of any size", async () => {
    const answer = await ask(await open(fork), {
      spacetime: "sgd(N = 1e6, E = 1e3, B = 1)",
      first: "999999999999",
    });
    expect(answer).toMatchObject({ total: "1000000000000", T: 1e9, shaded: [] });
    expect(answer.embeddings).toEqual([
      {
        cells: [
          [999_999, 999_999_999],
          [999_999, 999_999_999],
          [-1, 1e9],
        ],
        automorphisms: 2,
      },
    ]);
  });

  test("that are none say why", async () => {
    const editor = await open("multi_epoch diagram fork { part p = {a, b} a -> b -> out }");
    const answer = await ask(editor);
    expect(answer).toMatchObject({ total: "0", embeddings: [] });
    expect(answer.note).toContain("a path meets one part twice");
    expect((await ask(editor, { spacetime: "sgd(N = 3, E = 2, B = 1)" })).total).toBe("3");
  });

  test("of a root in a part are as many as its rows", async () => {
    const editor = await open("train diagram fork { part p = {a, out} a -> out }");
    const answer = await ask(editor, { spacetime: "gd(N = 2, T = 1)" });
    expect(answer.embeddings.map(({ cells }) => cells)).toEqual([
      [
        [0, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
    ]);
    expect(answer.note).toContain("weight 1/N");
  });

  test("of reshuffled space-times say what is shown", async () => {
    const editor = await open(fork);
    const one = await ask(editor, { spacetime: "sgd(N = 3, E = 1, B = 1, shuffle = reshuffled)" });
    expect(one.note).toContain("every order gives the same sum");
    const two = await ask(editor, { spacetime: "sgd(N = 3, E = 2, B = 1, shuffle = reshuffled)" });
    expect(two.note).toContain("unshuffled order");
    expect(two.total).toBe("12");
  });
});

describe("embeddings of other optimisers", () => {
  const ends = { landscape: "gauss", eta: 0.1, count: 64 };

  test("of noise have both nodes of a pair in one step, and no larger parts", async () => {
    const editor = await open(gauss + fork);
    const answer = await ask(editor, { ...ends, spacetime: "sde(T = 2, refine = 2)" });
    expect(answer.total).toBe("4");
    expect(answer.embeddings[1]!.cells.slice(0, 2)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const added = answer.embeddings.reduce((sum, { contribution }) => sum + (contribution as number), 0);
    expect(added).toBeCloseTo(answer.sum as number, 14);
    expect(answer.sum).not.toBe(0);
    expect(answer.note).toContain("both nodes of a part lie in one step");
    const three = await open("diagram fork { part p = {a, b, c} a, b, c -> out }");
    await expect(ask(three, { spacetime: "sde(T = 2)" })).rejects.toThrow(
      /part of 3 nodes, and sde has none/,
    );
  });

  test("of a penalty have a node and its child in one cell too", async () => {
    const editor = await open(`${gauss}multi_epoch diagram fork { part p = {a, b} a -> b -> out }`);
    const answer = await ask(editor, { ...ends, spacetime: "gdc(N = 3, T = 2)" });
    // One in which the two nodes follow one another, and two of one cell, on each of three rows.
    expect(answer.total).toBe("9");
    expect(answer.embeddings.filter(({ cells: [a, b] }) => a![1] === b![1])).toHaveLength(6);
    const added = answer.embeddings.reduce((sum, { contribution }) => sum + (contribution as number), 0);
    expect(added).toBeCloseTo(answer.sum as number, 14);
  });

  test("in continuous time are none to be listed", async () => {
    const editor = await open(fork.replace("part p = {a, b}", ""));
    await expect(ask(editor, { spacetime: "ode(T = 2)" })).rejects.toThrow(/times of ode are continuous/);
  });
});

describe("contributions of embeddings", () => {
  test("add up to what a verify predicts", async () => {
    const spacetime = "sgd(N = 4, E = 2, B = 2)";
    const text = `${gauss}${fork}verify v { landscape gauss ${spacetime} eta = 0.1 observe test_loss predict fork }`;
    const specification = (await analyzeText(text)).verifies.get("v")!;
    const [number] = predict(
      evaluatorFor(specification),
      specification,
      { name: "test_loss", weights: [] },
      0.1,
    );
    const start = (0.5 + Math.exp(-0.5)) / 2;
    const editor = await open(text);
    const answer = await ask(editor, { spacetime, landscape: "gauss", eta: 0.1, count: 64 });
    expect(answer.total).toBe("16");
    expect(answer.observable).toBe("test_loss");
    const added = answer.embeddings.reduce((sum, { contribution }) => sum + (contribution as number), 0);
    expect(added).toBeCloseTo(number!.predicted - start, 12);
    expect(answer.sum).toBeCloseTo(number!.predicted - start, 12);
    // The next stretch finds the same numbers.
    const later = await ask(editor, { spacetime, landscape: "gauss", eta: 0.1, first: "5", count: 1 });
    expect(later.embeddings[0]).toEqual(answer.embeddings[5]);
  });

  test("are by a metric that is chosen, of those that the file has", async () => {
    const spacetime = "sgd(N = 4, E = 2, B = 2)";
    const text = `${gauss}${fork}verify v { landscape gauss ${spacetime} eta = 0.1 metric h : /* so */ 2 observe test_loss predict fork }`;
    const specification = (await analyzeText(text)).verifies.get("v")!;
    const observable = { name: "test_loss", weights: [] };
    const [number] = predict(evaluatorFor(specification), specification, observable, 0.1);
    const editor = await open(text);
    const file = await answerFile(editor.editor.diag, { uri: editor.main.uri });
    expect(file!.metrics).toEqual(["h : 2"]);
    const chosen = { spacetime, landscape: "gauss", eta: 0.1, count: 64 };
    const answer = await ask(editor, { ...chosen, metric: "h : 2" });
    const start = (0.5 + Math.exp(-0.5)) / 2;
    expect(answer.sum).toBeCloseTo(number!.predicted - start, 12);
    expect(answer.note).toContain("Edges are contracted with eta times the metric diag(2).");
    expect((await ask(editor, chosen)).sum).not.toBeCloseTo(answer.sum as number, 3);
    const plain = await open(gauss + fork);
    expect(await answerFile(plain.editor.diag, { uri: plain.main.uri })).not.toHaveProperty("metrics");
  });

  test("of a root in a part are to the train loss", async () => {
    const editor = await open(`${gauss}train diagram fork { part p = {a, out} a -> out }`);
    const answer = await ask(editor, { spacetime: "gd(N = 2, T = 2)", landscape: "gauss", eta: 0.1 });
    expect(answer.observable).toBe("train_loss");
    const added = answer.embeddings.reduce((sum, { contribution }) => sum + (contribution as number), 0);
    expect(added).toBeCloseTo(answer.sum as number, 12);
    expect(answer.sum).not.toBe(0);
  });

  test("whose contributions are beyond all numbers say so in what JSON can hold", async () => {
    const wild = "landscape wild { weights h = 0 data x ~ normal(0, 1) loss 1e200 * h * x + h^2 / 2 }\n";
    const editor = await open(wild + fork);
    const answer = await ask(editor, { landscape: "wild", eta: 1e100 });
    expect(answer.embeddings[0]!.contribution).toBeNull();
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  test("are left out in an untrusted workspace, and without a learning rate", async () => {
    const editor = await open(gauss + fork, { initializationOptions: { trusted: false } });
    const answer = await ask(editor, { landscape: "gauss", eta: 0.1 });
    expect(answer.note).toContain("not trusted");
    expect(answer.sum).toBeUndefined();
    expect(answer.embeddings).toHaveLength(3);
    expect(answer.embeddings[0]).not.toHaveProperty("contribution");
    expect((await ask(await open(gauss + fork), { landscape: "gauss" })).note).toContain("learning rate");
  });

  test("are left out, with the reason, where the landscape has none", async () => {
    const editor = await open(
      `landscape root { weights h = 0 data x ~ normal(0, 1) loss sqrt(h) + x }\n${fork}`,
    );
    const answer = await ask(editor, { landscape: "root", eta: 0.1 });
    expect(answer.embeddings).toHaveLength(3);
    expect(answer.note).toContain("not finite");
  });
});

test("each descent of a difference has its grid, and embeddings add what it has alone", async () => {
  const editor = await open(gauss + fork);
  const spacetime = "sgd(N = 3, E = 1, B = 1) - gd(N = 2, T = 4, rate = 1/2)";
  const values = { landscape: "gauss", eta: 0.1 };
  const written = await open(`${fork}verify v { sgd(N = 3, B = 1 + 0, /* c */ E = 1) - gd(2,  4) }`);
  const listed = await answerFile(written.editor.diag, { uri: written.main.uri });
  expect(listed!.spacetimes).toEqual(["sgd(N = 3, B = 1 + 0, E = 1) - gd(2, 4)"]);
  const [first, minus] = [
    await ask(editor, { spacetime, ...values }),
    await ask(editor, { spacetime, side: 1, ...values }),
  ];
  expect(first).toEqual({
    ...(await ask(editor, { spacetime: "sgd(N = 3, E = 1, B = 1)", ...values })),
    isOfDifference: true,
  });
  expect(minus).toEqual({
    ...(await ask(editor, { spacetime: "gd(N = 2, T = 4, rate = 1/2)", ...values })),
    isOfDifference: true,
  });
  expect([first!.N, first!.T, minus!.N, minus!.T]).toEqual([3, 3, 2, 4]);
  expect(await problemOf(fork, { spacetime: "gd(N = 2, T = 4)", side: 1 })).toBe(
    "`gd(N = 2, T = 4)` is no difference; it has one descent",
  );
  expect(await problemOf(fork, { spacetime: "gd(N = 2, T = 4) - ode(T = 4)", side: 1 })).toMatch(
    /^there is no embedding: .* and ode has none/,
  );
});

describe("questions about embeddings that cannot be answered", () => {
  test.each([
    ["sgd(N = 3, E = 1, B = 2)", "does not divide"],
    ["sgd(N = n, E = 1, B = 1)", "n"],
    ["sgd(N = 3)", "lacks"],
    ["gd(N = 1, T = 1) } verify w { gd(N = 1, T = 1)", "is no space-time"],
    ["gd(N = 1, T = 1) gd(N = 1, T = 1)", "is no space-time"],
    ["gd(N = 1, T = 1) // } verify w {", '"total"'],
    ["process.exit()", "is no space-time"],
    ["", "is no space-time"],
    ["x".repeat(500), "too long"],
    ["gd(N = 1e9, T = 1e300)", "not a positive whole number"],
    ["sgd(N = 1e15, E = 1e15, B = 1)", "too many"],
  ])("say so in one line: %s", async (spacetime, message) => {
    const problem = await problemOf(fork, { spacetime });
    expect(problem).toContain(message);
    expect(problem).not.toContain("\n");
  });

  test.each<[string, Partial<Record<keyof EmbeddingsParameters, unknown>>, string]>([
    [fork, { id: "spoon" }, "no diagram `spoon`"],
    [fork, { uri: "file:///elsewhere.diag" }, "not open"],
    ["diagram fork { a -> b b -> a }", {}, "broken"],
    [gauss + fork, { landscape: "gaus", eta: 1 }, "`gauss`"],
    [gauss + fork, { landscape: "gauss", eta: 1, metric: "diag(1, 2)" }, "does not fit `gauss`"],
    [gauss + fork, { landscape: "gauss", eta: 1, metric: "h: 2 } diagram d" }, "this is no metric"],
    [gauss + fork, { landscape: "fork", eta: 1 }, "no landscape `fork`"],
    [`landscape gauss { loss y }\n${fork}`, { landscape: "gauss", eta: 1 }, "has errors"],
    [fork, { first: "-1" }, "whole number"],
    [fork, { first: "9".repeat(500) }, "whole number"],
    [fork, { count: 1e9 }, "1 to 64"],
    [gauss + fork, { landscape: "gauss", eta: -1 }, "positive"],
  ])("say so in one line: %s %s", async (text, parameters, message) => {
    const problem = await problemOf(text, parameters);
    expect(problem).toContain(message);
    expect(problem).not.toContain("\n");
  });
});
