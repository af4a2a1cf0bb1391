import { expect, test } from "vitest";
import { analyze, expectProblems, gauss } from "./workspace.js";

const diagrams = `
  diagram pair = (01-2)(02-12)
  diagram drift { a, b -> j -> out part {a, b} }
  diagram nothing = (0)()
  train diagram joined { a, b -> out part {a, out} }
`;

function verify(changes: Record<string, string>): string {
  const lines: Record<string, string> = {
    landscape: "landscape gauss",
    spacetime: "sgd(N = 10, E = 1, B = 1)",
    eta: "eta = 0.1",
    observe: "observe test_loss",
    predict: "predict order 2",
    ...changes,
  };
  return `verify v { ${Object.values(lines).join("\n")} }`;
}

const several =
  "landscape several { weights u = 0, v = 0, z = 0 param p = 1 data x ~ normal(0, 1) loss u*v*z*x*p }\n";

test.each([
  ["landscape", /lacks a landscape.*`landscape gauss`/],
  ["spacetime", /lacks a space-time.*`sgd\(N = 10, E = 1, B = 1\)`/],
  ["eta", /lacks a learning rate.*`eta = 0\.1`/],
  ["observe", /lacks an observable.*`observe test_loss`/],
])("a verify without its %s", async (line, message) => {
  await expectProblems(gauss + verify({ [line]: "" }).replace("verify v", "verify «v»"), [
    ["error bad-value", message],
  ]);
});

test.each([
  ["landscape", "landscape gauss «landscape gauss»"],
  ["spacetime", "gd(N = 2, T = 2) «sgd(N = 2, E = 1, B = 1)»"],
  ["eta", "eta = 0.1 «eta = 0.2»"],
  ["observe", "observe test_loss «observe gen_gap»"],
  ["predict", "predict order 2 «predict series 2»"],
  ["sum", "sum = exact «sum = exact»"],
  ["measure", "measure = total «measure = total»"],
  ["trials", "trials = 10 «trials = 20»"],
  ["seed", "seed = 1 seed = 2".replace("seed = 2", "«seed = 2»")],
])("a verify with two of its %s", async (line, text) => {
  await expectProblems(gauss + verify({ [line]: text }), [["error bad-value", /already; remove one/]]);
});

test("a verify may predict nothing, and then says nothing of predictions", async () => {
  const { verifies, diagnostics } = await analyze(gauss + verify({ predict: "" }));
  expect(diagnostics).toEqual([]);
  expect(verifies.get("v")!.prediction).toBeUndefined();
  for (const line of ["sum = integral", "measure = total"]) {
    await expectProblems(gauss + verify({ predict: `«${line}»` }), [
      [
        "error bad-value",
        /this is about a prediction, and this verify has none; add a line such as `predict order 3`/,
      ],
    ]);
  }
});

test("everything at once", async () => {
  const { verifies, diagnostics } = await analyze(
    several +
      diagrams +
      verify({
        landscape: "landscape several",
        spacetime: "sgd(4, 2, B = 2, shuffle = reshuffled)",
        eta: "eta = 1/10, 0.05, 2*pi/100",
        observe: "observe test_loss, train_loss, displacement, displacement(z, u)",
        predict: "predict order 4",
        sum: "sum = integral",
        trials: "trials = 2e5",
        seed: "seed = 0",
      }),
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(verifies.get("v")).toMatchObject({
    spacetime: { optimiser: "sgd", parameters: { N: 4, E: 2, B: 2, shuffle: "reshuffled" } },
    etas: [0.1, 0.05, (2 * Math.PI) / 100],
    observables: [
      { name: "test_loss", weights: [] },
      { name: "train_loss", weights: [] },
      { name: "displacement", weights: [0, 1, 2] },
      { name: "displacement", weights: [2, 0] },
    ],
    prediction: { kind: "order", order: 4 },
    sum: "integral",
    trials: 200000,
    seed: 0,
  });
});

test.each([
  ["spacetime", "sgd(N = 10, E = 1, «B = 3»)", "error bad-space-time", /does not divide/],
  ["spacetime", "sgd(«N = 0», E = 1, B = 1)", "error bad-space-time", /positive whole number/],
  ["spacetime", "sgd(N = 10, «E = 1.5», B = 1)", "error bad-space-time", /positive whole number/],
  ["spacetime", "sgd(10, 1, «-1»)", "error bad-space-time", /positive whole number/],
  ["spacetime", "«sgd(N = 10, E = 1)»", "error bad-space-time", /lacks B; write/],
  [
    "spacetime",
    "gd(N = 10, «T = inf»)",
    "error bad-space-time",
    /a limit, which nothing can simulate; write a whole/,
  ],
  ["spacetime", "sgd(«inf», 1, 1)", "error bad-space-time", /N = inf is a limit/],
  ["spacetime", "sgd(N = 10, E = 1, B = «inf»)", "error unknown-symbol", /`inf` is no constant/],
  ["spacetime", "«gd()»", "error bad-space-time", /lacks N and T/],
  ["spacetime", "gd(N = 10, T = 5, «E = 1»)", "error bad-space-time", /`gd` has no `E`/],
  ["spacetime", "sgd(N = 10, E = 1, B = 1, «N = 10»)", "error bad-space-time", /given twice/],
  ["spacetime", "sgd(N = 10, E = 1, B = 1, «7»)", "error bad-space-time", /takes N, E, B/],
  [
    "spacetime",
    "sgd(N = 10, E = 1, B = 1, «shuffle = random»)",
    "error bad-space-time",
    /`same` or `reshuffled`/,
  ],
  [
    "spacetime",
    "gd(N = 10, T = 5, «rate = -1/3»)",
    "error bad-space-time",
    /^rate = -1\/3 is not a positive/,
  ],
  ["spacetime", "gd(N = 10, T = 5, «shuffle = same»)", "error bad-space-time", /no `shuffle`/],
  ["spacetime", "sgd(N = «n», E = 1, B = 1)", "error unknown-symbol", /no constant/],
  ["eta", "eta = 0.1, «0»", "error bad-value", /not positive/],
  ["eta", "eta = «-0.1»", "error bad-value", /not positive/],
  ["eta", "eta = «1/0»", "error bad-value", /not finite/],
  ["eta", "eta = 0.1, «0.1»", "error bad-value", /twice/],
  ["trials", "trials = «0»", "error bad-value", /whole number from 1/],
  ["trials", "trials = «1.5»", "error bad-value", /whole number/],
  ["seed", "seed = «-1»", "error bad-value", /whole number from 0/],
  [
    "seed",
    "seed = «9007199254740993»",
    "error bad-value",
    /^seed = 9007199254740993 is not .* 0 to 9007199254740991$/,
  ],
  ["seed", "seed = «9007199254740992»", "error bad-value", /^seed = 9007199254740992 is not/],
  ["seed", "seed = «2^60»", "error bad-value", /^seed = 2\^60 is not/],
  ["trials", "trials = «1e20»", "error bad-value", /^trials = 1e20 is not/],
  ["spacetime", "gd(«N = 9007199254740993», T = 1)", "error bad-space-time", /^N = 9007199254740993 is not/],
  ["spacetime", "sgd(2, «E = 1e16», 1)", "error bad-space-time", /^E = 1e16 is not/],
  ["trials", "trials = «1e16»", "error bad-value", /whole number from 1 to 1000000000000000$/],
  [
    "spacetime",
    "gd(N = 10, «T = 1e17»)",
    "error bad-space-time",
    /positive whole number up to 9007199254740991/,
  ],
  ["predict", "predict order «2.5»", "error bad-value", /whole number from 0 to 7/],
  ["sum", "sum = «exakt»", "error bad-value", /did you mean `exact`/],
  [
    "measure",
    "measure = «totl»",
    "error bad-value",
    /`measure` is `total`, or left out; did you mean `total`/,
  ],
  ["predict", "predict order «7» measure = total", "error bad-value", /order 6 is the highest that fits$/],
  ["measure", "measure = «orders»", "error bad-value", /`measure` is `total`, or left out$/],
  ["observe", "observe «testloss»", "error bad-value", /did you mean `test_loss`/],
  ["observe", "observe «test_loss(h)»", "error bad-value", /takes no weight/],
  ["observe", "observe test_loss, «test_loss»", "error bad-value", /twice/],
  ["observe", "observe displacement(«w»)", "error unknown-symbol", /no weight `w`.*weights are h/],
  ["observe", "observe displacement(«x»)", "error unknown-symbol", /only weights are displaced/],
  ["observe", "observe displacement(h, «h»)", "error bad-value", /twice/],
  ["predict", "predict order «-1»", "error bad-value", /whole number from 0/],
  ["predict", "predict series «2.5»", "error bad-value", /whole number from 0/],
  ["landscape", "landscape «gaus»", "error unresolved", /no landscape `gaus`; did you mean `gauss`/],
  ["landscape", "landscape «pair»", "error unresolved", /is a diagram, not a landscape/],
  ["predict", "predict «gauss»", "error unresolved", /is a landscape, not a diagram/],
  ["predict", "predict pair + «drfit»", "error unresolved", /did you mean `drift`/],
  ["predict", "predict pair + «pair»", "error bad-value", /twice/],
  ["predict", "predict «nothing»", "error bad-value", /order-0 term/],
  ["predict", "predict «joined»", "error bad-value", /adds nothing to test_loss/],
])("%s: %s", async (line, text, kind, message) => {
  const marked = gauss + diagrams + verify({ [line]: text });
  const { verifies } = await expectProblems(marked, [[kind, message]]);
  expect(verifies.size).toBe(0);
});

test("a reducible diagram cannot be predicted by name", async () => {
  const { verifies, diagrams: known } = await expectProblems(
    `${gauss}diagram link { a -> «m» -> out } ${verify({ predict: "predict «link»" })}`,
    [["warning reducible"], ["error reducible", /predict the contraction/]],
  );
  expect(verifies.size).toBe(0);
  expect(known.has("link")).toBe(true);
});

test("isomorphic diagrams cannot be predicted together", async () => {
  await expectProblems(
    `${gauss}diagram pair = (01-2)(02-12) diagram «two» { p, q -> o part {q, p} } ${verify({ predict: "predict pair + «two»" })}`,
    [["info same-diagram"], ["error bad-value", /the same diagram as `pair`/]],
  );
});

test("train diagrams are for train_loss and gen_gap", async () => {
  await expectProblems(
    gauss + diagrams + verify({ observe: "observe train_loss", predict: "predict joined + pair" }),
    [],
  );
  await expectProblems(
    gauss + diagrams + verify({ observe: "observe gen_gap", predict: "predict joined" }),
    [],
  );
  await expectProblems(gauss + diagrams + verify({ observe: "observe gen_gap", predict: "predict «pair»" }), [
    ["error bad-value", /cancel in gen_gap/],
  ]);
  await expectProblems(
    gauss + diagrams + verify({ observe: "observe displacement", predict: "predict «joined»" }),
    [["error bad-value", /adds nothing to displacement/]],
  );
});

test("a root of more than one edge displaces nothing", async () => {
  await expectProblems(
    gauss + diagrams + verify({ observe: "observe displacement", predict: "predict drift + «pair»" }),
    [["error bad-value", /the root of `pair` has 2 edges/]],
  );
});

test("diagrams that no embedding allows are warned of", async () => {
  const { verifies } = await expectProblems(
    gauss + diagrams + verify({ spacetime: "gd(N = 5, T = 1)", predict: "predict pair + «drift»" }),
    [["warning never-embeds", /a path of 2 edges, and there is 1 update/]],
  );
  expect(verifies.size).toBe(1);
  const twice = "multi_epoch diagram twice { «a», c -> b -> out part {a, b} } ";
  const marked = twice.replace("«a»", "a").replace("part {a", "part {«a»");
  await expectProblems(gauss + marked + verify({ predict: "predict «twice»" }), [
    ["warning path-condition"],
    ["warning never-embeds", /meets one part twice/],
  ]);
  await expectProblems(gauss + marked + verify({ spacetime: "sgd(10, 2, 1)", predict: "predict twice" }), [
    ["warning path-condition"],
  ]);
  // Each part has one time here, and each must come before the other.
  const crossed = "diagram crossed { a -> b -> out c -> d -> out part P = {a, d} part Q = {b, c} } ";
  await expectProblems(gauss + crossed + verify({ predict: "predict «crossed»" }), [
    ["warning never-embeds"],
  ]);
});

test("an error of a diagram is not repeated where it is predicted", async () => {
  const { verifies } = await expectProblems(
    `${gauss}diagram d { a, b -> out part {a, «out»} } ${verify({ predict: "predict d" })}`,
    [["error root-in-part"]],
  );
  expect(verifies.size).toBe(0);
});

test("under integrals every diagram adds, and nothing is said of embeddings", async () => {
  for (const [spacetime, hasEmbedding] of [
    ["sgd(N = 1, E = 1, B = 1)", false],
    ["gd(N = 3, T = 1)", false],
    ["gd(N = 3, T = 2)", true],
  ] as const) {
    const block = (sum: string) =>
      gauss + diagrams + verify({ spacetime, predict: `predict drift sum = ${sum}` });
    const exact = await analyze(block("exact"));
    expect(exact.diagnostics.map(({ code }) => code)).toEqual(hasEmbedding ? [] : ["never-embeds"]);
    expect((await analyze(block("integral"))).diagnostics).toEqual([]);
  }
});

test("of integrals too it is said which diagrams' parts weigh nothing", async () => {
  const triple = "diagram triple { a, b, c -> out part {a, b, c} } ";
  await expectProblems(
    gauss + triple + verify({ spacetime: "sde(T = 3)", predict: "predict «triple» sum = integral" }),
    [
      [
        "warning never-embeds",
        /`triple` has no embedding .* it has a part of 3 nodes, and sde has none of so many/,
      ],
    ],
  );
});

test("two nodes of a part whose gradients a penalty takes together have embeddings in one update", async () => {
  await expectProblems(
    `${gauss}multi_epoch diagram couple = («0»1-2)(01-12) ${verify({ spacetime: "gdc(N = 2, T = 1)", predict: "predict couple" })}`,
    [["warning path-condition"]],
  );
});

test("what needs training points is refused where there are none", async () => {
  const spacetime = "sde(T = 3)";
  await expectProblems(gauss + verify({ spacetime, observe: "observe test_loss, «train_loss», «gen_gap»" }), [
    ["error bad-value", /^train_loss needs training points, and sde has none; observe something else$/],
    ["error bad-value", /^gen_gap needs training points, and sde has none; observe something else$/],
  ]);
  await expectProblems(gauss + verify({ spacetime: "sde(T = 3, «refine = 1/2»)" }), [
    ["error bad-space-time", /^refine = 1\/2 is not a positive whole number/],
  ]);
});

test("a difference is of two descents, each checked by itself, on the same training points where these are seen", async () => {
  const { verifies, diagnostics } = await analyze(
    gauss +
      verify({ spacetime: "sgd(4, 2, B = 2, rate = 1/3)\n - gd(N = 4, T = 3)", observe: "observe gen_gap" }),
  );
  expect(diagnostics).toEqual([]);
  expect(verifies.get("v")!.spacetime).toEqual({
    first: { optimiser: "sgd", parameters: { N: 4, E: 2, B: 2, shuffle: "same", rate: 1 / 3 } },
    minus: { optimiser: "gd", parameters: { N: 4, T: 3 } },
  });
  const problems = (spacetime: string, observe: string, ...expected: (readonly [string, RegExp])[]) =>
    expectProblems(gauss + verify({ spacetime, observe }), expected);
  const loss = "observe test_loss";
  await problems("sgd(N = 5, E = 1, B = 1) - gd(N = 4, T = 3)", loss);
  await problems(
    "sgd(N = 5, E = 1, «B = 2») - gd(«N = 0», T = 3)",
    loss,
    ["error bad-space-time", /^B = 2 does not divide/],
    ["error bad-space-time", /^N = 0 is not a positive whole/],
  );
  await problems(
    "«sgd(N = 5, B = 1)» - «gd(N = 4)»",
    loss,
    ["error bad-space-time", /lacks E; write/],
    ["error bad-space-time", /`gd` lacks T; write/],
  );
  await problems("gd(N = 4, T = 3) - ode(T = 3) - «gd(N = 4, T = 2)»", loss, [
    "error bad-space-time",
    /^a difference has two descents; remove this one, or verify it in a block of its own$/,
  ]);
  const two = "observe test_loss, «train_loss», «gen_gap»";
  const sameN =
    /^(?:train_loss|gen_gap) needs the same training points on both sides, and N is 5 and 4 in sgd\(N = 5, .*\) - gd\(N = 4, T = 3\); give both the same N, or observe something else$/;
  await problems(
    "sgd(N = 5, E = 1, B = 1) - gd(N = 4, T = 3)",
    two,
    ["error bad-value", sameN],
    ["error bad-value", sameN],
  );
  const without = /^(?:train_loss|gen_gap) needs training points, and sde has none; observe something else$/;
  await problems(
    "sgd(N = 5, E = 1, B = 1) - sde(T = 5)",
    two,
    ["error bad-value", without],
    ["error bad-value", without],
  );
});

test("covariances are of one descent", async () => {
  const spacetime = "sgd(N = 5, E = 1, B = 1) - gd(N = 5, T = 5)";
  await expectProblems(gauss + verify({ spacetime, observe: "observe test_loss, «variance(test_loss)»" }), [
    [
      "error bad-value",
      /^variance is of one descent, and its difference is not what trials of both have; verify each descent by itself$/,
    ],
  ]);
});

test("a diagram that embeds in either descent of a difference adds, and one that does in neither does not", async () => {
  const block = (spacetime: string, predict: string) => gauss + diagrams + verify({ spacetime, predict });
  await expectProblems(block("sgd(N = 1, E = 1, B = 1) - gd(N = 3, T = 2)", "predict drift"), []);
  await expectProblems(block("sgd(N = 1, E = 1, B = 1) - gd(N = 3, T = 1)", "predict «drift»"), [
    ["warning never-embeds", /`drift` has no embedding in this space-time, so it adds 0/],
  ]);
  await expectProblems(block("gd(N = 3, T = 3) - gdc(N = 3, T = 3)", "predict order «3»"), [
    ["error bad-value", /^gdc is predicted up to order 2; ask for no more, such as order 2$/],
  ]);
});

test("orders of which nothing is known in a space-time are refused where they are asked for", async () => {
  const spacetime = "gdc(N = 3, T = 3)";
  await expectProblems(gauss + verify({ spacetime, predict: "predict series 2" }), []);
  await expectProblems(gauss + verify({ spacetime, predict: "predict order «3»" }), [
    ["error bad-value", /^gdc is predicted up to order 2; ask for no more, such as order 2$/],
  ]);
  const measure = "measure = total";
  await expectProblems(gauss + verify({ spacetime, predict: "predict order «1»", measure }), [
    ["error bad-value", /^`measure = total` takes 2 orders beyond order 1, of which nothing is known; leave/],
  ]);
  // Of one point there is no covariance.
  const alone = "gdc(N = 1, T = 3)";
  await expectProblems(gauss + verify({ spacetime: alone, predict: "predict order 3", measure }), []);
});
