/** `diag verify --executor slurm` on a real Slurm: what the same run on this machine tells, to the last bit. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Slurm, startSlurm } from "./slurm/index.js";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

const isMissing = inject("slurmLacks") !== "";

/** What the command said, and how it ended. */
interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(isMissing)("diag verify --executor slurm", () => {
  let slurm: Slurm;
  let own: string;
  beforeAll(async () => {
    slurm = await startSlurm({ maxArraySize: 5, minJobAge: 10 });
    own = await mkdtemp(join(tmpdir(), "diag-cluster-"));
    await mkdir(join(slurm.shared, "runs"), { recursive: true });
    await writeFile(join(own, "two.diag"), twoBlocks);
  });
  afterAll(async () => {
    await slurm?.stop();
    await rm(own, { recursive: true, force: true });
  });

  async function diag(...words: readonly string[]): Promise<Said> {
    const options = {
      cwd: own,
      env: { ...slurm.environment, XDG_STATE_HOME: own, DIAG_CLUSTER_DIRECTORY: join(slurm.shared, "runs") },
      maxBuffer: 2 ** 26,
    };
    return run(process.execPath, [join(root, "dist/diag.js"), ...words], options).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ status: code, stdout, stderr }),
    );
  }

  const numbers = (text: string) =>
    (JSON.parse(text).runs as object[]).map((one) => ({ ...one, device: "", stepsPerSecond: 0 }));

  test.each([1, 4, 7, 12])("tells what a run on this machine tells, in %i shards", async (shards) => {
    const words = ["verify", "two.diag", "--trials", "2000", "--json"];
    const local = await diag(...words, "--backend", "cpu");
    const there = await diag(...words, "--executor", "slurm", "--shards", `${shards}`);
    expect(there.stderr).not.toMatch(/error|note:/);
    expect(there.status).toBe(local.status);
    expect(numbers(there.stdout)).toEqual(numbers(local.stdout));
  });
});

const twoBlocks = `landscape gauss {
  data z ~ normal(0, 1)
  weights w = 1
  loss (w - z)^2 / 2 + w^4 / 24
}

verify gauss_excess {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.02, 0.05
  observe test_loss
  predict order 3
}
`;
