import { execFileSync, spawn } from "node:child_process";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { command, diag, diagProcess, type Outcome, withFolder, withoutPhases } from "./diag.js";

const names = Array.from({ length: 60 }, (_, index) => `d${index}`);

/** A quick verification among diagrams whose formulas make a report longer than any of its drawings. */
const text = `${names.map((name) => `diagram ${name} { a, b -> c -> d  part {a, b} }\n`).join("")}
landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify quick {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.05, 0.1
  observe test_loss
  predict order 2
  trials = 2000
}
`;

const words = (folder: string) => ["report", join(folder, "a.diag"), "--backend", "cpu", "--json"];
const bits = (output: string) =>
  (JSON.parse(output) as { runs: Run[] }).runs.map(({ stepsPerSecond: _, ...rest }) => rest);

/** As {@link diag}, where no file can be larger than so many KiB: what a full disk is to each. */
function diagOnSmallDisk(kibibytes: number, given: readonly string[], state: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const script = `ulimit -f ${kibibytes} && exec "$@"`;
    const child = spawn("bash", ["-c", script, "bash", process.execPath, command, ...given], {
      cwd: state,
      env: { ...process.env, XDG_STATE_HOME: state },
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output, errors: withoutPhases(errors) }));
  });
}

describe.skipIf(process.platform === "win32")("what diag writes into a folder", () => {
  test("is whole or as it was when the disk is full, and no run is lost to that", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const options = { state: folder, cwd: folder };
      await mkdir(join(folder, "out"));
      await writeFile(join(folder, "out", "report.md"), "of yesterday");
      const failed = await diagOnSmallDisk(20, words(folder), folder);
      expect(failed.errors).toMatch(
        /\ndiag: out\/report\.md cannot be written: it would be larger than files may be there; raise that limit, or name another folder [^\n]*\n$/,
      );
      expect(failed.status).toBe(2);
      expect(await readFile(join(folder, "out", "report.md"), "utf8")).toBe("of yesterday");
      const drawings = names.map((name) => `${name}.svg`);
      const plots = ["contributions", "measured", "orders", "remainders"].map(
        (one) => `quick-test_loss-${one}.svg`,
      );
      expect((await readdir(join(folder, "out"))).sort()).toEqual(
        [...drawings, ...plots, "report.md"].sort(),
      );
      const known = JSON.parse(failed.output);
      expect(known.report).toBeUndefined();
      expect(known.drawings).toHaveLength(names.length);
      expect(failed.errors).toContain(
        "kept are 2,000 trials of quick eta = 0.05 and 2,000 trials of quick eta = 0.1, and --resume goes on from there",
      );

      const resumed = await diag([...words(folder), "--resume"], options);
      expect(resumed.errors).toContain("eta = 0.1: going on after 2000 trials");
      expect(await readFile(join(folder, "out", "report.md"), "utf8")).toContain("## quick");
      // Now that it is written they are not kept any longer.
      expect(await readdir(join(folder, "diag", "checkpoints"))).toEqual([]);
      const whole = await diag(words(folder), options);
      for (const one of [failed, resumed]) {
        expect(bits(one.output)).toEqual(bits(whole.output));
      }

      const none = await diagOnSmallDisk(1, ["render", "a.diag", "--to", "svg", "--output", "new"], folder);
      expect(none.errors).toMatch(/^diag: new\/d0\.svg cannot be written: [^\n]*\n$/);
      expect([none.status, await readdir(join(folder, "new"))]).toEqual([2, []]);
    });
  });

  const inTheWay: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    "an empty folder": (path) => mkdir(path),
    "a folder": (path) => mkdir(join(path, "below"), { recursive: true }),
    "a pipe": async (path) => execFileSync("mkfifo", [path]),
  };
  for (const [what, make] of Object.entries(inTheWay)) {
    test.each(what === "a folder" ? ["report.md", "d5.svg"] : ["report.md"])(
      `is refused, before anything is simulated, where ${what} is in the way of %s`,
      async (name) => {
        await withFolder({ "a.diag": text }, async (folder) => {
          await mkdir(join(folder, "out"));
          await make(join(folder, "out", name));
          const verbs = [
            words(folder),
            ...(name === "report.md" ? [] : [["render", "a.diag", "--to", "svg", "--output", "out"]]),
          ];
          for (const given of verbs) {
            const outcome = await diag(given, { state: folder, cwd: folder });
            expect(outcome.status).toBe(2);
            expect(outcome.errors).toMatch(
              new RegExp(
                `(^|\n)diag: out/${name} cannot be written: there is a [^\n]*; move it away[^\n]*--output\n$`,
              ),
            );
            expect(outcome.errors).not.toContain("trials");
            expect(await readdir(join(folder, "out"))).toEqual([name]);
          }
        });
      },
    );
  }

  test("follows no link that lies in the folder", async () => {
    await withFolder({ "a.diag": text, victim: "untouched" }, async (folder) => {
      const out = join(folder, "out");
      await mkdir(out);
      for (const name of ["report.md", "d0.svg", "d1.svg"]) {
        await symlink("../victim", join(out, name));
      }
      await symlink("/dev/full", join(out, "d2.svg"));
      await symlink("/dev/null", join(out, "d3.svg"));
      const { status, output } = await diag(words(folder), { state: folder, cwd: folder });
      expect(status).toBe(JSON.parse(output).runs.some((run: Run) => run.verdict !== "agrees") ? 3 : 0);
      expect(await readFile(join(folder, "victim"), "utf8")).toBe("untouched");
      for (const name of ["report.md", "d0.svg", "d1.svg", "d2.svg", "d3.svg"]) {
        expect((await lstat(join(out, name))).isFile()).toBe(true);
        expect((await readFile(join(out, name), "utf8")).length).toBeGreaterThan(500);
      }
    });
  });

  test("goes into a folder that is a link where the user names it, and not where nobody does", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      await mkdir(join(folder, "elsewhere"));
      await symlink("elsewhere", join(folder, "out"));
      const options = { state: folder, cwd: folder };
      const unnamed = await diag(words(folder), options);
      expect(unnamed.status).toBe(2);
      expect(unnamed.errors).toMatch(/\ndiag: out cannot be written: it is a symbolic link[^\n]*--output\n$/);
      expect(await readdir(join(folder, "elsewhere"))).toEqual([]);
      const named = await diag([...words(folder), "--output", "out"], options);
      expect(JSON.parse(named.output).report).toBe("out/report.md");
      expect(await readdir(join(folder, "elsewhere"))).toContain("report.md");
    });
  });

  test("is not mixed up by two that write at once", async () => {
    await withFolder({ "a.diag": text }, async (folder) => {
      const given = ["render", "a.diag", "--to", "tikz", "--output", "out"];
      const outcomes = await Promise.all(
        Array.from({ length: 3 }, () => diagProcess(given, { cwd: folder })),
      );
      expect(outcomes.map(({ status, errors }) => [status, errors])).toEqual(Array(3).fill([0, ""]));
      expect((await readdir(join(folder, "out"))).sort()).toEqual(names.map((name) => `${name}.tex`).sort());
      await diag([...given.slice(0, -1), "alone"], { cwd: folder });
      for (const name of names) {
        expect(await readFile(join(folder, "out", `${name}.tex`), "utf8")).toBe(
          await readFile(join(folder, "alone", `${name}.tex`), "utf8"),
        );
      }
    });
  });
});
