import { expect, test } from "vitest";
import { machineEngines } from "../../src/engines/index.js";
import { runTarget } from "../../src/runner/run.js";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";

const engines = machineEngines({ workers: 0 });

async function recordOf(observe: string, over = ""): Promise<RunRecord> {
  const text = `landscape ridge {
  param H = 2
  weights t = 1, hyper lambda = 0 in [0, 10]
  data x ~ normal(0, 1)
  loss (H + lambda) * t^2 / 2 + x*t
}
verify v { landscape ridge  gd(N = 10, T = 10, penalty = stic)  eta = 0.1  observe ${observe}  trials = 200  ${over} }`;
  let record: RunRecord | undefined;
  await runTarget(
    {
      id: "1",
      kind: "verification",
      source: { uri: "file:///main.diag", path: "/main.diag", text },
      target: { kind: "verify", name: "v" },
      backend: "cpu",
    },
    {
      engines,
      tell: (event: RunEvent) => {
        record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
      },
      note: () => undefined,
      signal: new AbortController().signal,
    },
  );
  expect(record!.state).toBe("done");
  return record!;
}

test("a record of a gap that is measured only has its criteria, of the model's one weight", async () => {
  const { points, notes } = await recordOf("gen_gap");
  expect(points.map(({ predicted, verdict }) => [predicted, verdict])).toEqual([[null, null]]);
  // p/N; S²/(HN); S²/(HN)·(1 − e^(−2)).
  expect(notes).toEqual(["At eta = 0.1 the gap's criteria are AIC 0.1, TIC 0.05 and STIC 0.04323"]);
});

test("of each value of a param", async () => {
  const { notes } = await recordOf("test_loss, gen_gap", "with H = 1, 2");
  expect(notes).toEqual([
    "At eta = 0.1 the gap's criteria are AIC 0.1, TIC 0.1 and STIC 0.06321 with H = 1",
    "At eta = 0.1 the gap's criteria are AIC 0.1, TIC 0.05 and STIC 0.04323 with H = 2",
  ]);
});

test("one of other numbers has none", async () => {
  expect((await recordOf("test_loss")).notes ?? []).toEqual([]);
});
