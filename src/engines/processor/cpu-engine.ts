import { cpus } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { machineFuses, machineRounding } from "../../compile/fused.js";
import { processor } from "../../runs/backends.js";
import { fusePlan } from "../../simulate/fuse-plan.js";
import { simulateTrials } from "../../simulate/kernel.js";
import { planSimulation } from "../../simulate/plan.js";
import type { Engine } from "../engine.js";
import { largestChunk } from "../wasm/addresses.js";
import { WasmKernel } from "../wasm/kernel.js";
import { buildKernelModule } from "../wasm/module.js";
import { openSimulator } from "./local.js";
import { memoryOf } from "./memory.js";
import { availableThreads } from "./threads.js";

/** This machine's processor. @param asked threads, as many as this process may use when absent; 0: the caller's own thread. */
export function openCpuEngine(asked?: number): Engine {
  const { threads: workers, why } =
    asked === undefined ? availableThreads() : { threads: asked, why: "they were asked for" };
  const simulator = openSimulator(workers);
  const modules = new Map<string, WebAssembly.Module>();
  return {
    name: processor.name,
    device: `WebAssembly on ${workers === 1 ? "1 thread" : `${Math.max(1, workers)} threads`}`,
    facts: [
      ["processor", cpus()[0]?.model.trim() || "not told"],
      ["threads", `${workers}, since ${why}`],
      ["products and sums rounded", machineRounding()],
      ["Node", process.version],
    ],
    precise: true,
    software: false,
    simulate: (request, options) => simulator.simulate(request, options),
    async trialValues(request, signal) {
      const plain = planSimulation(request);
      const plan = machineFuses() ? fusePlan(plain) : plain;
      const { lanes } = memoryOf(plan, "wasm", 1);
      const kernel = new WasmKernel(await buildKernelModule(plan, lanes, modules), plan, request.seed);
      const values = plan.columns.map((): number[] => []);
      const first = request.firstTrial ?? 0;
      for (let done = 0; done < request.trials && !signal?.aborted; ) {
        // As in a run, chunks end at multiples of their size: trials side by side have one high word.
        const room = largestChunk - ((first + done) % largestChunk);
        const some = Math.min(room, request.trials - done);
        simulateTrials(kernel, plan, first + done, first + done + some, () => false);
        plan.columns.forEach(({ center }, column) => {
          values[column]!.push(...kernel.values(column, 0, some).map((value) => value - center));
        });
        done += some;
        await nextTurn();
      }
      return values;
    },
    close: () => simulator.close(),
  };
}
