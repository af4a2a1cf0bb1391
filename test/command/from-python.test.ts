import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, diag } from "./diag.js";
import { programsIn } from "./documented.js";

const [python] = programsIn("from-python.md", "python");
const [r] = programsIn("from-python.md", "r");

/** Whether a program starts, and says so with these words. */
const starts = (program: string, ...words: string[]) => spawnSync(program, words).status === 0;
/** In CI nothing is left out. */
const isTried = (program: string, ...words: string[]) => Boolean(process.env.CI) || starts(program, ...words);
const hasPython = isTried("python3", "--version");
/** CI installs it where it may, and says so where it may not. */
const hasR = starts("Rscript", "-e", "library(jsonlite)");

let folder = "";

/** With `diag` on its path. */
async function run(program: string, file: string, text: string): Promise<string> {
  await writeFile(join(folder, file), text);
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  return (await promisify(execFile)(program, [file], { cwd: folder, env })).stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "diag-python-"));
  await symlink(command, join(folder, "diag"));
  // The page's first program writes it; the second reads it.
  await writeFile(join(folder, "gauss.diag"), /"""\n(.*?)"""/s.exec(python!.program)![1]!);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!hasPython)(
  `the program in Python of docs/from-python.md prints what it says${hasPython ? "" : " (skipped: there is no python3)"}`,
  async () => {
    expect(await run("python3", "program.py", python!.program)).toBe(python!.printed);
  },
);

// Elsewhere its command lines alone are tried.
test.skipIf(!hasR)(
  `the program in R prints what it says${hasR ? "" : " (skipped: there is no Rscript with jsonlite; apt-get install r-base-core r-cran-jsonlite)"}`,
  async () => {
    expect(await run("Rscript", "program.R", r!.program)).toBe(r!.printed);
  },
);

test("the command lines of the program in R have the answers that it prints", async () => {
  const calls = [...r!.program.matchAll(/^\w+ <- diag\((.*)\)(\$runs)?$/gm)];
  const answers = await Promise.all(
    calls.map(async ([, words]) => {
      const given = [...words!.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
      return JSON.parse((await diag([...given, "--json"], { cwd: folder })).output) as {
        total?: number;
        runs?: { eta: number; verdict: string }[];
      };
    }),
  );
  const printed = answers.flatMap(({ total, runs = [] }) => [
    ...(total === undefined ? [] : [total.toFixed(6)]),
    ...runs.map(({ eta, verdict }) => `${eta} ${verdict}`),
  ]);
  expect(`${printed.join("\n")}\n`).toBe(r!.printed);
});
