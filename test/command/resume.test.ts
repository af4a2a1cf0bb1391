import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { diag, withFolder } from "./diag.js";

/** What must have the same bits, whatever happened on the way. */
const bits = (output: string) =>
  (JSON.parse(output) as { runs: Run[] }).runs.map(({ stepsPerSecond: _, ...rest }) => rest);

const words = (seed: number) => [
  ...["verify", "examples/gauss.diag", "gauss_excess", "--backend", "cpu"],
  ...["--trials", "40000000", "--seed", String(seed), "--json"],
];

describe("diag verify --resume", () => {
  test("goes on after the process was killed, to the bits of the uninterrupted run", async () => {
    await withFolder(files, async (state) => {
      const kept = join(state, "diag", "checkpoints");
      const words = ["verify", "both.diag", "--backend", "cpu", "--json"];
      const killed = await diag(words, { state, cwd: state, killOnce: kept });
      expect(killed.status).toBeNull();
      expect(await readdir(kept)).toContainEqual(expect.stringMatching(/\.json$/));
      const done = longest(await keptIn(state), 0.05);
      expect(done).toBeGreaterThan(0);
      // How many trials a block wants is not what its trials depend on.
      const fewer = files["both.diag"].replace("trials = 400000000", `trials = ${done + 100_000}`);
      await writeFile(join(state, "both.diag"), fewer.replace("trials = 400000000", "trials = 100000"));
      const resumed = await diag([...words, "--resume"], { state, cwd: state });
      expect(resumed.errors).toContain(`first eta = 0.05: going on after ${done} trials`);
      // What the killed process was writing meanwhile may be there still, and so is what was wanted of more trials.
      expect((await readdir(kept)).filter((name) => name.endsWith(".json"))).toHaveLength(1);
      const whole = await diag(words, { state, cwd: state });
      expect(resumed.status).toBe(whole.status);
      expect(bits(resumed.output)).toEqual(bits(whole.output));
      expect(bits(whole.output).map(({ trials }) => trials)).toEqual([
        done + 100_000,
        done + 100_000,
        100_000,
      ]);
    });
  });

  test("begins anew without --resume, with another seed, and when nothing is left", async () => {
    await withFolder({}, async (state) => {
      const small = ["verify", "examples/gauss.diag", "gauss_excess", "--trials", "1000", "--resume"];
      const none = await diag(small, { state });
      expect(none.errors).not.toContain("going on");
      await diag(words(5), { state, stopAtProgress: true });
      expect(await keptIn(state)).toHaveLength(1);
      // A run that wants fewer trials than were done cannot use them; one of another seed has none.
      for (const other of [
        [...small, "--seed", "5"],
        [...small, "--seed", "6"],
        small.filter((word) => word !== "--resume"),
      ]) {
        const outcome = await diag(other, { state });
        expect(outcome.errors).not.toContain("going on");
        expect(outcome.output).toContain("1000");
      }
    });
  });
});

const landscape = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
`;
const block = (name: string, prediction: string, etas = "0.1") => `verify ${name} {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = ${etas}
  observe test_loss
  predict ${prediction}
  trials = 400000000
  seed = 8
}
`;
const files = {
  "long.diag": landscape + block("long", "order 3"),
  "other.diag": landscape + block("other", "series 2", "0.05, 0.1"),
  "both.diag": landscape + block("first", "order 3", "0.05, 0.1") + block("second", "order 2"),
};

interface Kept {
  readonly eta: number;
  readonly trials: number;
  readonly engines: readonly string[];
}

/** All that is kept, read as what it is: JSON with a list of results. */
async function keptIn(state: string): Promise<readonly Kept[]> {
  const folder = join(state, "diag", "checkpoints");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => (JSON.parse(text) as { results: Kept[] }).results);
}

const longest = (kept: readonly Kept[], eta = 0.1, engine = "cpu") =>
  Math.max(
    0,
    ...kept
      .filter((one) => one.eta === eta && one.engines[0]!.startsWith(engine))
      .map(({ trials }) => trials),
  );

describe("a verification that was stopped", () => {
  test("has kept what it tells, and loses nothing to any other run", async () => {
    await withFolder(files, async (state) => {
      const file = (name: string) => join(state, name);
      const long = ["verify", file("long.diag"), "--backend", "cpu", "--json"];
      const stopped = await diag(long, { state, stopAtProgress: true });
      expect(stopped.status).toBe(3);
      const told = bits(stopped.output).map(({ trials }) => trials);
      expect(told).toEqual([longest(await keptIn(state))]);

      const few = ["--trials", "1000", "--backend", "cpu"];
      const others: readonly (readonly string[])[] = [
        ["verify", file("long.diag"), ...few],
        ["verify", file("long.diag"), ...few, "--resume"],
        ["verify", file("long.diag"), "--trials", "100", "--backend", "tfjs"],
        ["verify", file("other.diag"), ...few],
        ["report", file("long.diag"), ...few, "--output", file("out")],
      ];
      const fresh = await withFolder(files, (empty) =>
        diag([...others[0]!, "--json"], { state: empty, cwd: empty }),
      );
      for (const other of others) {
        const outcome = await diag([...other, "--json"], { state });
        expect(outcome.errors).not.toContain("going on");
        expect(longest(await keptIn(state))).toBe(told[0]);
        if (other === others[1]) {
          expect(bits(outcome.output)).toEqual(bits(fresh.output));
        }
      }

      // It goes on where it was, also to more than it wanted then, and has the bits of the whole.
      const more = told[0]! + 100_000;
      const resumed = await diag([...long, "--trials", `${more}`, "--resume"], { state });
      expect(resumed.errors).toContain(`going on after ${told[0]} trials`);
      // A longer run was stopped, so that the longer of both is kept for it.
      expect(longest(await keptIn(state))).toBe(more);
      const whole = await diag([...long, "--trials", `${more}`], { state });
      expect(bits(resumed.output)).toEqual(bits(whole.output));
    });
  });

  test("goes on from what adds up of what is kept, and says what does not", async () => {
    await withFolder(files, async (state) => {
      const folder = join(state, "diag", "checkpoints");
      const long = ["verify", join(state, "long.diag"), "--backend", "cpu", "--json"];
      await diag(long, { state, stopAtProgress: true });
      const [name] = (await readdir(folder)).filter((one) => one.endsWith(".json"));
      const kept = JSON.parse(await readFile(join(folder, name!), "utf8"));
      const more = [...long, "--trials", `${kept.results[0].trials + 1000}`];
      const whole = bits((await diag(more, { state })).output);
      const sum = kept.results[0].statistics[0];
      const changed: Readonly<Record<string, object>> = {
        "an empty row": {},
        "no statistics": { ...kept.results[0], statistics: [] },
        "the label of another": { ...kept.results[0], statistics: [{ ...sum, label: "train_loss" }] },
        "a count that contradicts its trials": {
          ...kept.results[0],
          statistics: [{ ...sum, count: sum.count - 1 }],
        },
        "a center of 1e308": { ...kept.results[0], statistics: [{ ...sum, center: 1e308 }] },
      };
      for (const [index, [what, row]] of Object.entries(changed).entries()) {
        const seals = index > 0;
        const { digest: _, ...bare } = row as Record<string, unknown>;
        const results = [bare];
        // What the whole run has kept of itself meanwhile is not what this is about.
        await rm(folder, { recursive: true });
        await mkdir(folder);
        const digest = createHash("sha256").update(JSON.stringify(results)).digest("hex");
        await writeFile(
          join(folder, name!),
          JSON.stringify({ ...kept, results, ...(seals ? { digest } : {}) }),
        );
        const { status, output, errors } = await diag([...more, "--resume"], { state });
        expect([what, status === 2, bits(output)]).toEqual([what, false, whole]);
        expect(errors).toMatch(
          /^note: a damaged checkpoint is not used; it is \S+\.damaged now \([^\n]+\)$/m,
        );
        expect(errors).not.toContain("going on");
      }
    });
  });

  test("shares what is kept with one that works at the same time", async () => {
    await withFolder(files, async (state) => {
      const folder = join(state, "diag", "checkpoints");
      const run = (name: string) =>
        diag(["verify", join(state, name), "--backend", "cpu", "--json"], { state, interruptOnce: folder });
      const [one, other] = await Promise.all([run("long.diag"), run("other.diag")]);
      // One may have been stopped before it had begun.
      const told = [one, other].flatMap(({ output }) => (output === "" ? [] : bits(output)));
      expect(told.length).toBeGreaterThanOrEqual(1);
      for (const { eta, trials } of told) {
        expect(longest(await keptIn(state), eta)).toBeGreaterThanOrEqual(trials);
      }
    });
  });
});
