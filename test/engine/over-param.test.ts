import { expect, test } from "vitest";
import { machineEngines } from "../../src/engines/index.js";
import { runTarget } from "../../src/runner/run.js";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";
import { runVerification, variantsOf } from "../../src/verify/index.js";
import { analyze } from "../language/workspace.js";

const engines = machineEngines({ workers: 0 });

const text = (H: string, line: string) => `landscape mean {
  param H = ${H}
  weights u = 1
  data x ~ normal(0, 1)
  loss H*u^2/2 - x*u
}
verify it {
  landscape mean
  gd(N = 3, T = 2)
  eta = 0.1, 0.2
  observe test_loss, bent = H*exp(u)
  predict order 2
  trials = 400
  ${line}
}`;

test("a run over a param has the runs of each value, each with its value", async () => {
  const runsOf = async (file: string) => {
    const { verifies } = await analyze(file);
    const runs = [];
    for (const one of variantsOf(verifies.get("it")!)) {
      runs.push(...(await runVerification(one, { engines, backend: "cpu" })));
    }
    return runs;
  };
  const over = await runsOf(text("1", "with H = 1/2, 3"));
  const alone = [...(await runsOf(text("1/2", ""))), ...(await runsOf(text("3", "")))];
  expect(over.map((run) => run.with)).toEqual([0.5, 0.5, 0.5, 0.5, 3, 3, 3, 3].map((H) => ({ H })));
  over.forEach((run, index) => {
    const { measured, standardError, predicted, orders, eta, observable } = alone[index]!;
    expect(run).toMatchObject({ measured, standardError, predicted, orders, eta, observable });
  });
});

test("its record has the numbers of all values beside each other", async () => {
  let record: RunRecord | undefined;
  const tell = (event: RunEvent) => {
    record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
  };
  await runTarget(
    {
      id: "1",
      kind: "verification",
      source: { uri: "file:///main.diag", path: "/main.diag", text: text("1", "with H = 1/2, 3") },
      target: { kind: "verify", name: "it" },
      backend: "cpu",
    },
    { engines, tell, note: () => undefined, signal: new AbortController().signal },
  );
  const labels = ["test_loss with H = 0.5", "bent with H = 0.5", "test_loss with H = 3", "bent with H = 3"];
  expect(record!.state).toBe("done");
  expect(record!.observables).toEqual(labels);
  expect(record!.points.map(({ eta, observable }) => `${observable} ${eta}`)).toEqual(
    [0.1, 0.2].flatMap((eta) => labels.map((label) => `${label} ${eta}`)),
  );
  expect(record!.curves.map(({ observable }) => observable)).toEqual(labels);
  for (const { predicted, eta, observable } of record!.points) {
    const { terms } = record!.terms.find((one) => one.eta === eta && one.observable === observable)!;
    expect(terms.reduce((sum, { value }) => sum + value!, 0)).toBeCloseTo(predicted!, 12);
  }
});
