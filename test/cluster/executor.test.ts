/** A cluster as a place where trials run, tried by the suite that threads and processes are tried by. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject } from "vitest";
import { followRun, Gathered, makeRun, slurmScheduler } from "../../src/cluster-runs/index.js";
import { openCpuEngine } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import { updatesOf } from "../../src/optimisers/index.js";
import { columnsOf, type SimulationRequest } from "../../src/simulate/index.js";
import { engineKey } from "../../src/verify/engine-keys.js";
import type { PreparedVerification } from "../../src/verify/index.js";
import { describeExecutor, type TriedExecutor } from "../engine/executor-contract.js";
import { gauss } from "./sent-runs.js";
import { type Slurm, startSlurm } from "./slurm/index.js";

describe.skipIf(inject("slurmLacks") !== "")("on a cluster", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ maxArraySize: 5, killWait: 2 });
    await mkdir(join(slurm.shared, "runs"));
  });
  afterAll(() => slurm?.stop());

  const cluster: TriedExecutor = {
    async simulate(request, parts, signal, begun) {
      const work = [await workOf(request)];
      const folder = await makeRun(work, {
        directory: join(slurm.shared, "runs"),
        ...{ file: "gauss.diag", release: "0.0.0", shards: parts, options: { processors: 1 } },
        node: process.execPath,
      });
      const gathered = new Gathered(folder!, work);
      await followRun(gathered, {
        scheduler: slurmScheduler({ environment: slurm.environment }),
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ running }) => running > 0 && begun?.(),
      });
      if (signal?.aborted) {
        await slurm.run("scancel", [`--name=${folder!.run.id}-1`]);
      }
      const none = () => openCpuEngine(0).simulate(request, { signal: AbortSignal.abort() });
      return gathered.resultOf(0) ?? (await none());
    },
  };
  describeExecutor("Slurm", () => cluster, { parts: [1, 7] });
});

/** A request as a verification is prepared that has nothing else. */
async function workOf(request: SimulationRequest): Promise<PreparedVerification> {
  const { verifies } = await analyzeText(gauss);
  const point = {
    ...{ eta: request.eta, request, predictions: [], note: undefined },
    arithmetic: engineKey(openCpuEngine(0), request),
    kind: { columns: columnsOf(request), updates: updatesOf(request.spacetime) },
    facts: { floors: new Map() },
  };
  return { specification: verifies.get("gauss_excess")!, seed: 7, points: [point] };
}
