import type { Engine, EngineRecord } from "../../src/engines/index.js";
import { kernelOf } from "../../src/engines/processor/job.js";
import { jobHere, openSimulator } from "../../src/engines/processor/local.js";
import { valuesOf } from "../../src/engines/processor/trial-values.js";
import type { Backend, EngineName } from "../../src/runs/index.js";

/* A made-up engine, as docs/how-to/add-an-engine.md adds one: the reference kernel, on the thread of who asks. */

export const twin: Backend = {
  name: "twin",
  title: "Twin",
  summary: "JavaScript on one thread; always there",
  documentation: "The reference, in double precision.",
  asked: "the reference simulates",
  precision: "double",
};

export const twinEngine: EngineRecord = {
  name: twin.name as EngineName,
  open: async () => openTwin(),
  candidates: () => [{ name: twin.name, open: async () => openTwin() }],
  comparedVisits: 2 ** 17,
  auto: { device: "second processor", gain: 1.2, price: "its one thread is" },
  pilotVisits: 2 ** 12,
};

function openTwin(): Engine {
  const simulator = openSimulator(0);
  return {
    name: twin.name as EngineName,
    device: "JavaScript on 1 thread",
    facts: [["Node", process.version]],
    software: false,
    isPrecise: () => true,
    simulate: (request, options) => simulator.simulate(request, { ...options, backend: "js" }),
    async trialValues(request, signal) {
      const { job } = await jobHere(request, "js", 1);
      const { kernel, simulate } = kernelOf(job);
      return valuesOf(kernel, job.plan, request, signal, simulate);
    },
    close: () => simulator.close(),
  };
}
