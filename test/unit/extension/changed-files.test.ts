import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChangedFiles } from "../../../src/extension/results/changed-files.js";
import { sourceOf } from "../../../src/extension/runs/index.js";
import { mostHashed, type RunInput, textOfLarge } from "../../../src/runs/index.js";
import * as fake from "./fake-vscode.js";
import { header } from "./run-samples.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

let folder: string;
let versions = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-changed-"));
  mkdirSync(join(folder, "real"));
  symlinkSync("real", join(folder, "linked"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  fake.files.clear();
  fake.workspace.textDocuments.length = 0;
});

const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  // The editor's view of the disk; a link is followed.
  for (const known of [name, name.replace("real/", "linked/")]) {
    fake.files.set(uriOf(known), { text, mtime: versions++, size: text.length });
  }
}

function type(name: string, text: string, languageId = "diag"): void {
  close(name);
  const document = { uri: fake.Uri.parse(uriOf(name)), languageId, version: versions++, getText: () => text };
  fake.workspace.textDocuments.push(document);
}

function close(name: string): void {
  const { textDocuments } = fake.workspace;
  const index = textDocuments.findIndex(({ uri }) => uri.toString() === uriOf(name));
  if (index >= 0) {
    textDocuments.splice(index, 1);
  }
}

const source = (name: string, text: string | null): RunInput => ({
  uri: uriOf(name),
  kind: "source",
  hash: text === null ? null : hashOf(text),
});
const data = (name: string, text: string): RunInput => ({ ...source(name, text), kind: "data" });

describe("a run is of changed files", () => {
  const files = new ChangedFiles();
  const isChanged = (...inputs: RunInput[]) =>
    files.isChanged(header({ uri: uriOf("main.diag"), textHash: hashOf("main"), inputs }));

  beforeEach(() => {
    write("main.diag", "main");
    write("real/lib.diag", "lib");
    write("real/points.csv", "1\n");
  });

  test("when its own text is another, saved or not", async () => {
    expect(await isChanged()).toBe(false);
    type("main.diag", "main, edited");
    expect(await isChanged()).toBe(true);
    type("main.diag", "main");
    expect(await isChanged()).toBe(false);
    close("main.diag");
    write("main.diag", "other");
    expect(await isChanged()).toBe(true);
  });

  test.each(["real/lib.diag", "linked/lib.diag"])(
    "when an import is another, which the run knows as %s",
    async (name) => {
      const input = source(name, "lib");
      expect(await isChanged(input)).toBe(false);
      for (const open of ["real/lib.diag", "linked/lib.diag"]) {
        type(open, "lib, edited");
        expect(await isChanged(input)).toBe(true);
        // Undone, or never of the language.
        type(open, "lib");
        expect(await isChanged(input)).toBe(false);
        close(open);
      }
      write("real/lib.diag", "lib, saved");
      expect(await isChanged(input)).toBe(true);
    },
  );

  test("when it was made from an unsaved text that is no longer there", async () => {
    const input = source("real/lib.diag", "lib, edited");
    expect(await isChanged(input)).toBe(true);
    type("real/lib.diag", "lib, edited");
    expect(await isChanged(input)).toBe(false);
  });

  test("only if a file was read for it, whatever its name ends in", async () => {
    const asked = new ChangedFiles();
    expect(asked.mayBeOne(uriOf("real/points.csv"))).toBe(false);
    write("main.diag", "other");
    await asked.isChanged(
      header({
        uri: uriOf("main.diag"),
        textHash: hashOf("main"),
        inputs: [data("real/Trials 1.rows", "1")],
      }),
    );
    for (const name of ["main.diag", "real/Trials 1.rows", "linked/trials 1.rows"]) {
      expect(asked.mayBeOne(uriOf(name))).toBe(true);
    }
    for (const name of ["real/points.csv", "other.diag", "trials", "rows"]) {
      expect(asked.mayBeOne(uriOf(name))).toBe(false);
    }
  });

  test("when data on the disk are others; what is open of them does not count", async () => {
    const input = data("real/points.csv", "1\n");
    expect(await isChanged(input)).toBe(false);
    type("real/points.csv", "2\n", "csv");
    expect(await isChanged(input)).toBe(false);
    write("real/points.csv", "3\n");
    expect(await isChanged(input)).toBe(true);
  });

  test("when a file is gone, or one that was missing is there", async () => {
    const [lib, none] = [source("real/lib.diag", "lib"), source("real/none.diag", null)];
    expect(await isChanged(lib, none)).toBe(false);
    write("real/none.diag", "");
    expect(await isChanged(lib, none)).toBe(true);
    fake.files.delete(uriOf("real/lib.diag"));
    expect(await isChanged(lib)).toBe(true);
  });

  test("when one too large to be read has another length", async () => {
    const large = (size: number): void => {
      fake.files.set(uriOf("large.idx"), { text: "not read", mtime: versions++, size });
    };
    const input: RunInput = {
      uri: uriOf("large.idx"),
      kind: "data",
      hash: hashOf(textOfLarge(mostHashed + 2)),
    };
    large(mostHashed + 2);
    expect(await isChanged(input)).toBe(false);
    large(mostHashed + 1);
    expect(await isChanged(input)).toBe(true);
  });

  test("and records that know no other files are judged by their own", async () => {
    const record = { uri: uriOf("main.diag"), textHash: hashOf("main") };
    expect(await files.isChanged(record)).toBe(false);
  });
});

test("an order takes along what is open, but not what the language server does not know", () => {
  type("main.diag", "main");
  type("real/lib.diag", "lib, edited");
  type("real/points.csv", "2\n", "csv");
  const [main] = fake.workspace.textDocuments;
  expect(sourceOf(main as unknown as Parameters<typeof sourceOf>[0])).toMatchObject({
    uri: uriOf("main.diag"),
    text: "main",
    open: [{ uri: uriOf("real/lib.diag"), text: "lib, edited" }],
  });
});

test("a run is not of changed files where its texts are others that mean the same; where they cannot be understood, it is", async () => {
  const record = header({ uri: uriOf("main.diag"), textHash: hashOf("main"), meaning: "m" });
  let questions = 0;
  const asked = new ChangedFiles();
  write("main.diag", "main");
  const means = (meaning: string | undefined) => async () => {
    questions += 1;
    if (meaning === undefined) {
      throw new Error("line 3: a loss lacks");
    }
    return meaning;
  };
  expect(await asked.isChanged(record, undefined, means("other"))).toBe(false);
  expect(questions).toBe(0);
  type("main.diag", "main // and more");
  expect(await asked.isChanged(record, undefined, means("m"))).toBe(false);
  expect(await asked.isChanged(record, undefined, means("other"))).toBe(true);
  expect(await asked.isChanged(record, undefined, means(undefined))).toBe(true);
  expect(await asked.isChanged(record)).toBe(true);
  const { meaning: _, ...old } = record;
  expect(await asked.isChanged(old, undefined, means("m"))).toBe(true);
});
