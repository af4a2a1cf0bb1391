/** What the pages about clusters show is true: each command is given to the built `diag` beside a real Slurm, and prints what the page says. */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { diagProcess, root } from "../command/diag.js";
import { blocksIn, callsIn, isAsPrinted } from "../command/documented.js";
import { type Slurm, startSlurm } from "./slurm/index.js";

const pages = ["docs/cluster.md", "docs/how-to/use-a-cluster.md"];

const runName = /\b[a-z]+-\d{8}-[0-9a-f]{8}\b/g;

/** What the machine, the moment and the run decide, and a page shows for one of each. */
const passing: readonly (readonly [RegExp, string])[] = [
  [runName, "RUN"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "MOMENT"],
  [/\S*\/runs(?=[ /\n]|$)/g, "DIRECTORY"],
  [/Node v[\d.]+ at \S+/g, "NODE"],
  [/\b\d+\.\d+\.\d+(?=, cluster )/g, "RELEASE"],
  [/\b\d+\.\d s\b/g, "SECONDS"],
  [/\b[\d.]+ [kMG](?= )/g, "STEPS"],
];
const lasting = (text: string) => passing.reduce((kept, [what, word]) => kept.replace(what, word), text);

test("what is passing is no number of a verdict", () => {
  const line = "gauss_excess 0.1 test_loss 0.5077657 0.508473632(22) 0.000712(10) 200000 24.7 M ✓ agrees";
  expect(lasting(line)).toBe(line.replace("24.7 M", "STEPS"));
  expect(lasting("job submitted after 0.0 s, started after 61.9 s on node1")).toBe(
    "job submitted after SECONDS, started after SECONDS on node1",
  );
});

describe.skipIf(inject("slurmLacks") !== "")("with two nodes", () => {
  let slurm: Slurm;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-page-"));
    await symlink(join(root, "examples"), join(folder, "examples"), "junction");
    slurm = await startSlurm({ nodes: 2 });
  });
  afterAll(async () => {
    await slurm?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(pages)("%s is true from its first command to its last", async (page) => {
    const environment = {
      ...(slurm.environment as Record<string, string>),
      XDG_STATE_HOME: join(folder, "state", page.replaceAll("/", "-")),
      DIAG_CLUSTER_DIRECTORY: join(slurm.shared, "runs"),
    };
    const calls = blocksIn(page)
      .filter(({ kind }) => kind === "console")
      .flatMap(callsIn);
    expect(calls.length).toBeGreaterThan(3);
    /** What a run of the page is called here. */
    const names = new Map<string, string>();
    for (const { words, line, printed } of calls) {
      const own = words.map((word) => names.get(word) ?? word);
      const { status, output, errors } = await diagProcess(own, { cwd: folder, environment });
      expect([line, status, errors.includes("error")]).toEqual([line, 0, false]);
      const shown = printed!.match(runName) ?? [];
      const said = output.match(runName) ?? [];
      if (words[0] === "verify") {
        names.set(shown[0]!, said[0]!);
      }
      expect(said, line).toEqual(expect.arrayContaining(shown.map((name) => names.get(name))));
      if (!isAsPrinted(lasting(output), lasting(printed!))) {
        expect(output).toBe(printed);
      }
    }
    expect(names.size).toBeGreaterThan(0);
  });
});
