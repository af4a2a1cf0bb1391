import { expect, test } from "vitest";
import { RunStore } from "../../../src/server/evaluation/runs.js";
import type { EvaluationService } from "../../../src/server/evaluation/service.js";
import { type PredictedRow, predictionsOf } from "../../../src/server/evaluation/tasks.js";
import { predictionBlocks } from "../../../src/server/hover/verify-hover.js";
import type { VerifySpecification } from "../../../src/verify/index.js";
import { analyze, gauss } from "../workspace.js";

async function specificationOf(eta: string, T: number): Promise<VerifySpecification> {
  const { verifies, diagnostics } = await analyze(
    `${gauss}verify v { landscape gauss gd(N = 2, T = ${T}) eta = ${eta} observe test_loss predict order 2 }`,
  );
  expect(diagnostics).toEqual([]);
  return verifies.get("v")!;
}

/** The hover's table and notes, from what an evaluation answered. */
async function shown(specification: VerifySpecification, answer: readonly PredictedRow[] | undefined) {
  const service = {
    predict: async () => (answer === undefined ? { state: "computing" } : { state: "done", value: answer }),
  } as unknown as EvaluationService;
  const runs = new RunStore();
  const last = { verify: "v", eta: 5, observable: "test_loss", predicted: 1, measured: 2, standardError: 1 };
  runs.put("file:///v.diag", [{ ...last, verdict: "inconclusive", reason: "few trials" }]);
  const blocks = await predictionBlocks(specification, service, runs, "file:///v.diag", {
    document: "file:///v.diag",
  });
  return blocks.map((block) => ("markdown" in block ? block.markdown : block.latex)).join("\n");
}

test("descent that diverges is said at each learning rate at which it does", async () => {
  // The curvature at the start is 1/2.
  const specification = await specificationOf("0.1, 4.5, 5", 3);
  const text = await shown(specification, predictionsOf(specification));
  expect(text.match(/descent diverges/g)).toHaveLength(2);
  expect(text).toContain("At `eta = 4.5` descent diverges: eta*h = 2.25 is more than 2 along h,");
  const calm = await specificationOf("0.1, 3.9", 3);
  expect(await shown(calm, predictionsOf(calm))).not.toContain("diverges");
});

test("what overflows is told from what is not known", async () => {
  const specification = await specificationOf("5", 10_000);
  const rows = predictionsOf(specification);
  expect(await shown(specification, rows)).toMatch(/\| 5 \| `test_loss` \| (Infinity|−Infinity|no value) \|/);
  const [row] = rows;
  expect(await shown(specification, [{ ...row!, predicted: Number.NaN }])).toContain("| no value |");
  expect(await shown(specification, undefined)).toContain("| 5 | `test_loss` | – | – |");
});

test("an estimate says from what it is, what it cost and what a smaller error would cost", async () => {
  const { verifies, diagnostics } = await analyze(`
landscape net {
  data x[2] ~ discrete(-1, 2), y ~ discrete(0, 1)
  weights A[2] = 0.3
  loss square(tanh(dot(A, x)) - y)
}
verify v { landscape net sgd(N = 3, E = 1, B = 1) eta = 0.1 observe test_loss predict series 2 samples = 128 }`);
  expect(diagnostics).toEqual([]);
  const specification = verifies.get("v")!;
  const rows = predictionsOf(specification);
  const [{ standardError, change, cost }] = rows as [PredictedRow];
  expect(cost).toMatchObject({ samples: 16, rows: 8 });
  const times = (standardError! / (0.01 * Math.abs(change!))) ** 2;
  const text = await shown(specification, rows);
  const gradients = Number(cost!.gradients.toPrecision(2));
  expect(text).toContain(
    `Estimated from 16 samples of 8 rows for each expectation: ${gradients} gradients of a row.`,
  );
  expect(text).toContain(`it would be about ${Number(times.toPrecision(2))} times as much.`);
  expect(text).not.toContain("A verification takes a minute");
  const { samples: _, ...open } = specification;
  expect(await shown(open, rows)).toContain(
    "A verification takes a minute of them, or as many rows as `samples` says.",
  );
  const exact = rows.map(({ cost: __, standardError: ___, ...row }) => row);
  expect(await shown(specification, exact)).not.toContain("Estimated");
  const good = rows.map((row) => ({ ...row, standardError: 0.009 * Math.abs(row.change!) }));
  expect(await shown(specification, good)).not.toContain("times as much");
});
