/** The places where trials run on this machine, tried by the suite that a cluster is tried by too. */
import { afterAll, beforeAll, describe } from "vitest";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import {
  mergeResults,
  noneOf,
  type SimulationRequest,
  type SimulationResult,
} from "../../src/simulate/index.js";
import { describeExecutor, type TriedExecutor } from "./executor-contract.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";

/** An engine that is given the parts one after the other. */
function inTurn(engine: Engine): TriedExecutor {
  return {
    async simulate(request, parts, signal, begun) {
      const options = {
        ...(signal === undefined ? {} : { signal }),
        onProgress: () => begun?.(),
      };
      const size = Math.ceil(request.trials / parts);
      let known: SimulationResult | undefined;
      for (let firstTrial = 0; firstTrial < request.trials; firstTrial += size) {
        const trials = Math.min(size, request.trials - firstTrial);
        const part: SimulationRequest = { ...request, firstTrial, trials };
        const result = await engine.simulate(part, options);
        const isNone = known !== undefined && result.scattered;
        known = known === undefined ? result : isNone ? known : mergeResults(known, result);
        if (result.cancelled) {
          return { ...(known.trials === 0 ? noneOf(known) : known), cancelled: true };
        }
      }
      return known!;
    },
  };
}

const opened = new Map<string, Engine>();
const folder = ownFolder();

afterAll(async () => {
  for (const engine of opened.values()) {
    await engine.close();
  }
  folder.remove();
});

describe("on this machine", () => {
  beforeAll(() => {
    opened.set("threads", openCpuEngine(2));
    opened.set("own", openCpuEngine(0));
  });
  describeExecutor("threads", () => inTurn(opened.get("threads")!));
  describeExecutor("the asker's thread", () => inTurn(opened.get("own")!));
});

describe.skipIf(lacksCompiler !== undefined)(titled("in a process"), () => {
  beforeAll(async () => {
    opened.set("native", await openNativeEngine({ workers: 2, programs: folder.path }));
  });
  describeExecutor("a compiled program", () => inTurn(opened.get("native")!), { long: 40_000_000 });
});
