/** Runs' folders for tests, whose work is as small as can be, and nothing of which is carried out. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClusterPoint,
  type ClusterRun,
  RunFolder,
  type ShardTerms,
  shardOf,
} from "../../../src/cluster-runs/index.js";
import { type SimulationResult, statisticsOf } from "../../../src/simulate/index.js";
import type { PreparedVerification } from "../../../src/verify/index.js";

export const arithmetic = "cpu rounding once";

/** A record without what its folder adds. */
export function recordOf(own: Partial<ClusterRun> = {}): Omit<ClusterRun, "digest"> {
  return {
    ...{ format: 1, executor: "slurm", id: "run-1", release: "0.1.0", created: "2026-01-01T00:00:00Z" },
    ...{ file: "a.diag", seed: 7, shardsOfTask: 2, options: { processors: 1 } },
    points: [pointOf(10, 3), pointOf(5, 2)],
    ...own,
  };
}

export function pointOf(trials: number, shards: number): ClusterPoint {
  return { verify: "excess", eta: 0.1, trials, shards, arithmetic };
}

/** What is kept as a run's work is kept as it is. */
export const work = [
  { seed: 7n, points: [{ eta: 0.1 }, { eta: 0.2 }], list: Float64Array.of(1, -0, Number.NaN) },
] as unknown as readonly PreparedVerification[];

export const layNothing = async (): Promise<void> => undefined;

/** A directory of a test's own. */
export class OwnDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "diag-runs-"));
  private made = 0;

  async run(own: Partial<ClusterRun> = {}): Promise<RunFolder> {
    return await RunFolder.create(
      this.path,
      recordOf({ id: `run-${++this.made}`, ...own }),
      work,
      layNothing,
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const updates = 4;
const origin = { offset: 2, start: 1, resolution: 1e-16 };
const column = { label: "test_loss", center: 0.5, origin, isExpectation: true, combination: [] };

export function termsOf({ run }: RunFolder, number: number, own: Partial<ShardTerms> = {}): ShardTerms {
  return { shard: shardOf(run, number), eta: 0.1, arithmetic, kind: { columns: [column], updates }, ...own };
}

/** Made-up trials. @param sum in the units of exact sums; each of its trials measures the same. */
export function trialsOf(trials: number, each = 3n, own: Partial<SimulationResult> = {}): SimulationResult {
  const count = trials - (own.unfound?.trials ?? 0);
  const [sum, squares] = [each * BigInt(count), each * each * BigInt(count)];
  return {
    ...{ trials, diverged: 0, steps: trials * updates, seconds: 0.25, backend: "wasm" },
    statistics: [statisticsOf("test_loss", { center: 0.5, count, sum, squares }, origin)],
    ...own,
  };
}
