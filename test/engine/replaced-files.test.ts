/** Files that somebody replaces while they are run: numbers and digests of what was read when the run began. */
import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { runTarget } from "../../src/runner/run.js";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-replaced-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const texts = {
  "main.diag": `import "base.diag"
    verify v { landscape l  sgd(N = 4, E = 1, B = 1)  eta = 0.1, 0.2  observe test_loss, displacement(w)
      predict order 2  trials = 500  seed = 3 }`,
  "base.diag": 'landscape l { weights w = 1  data a, b from "points.csv"  loss (w * a - b)^2 / 2 }',
  "points.csv": "a,b\n1,2\n0.5,1\n2,-1\n",
} as const;
type Name = keyof typeof texts;

const others: Readonly<Record<Name, string>> = {
  "main.diag": texts["main.diag"].replace("0.1, 0.2", "0.3").replace("seed = 3", "seed = 4"),
  "base.diag": texts["base.diag"].replace("w = 1", "w = 7"),
  "points.csv": "a,b\n9,9\n8,8\n",
};

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const pathOf = (name: Name) => join(folder, name);

/** Runs the files that are there. @param meanwhile hears of each event. */
async function run(meanwhile: (event: RunEvent) => void = () => undefined): Promise<RunRecord> {
  let record: RunRecord | undefined;
  const path = pathOf("main.diag");
  await runTarget(
    {
      ...{ id: "1", kind: "verification", backend: "cpu" },
      source: { uri: pathToFileURL(path).href, path },
      target: { kind: "verify", name: "v" },
    },
    {
      signal: new AbortController().signal,
      engines: { open: async () => openCpuEngine(0) },
      tell: (event) => {
        record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
        meanwhile(event);
      },
      note: () => undefined,
    },
  );
  return record!;
}

function writeAll(all: Readonly<Record<Name, string>>): void {
  for (const [name, text] of Object.entries(all)) {
    writeFileSync(pathOf(name as Name), text);
  }
}

/** What a run says that depends on what it is of alone: curves have as many points as there was time for. */
const said = ({ points, terms, etas, seed, meaning, textHash, inputs, state }: RunRecord) => ({
  ...{ terms, etas, seed, meaning, textHash, inputs, state },
  points: points.map(({ stepsPerSecond: _, ...rest }) => rest),
});

const ways: Readonly<Record<string, (name: Name) => void>> = {
  "written over": (name) => writeFileSync(pathOf(name), others[name]),
  "replaced by another": (name) => {
    writeFileSync(`${pathOf(name)}.new`, others[name]);
    renameSync(`${pathOf(name)}.new`, pathOf(name));
  },
  "cut off": (name) => writeFileSync(pathOf(name), ""),
  removed: (name) => rmSync(pathOf(name)),
};

test.each(Object.keys(ways))("files that are %s in the middle of a run change nothing of it", async (way) => {
  writeAll(texts);
  const whole = await run();
  expect(whole.state).toBe("done");
  for (const type of ["started", "predicted", "point"] as const) {
    writeAll(texts);
    let isDone = false;
    const found = await run((event) => {
      if (event.type === type && !isDone) {
        isDone = true;
        for (const name of Object.keys(texts)) {
          ways[way]!(name as Name);
        }
      }
    });
    expect(isDone).toBe(true);
    expect(said(found)).toEqual(said(whole));
    // By these the editor tells that the files are others by now.
    expect(found.textHash).toBe(digestOf(texts["main.diag"]));
    expect(found.inputs?.map(({ kind, hash }) => [kind, hash])).toEqual(
      expect.arrayContaining([
        ["source", digestOf(texts["base.diag"])],
        ["data", digestOf(texts["points.csv"])],
      ]),
    );
  }
});
