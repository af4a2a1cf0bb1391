import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { writeEdits } from "../../../src/extension/preview/write-edits.js";
import * as fake from "./fake-vscode.js";

const text = { version: 3, readOnly: false };
let applied = 0;
/** What happens to the text while the file is asked about, and while the editor has the edits. */
let whileAsking: () => void;
let applying: () => boolean;

vi.mock("vscode", () => import("./fake-vscode.js"));

const before = { ...fake.workspace };
const editor = {
  openTextDocument: async () => text,
  fs: {
    ...fake.workspace.fs,
    isWritableFileSystem: () => true,
    stat: async () => {
      whileAsking();
      return { permissions: text.readOnly ? fake.FilePermission.Readonly : 0 };
    },
  },
  applyEdit: async () => {
    applied += 1;
    return applying();
  },
};

const uri = fake.Uri.parse("file:///w/a.diag") as never;
const write = () => writeEdits(uri, { version: 3, edits: [], select: "b" } as never);
const changed = { problem: "the text has changed meanwhile; try again" };

describe("edits of a picture, where keys change the text too", () => {
  const reset = () => {
    Object.assign(text, { version: 3, readOnly: false });
    applied = 0;
    whileAsking = () => undefined;
    applying = () => true;
  };
  beforeEach(() => {
    reset();
    Object.assign(fake.workspace, editor);
  });
  afterEach(() => {
    Object.assign(fake.workspace, before);
  });

  test("are written into the text that they are of", async () => {
    expect([await write(), applied]).toEqual([{ select: "b" }, 1]);
  });

  test("are not written into a later one, however late it changed", async () => {
    text.version = 4;
    expect([await write(), applied]).toEqual([changed, 0]);
    text.version = 3;
    whileAsking = () => {
      text.version = 4;
    };
    expect([await write(), applied]).toEqual([changed, 0]);
  });

  test("are said to be refused for the reason that there is", async () => {
    applying = () => {
      text.version = 4;
      return false;
    };
    expect(await write()).toEqual(changed);
    text.version = 3;
    applying = () => false;
    expect(await write()).toEqual({ problem: "a.diag could not be changed; it may be read-only" });
    text.readOnly = true;
    expect(await write()).toEqual({
      problem: "a.diag is read-only and stays as it is; save a copy of it and edit that",
    });
  });
});
