/** Processes of one user that verify the same block at the same time: what they share (compiled programs, what is kept of unfinished runs) is trodden on by none. */
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findCompiler } from "../../src/engines/native/compiler.js";
import { gaussExcess } from "../gauss-excess.js";
import { RunningDiag, withFolder } from "./diag.js";

const lacksCompiler = await findCompiler().then(
  () => undefined,
  (error: Error) => error.message,
);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const bitsOf = (output: string) =>
  (JSON.parse(output) as { runs: Record<string, unknown>[] }).runs.map(
    ({ stepsPerSecond: _, ...rest }) => rest,
  );

/** Begins `diag verify` in a folder that is the user's for all that is kept. */
const begin = (folder: string, ...words: readonly string[]) =>
  new RunningDiag(["verify", "gauss.diag", "--json", ...words], {
    cwd: folder,
    environment: { XDG_CACHE_HOME: join(folder, "cache"), XDG_STATE_HOME: join(folder, "state") },
  });

test.skipIf(lacksCompiler !== undefined)(
  `they compile one program at once, run it, and leave one that is whole${lacksCompiler === undefined ? "" : ` (skipped: ${lacksCompiler})`}`,
  () =>
    withFolder({ "gauss.diag": gaussExcess }, async (folder) => {
      await mkdir(join(folder, "state"));
      const words = ["--backend", "native", "--trials", "200000"];
      const all = await Promise.all([1, 2, 3].map(() => begin(folder, ...words).ended()));
      const [first] = all;
      for (const { status, output, errors } of all) {
        expect([status, errors]).toEqual([
          first!.status,
          expect.stringMatching(/^excess eta = 0.1: native \(compiled .*, since it was asked for.*\n$/),
        ]);
        expect(bitsOf(output)).toEqual(bitsOf(first!.output));
        expect(bitsOf(output)).toMatchObject([{ backend: "native" }]);
      }
      const before = filesIn(join(folder, "cache"));
      expect(before.filter((name) => name.endsWith(".new"))).toEqual([]);
      const programs = before.filter((name) => name.endsWith(".program"));
      expect(programs.length).toBeGreaterThan(0);
      // It is taken as it is by who comes next.
      const bytes = programs.map((name) => readFileSync(name));
      expect(bitsOf((await begin(folder, ...words).ended()).output)).toEqual(bitsOf(first!.output));
      expect(filesIn(join(folder, "cache"))).toEqual(before);
      expect(programs.map((name) => readFileSync(name))).toEqual(bytes);
      expect(filesIn(join(folder, "state"))).toEqual([]);
    }),
);

test("one is stopped, one killed and one ends, and who resumes goes on with the longest of what is kept", () =>
  withFolder({ "gauss.diag": gaussExcess }, async (folder) => {
    await mkdir(join(folder, "state"));
    const words = ["--backend", "cpu"];
    const short = ["--trials", "300000"];
    const whole = bitsOf((await begin(folder, ...words, ...short).ended()).output);
    // Long enough that each is under way when something is done to it.
    const [stopped, killed] = [1, 2].map(() => begin(folder, ...words, "--trials", "2000000000"));
    const keeping = () => filesIn(join(folder, "state")).filter((name) => !name.endsWith(".new"));
    await expect.poll(() => keeping().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(1);
    const ending = begin(folder, ...words, ...short).ended();
    killed!.signal("SIGKILL");
    stopped!.signal("SIGINT");
    const [end, ended] = await Promise.all([stopped!.ended(), ending, killed!.ended()]);
    expect([end.status, bitsOf(ended.output)]).toEqual([3, whole]);
    const [kept] = (JSON.parse(end.output) as { runs: { trials: number; cancelled: boolean }[] }).runs;
    expect(kept).toMatchObject({ cancelled: true });
    // What both kept is there, the one that ended has removed none of it.
    const resumed = begin(folder, ...words, "--resume", "--trials", `${kept!.trials}`);
    const again = await resumed.ended();
    const [row] = bitsOf(again.output);
    expect(row).toMatchObject({ trials: expect.any(Number) });
    expect(row!.trials).toBeGreaterThanOrEqual(kept!.trials);
    // As of a run of that many trials that was never disturbed.
    await mkdir(join(folder, "other"));
    await cp(join(folder, "gauss.diag"), join(folder, "other", "gauss.diag"));
    const fresh = await begin(join(folder, "other"), ...words, "--trials", `${row!.trials}`).ended();
    expect(bitsOf(fresh.output)).toEqual([row]);
  }));
