import { expect, test } from "vitest";
import { machineEngines } from "../../src/engines/index.js";
import { runTarget } from "../../src/runner/run.js";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";

const text = `landscape large { weights A[120, 120] = 1/100, b[120] = 1/10 loss sum(tanh(A @ b)) }
verify v { landscape large gd(N = 1, T = 2) eta = 1/1000 observe test_loss predict series 1 metric b: 2
  trials = 10 }`;

async function recordOf(
  kind: "evaluation" | "verification",
  heard: (event: RunEvent) => void = () => undefined,
): Promise<RunRecord> {
  let record: RunRecord | undefined;
  await runTarget(
    {
      id: "1",
      kind,
      source: { uri: "file:///main.diag", path: "/main.diag", text },
      target: { kind: "verify", name: "v" },
    },
    {
      engines: machineEngines({ workers: 0 }),
      tell: (event) => {
        heard(event);
        record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
      },
      note: () => undefined,
      signal: new AbortController().signal,
    },
  );
  return record!;
}

test("a landscape that is too large to be written out has its evaluation run", async () => {
  const record = await recordOf("evaluation");
  expect(record).toMatchObject({ state: "done", metric: "b: 2" });
  const [{ terms }] = record.terms as [RunRecord["terms"][number]];
  // Slopes of 120 units of tanh(0.12): times 0.1 for an entry of A, all of them times 0.01 for one of b, which goes twice as far.
  const slope = 1 / Math.cosh(0.12) ** 2;
  const squares = 120 * 120 * (0.1 * slope) ** 2 + 2 * 120 * (120 * 0.01 * slope) ** 2;
  expect(terms.map(({ diagram }) => diagram)).toEqual(["(0)()", "(0-1)(01)"]);
  expect(terms[0]!.value).toBeCloseTo(120 * Math.tanh(0.12), 10);
  expect(terms[1]!.value).toBeCloseTo(-2 * 0.001 * squares, 10);
});

test("its trials are simulated, and agree with what is predicted", async () => {
  const record = await recordOf("verification");
  expect(record).toMatchObject({ state: "done", metric: "b: 2" });
  const [run] = record.points as [RunRecord["points"][number]];
  expect(run).toMatchObject({ observable: "test_loss", verdict: "agrees", backend: "cpu", diverged: 0 });
});

test.each(["evaluation", "verification"] as const)(
  "no message of its %s holds weights, nor does the record that is kept",
  async (kind) => {
    const lengths = new Map<string, number>();
    const record = await recordOf(kind, (event) =>
      lengths.set(event.type, Math.max(lengths.get(event.type) ?? 0, JSON.stringify(event).length)),
    );
    expect([...lengths.keys()]).toEqual(expect.arrayContaining(["started", "predicted", "ended"]));
    // There are 14,520 of them.
    expect([...lengths].filter(([, length]) => length > 14_520)).toEqual([]);
    expect(JSON.stringify(record).length).toBeLessThan(14_520);
  },
);
