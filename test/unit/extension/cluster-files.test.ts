import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { openFolder, openLog } from "../../../src/extension/results/cluster-files.js";
import * as fake from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const folder = join(mkdtempSync(join(tmpdir(), "diag log ")), "run");
mkdirSync(join(folder, "logs"), { recursive: true });
writeFileSync(join(folder, "run.json"), "{}");
const cluster = { name: "run", folder, tasks: [], more: 0, told: [] };

beforeEach(() => void fake.asked.splice(0));
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("a task's log is shown, and cannot be written", async () => {
  writeFileSync(join(folder, "logs", "12_3.log"), "trials");
  await openLog({ cluster }, { array: 12, index: 3 });
  expect(fake.asked).toEqual([["workbench.action.files.setActiveEditorReadonlyInSession"]]);
});

test.each([
  [
    "is not there",
    () => undefined,
    "task 12_4 has no log: it has printed nothing yet, or its run was removed",
  ],
  [
    "is a link",
    () => symlinkSync(join(folder, "run.json"), join(folder, "logs", "12_4.log")),
    "no file of the",
  ],
  ["is a folder", () => mkdirSync(join(folder, "logs", "12_4.log")), "no file of the run's folder"],
])("a log that %s is not opened", async (_, make, line) => {
  rmSync(join(folder, "logs", "12_4.log"), { recursive: true, force: true });
  make();
  await expect(openLog({ cluster }, { array: 12, index: 4 })).rejects.toThrow(line);
  expect(fake.asked).toEqual([]);
});

test("the run's folder opens in a window of its own, while there is one", async () => {
  await openFolder({ cluster });
  expect(fake.asked).toEqual([["vscode.openFolder", expect.anything(), { forceNewWindow: true }]]);
  await expect(openFolder({ cluster: { ...cluster, folder: `${folder}-gone` } })).rejects.toThrow(
    "not there",
  );
  await expect(openFolder({})).rejects.toThrow("this run is on no cluster");
});
