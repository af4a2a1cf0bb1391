import { expect } from "vitest";
import type { DeviceLink } from "../../src/device/index.js";
import { type Engine, type EngineName, openCpuEngine } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { tensorJobs } from "../../src/engines/tensors/job.js";
import { tensorHandlers } from "../../src/engines/tensors/serve.js";
import { measuredData } from "../../src/plots/measured-data.js";
import { runTarget } from "../../src/runner/run.js";
import { type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";
import { isRecord } from "../../src/runs/model.js";

/** Two engines that share no kernel, both with the lists of records that the test has. */
export async function openTwoEngines(): Promise<ReadonlyMap<EngineName, Engine>> {
  const tensors = await LinkedEngine.open("tfjs", hereLink(), { tensors: "wasm" }, tensorJobs);
  return new Map<EngineName, Engine>([
    ["cpu", openCpuEngine()],
    ["tfjs", tensors],
  ]);
}

/** Verifies the block `added` of a text as the runner does: the record that the results page has. Engines stay open. */
export async function verifiedOn(
  backend: EngineName,
  engines: ReadonlyMap<EngineName, Engine>,
  text: string,
): Promise<RunRecord> {
  let record: RunRecord | undefined;
  await runTarget(
    {
      id: backend,
      kind: "verification",
      source: { uri: "untitled:added", path: "/added.diag", text },
      target: { kind: "verify", name: "added" },
      backend,
    },
    {
      signal: new AbortController().signal,
      engines: { open: async (name) => unclosed(engines.get(name)!) },
      tell: (event) => {
        record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
      },
      note: () => undefined,
    },
  );
  const kept: unknown = JSON.parse(JSON.stringify(record));
  expect(isRecord(kept)).toBe(true);
  expect(record!.message).toBeUndefined();
  return record!;
}

/** What two engines measured of the same trials is the same but for rounding. */
export function expectSameTrials(precise: RunRecord, coarse: RunRecord): void {
  precise.points.forEach(({ measured }, index) => {
    const { measured: there, roundingFloor } = coarse.points[index]!;
    expect(Math.abs(measured! - there!)).toBeLessThanOrEqual(roundingFloor!);
  });
}

/** The results page draws every learning rate, and curves through what is predicted there. */
export function expectDrawn(record: RunRecord, observable: string): void {
  const { run, label, sentence } = measuredData(record, undefined, observable, undefined);
  const zero = run.subtracted ?? 0;
  const points = record.points.filter((point) => point.observable === observable);
  expect(run.points.map(({ x, value }) => [x, value + zero])).toEqual(
    points.map(({ eta, measured }) => [eta, expect.closeTo(measured!, 12)]),
  );
  expect(points.map(({ eta }) => eta)).toEqual(record.etas);
  for (const { eta, predicted } of points) {
    const place = run.orders.at(-1)!.find((one) => one.x === eta)!;
    expect(place.value! + zero).toBeCloseTo(predicted!, 12);
  }
  expect(label.startsWith(observable)).toBe(true);
  expect(sentence.startsWith(`${observable}: `)).toBe(true);
}

/** An engine that several runs use: none of them closes it. */
function unclosed(engine: Engine): Engine {
  return {
    name: engine.name,
    device: engine.device,
    facts: engine.facts,
    software: engine.software,
    isPrecise: (request) => engine.isPrecise(request),
    simulate: (request, options) => engine.simulate(request, options),
    trialValues: (request, signal) => engine.trialValues(request, signal),
    close: async () => undefined,
  };
}

/** Tensors in this process, which has the longer list of records; those of the product have a process of their own. */
function hereLink(): DeviceLink {
  const handlers = tensorHandlers();
  return {
    ask: (name, parameters, signal = new AbortController().signal) =>
      handlers[name](parameters as never, signal, () => undefined) as never,
    get heard() {
      return performance.now();
    },
    close: () => undefined,
  };
}
