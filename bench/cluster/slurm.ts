import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { queueCommand } from "../../src/cluster/index.js";
import { SlurmCommands, slurmScheduler } from "../../src/cluster-runs/index.js";
import { missingPrograms, startSlurm } from "../../test/cluster/slurm/index.js";
import type { Figure } from "../figure.js";

/** How many tasks are in the queue. */
const sizes = [10, 1_000, 10_000] as const;

/** How often each question is asked; the median counts. */
const repeats = 5;

/** How long a Slurm of this machine takes to answer, by how many tasks are in its queue. */
export async function benchSlurm(): Promise<Figure[]> {
  const missing = missingPrograms();
  if (missing !== undefined) {
    return [{ what: "Slurm", measured: `not measured: ${missing}` }];
  }
  const slurm = await startSlurm({ maxArraySize: 20_001, lines: ["MaxJobCount=50000"] });
  try {
    const scheduler = slurmScheduler({ environment: slurm.environment, patience: 0 });
    const commands = new SlurmCommands({ environment: slurm.environment });
    const looked = async (token: string, array: number) => {
      const looks: number[] = [];
      for (let time = 0; time < repeats; time++) {
        const [seen, seconds] = await timed(() => scheduler.look(new Set([token])));
        if (seen.kind !== "seen" || seen.arrayOf(token) !== array) {
          throw new Error("the array is not in the queue");
        }
        looks.push(seconds);
      }
      const [answer, asked] = await timed(() => commands.say(queueCommand));
      const size = `${(answer.stdout.length / 2 ** 20).toFixed(2)} MiB`;
      return `${inMs(median(looks))} (squeue alone ${inMs(asked)}, ${size})`;
    };
    const figures: Figure[] = [];
    for (const size of sizes) {
      const folder = join(slurm.shared, `load-${size}`);
      mkdirSync(join(folder, "logs"), { recursive: true });
      const script = join(folder, "script");
      writeFileSync(script, "#!/bin/sh\nexec sleep 3600\n", { mode: 0o755 });
      const token = `load-${size}`;
      const indices = Array.from({ length: size }, (_, index) => index);
      const [submission, submitted] = await timed(() =>
        scheduler.submit({ token, indices, maxArraySize: 20_001, folder, script }),
      );
      if (submission.kind !== "submitted") {
        throw new Error(submission.why);
      }
      const together = await looked(token, submission.array);
      // What has started has a line of its own; as has what is held, which needs no nodes.
      for (let first = 0; first < size; first += 500) {
        const some = indices.slice(first, first + 500).map((index) => `${submission.array}_${index}`);
        await slurm.hold(some.join(","));
      }
      const apart = await looked(token, submission.array);
      const [, cancelled] = await timed(() => scheduler.cancel(submission.array));
      figures.push({
        what: `Slurm: ${size} tasks in the queue`,
        measured: `sbatch ${inMs(submitted)}, a look ${together}, and ${apart} where each has a line of its own; scancel ${inMs(cancelled)}`,
      });
    }
    return figures;
  } finally {
    await slurm.stop();
  }
}

async function timed<Result>(act: () => Promise<Result>): Promise<[Result, number]> {
  const begin = performance.now();
  const result = await act();
  return [result, performance.now() - begin];
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1]!;
}

const inMs = (milliseconds: number) => `${milliseconds.toFixed(0)} ms`;
