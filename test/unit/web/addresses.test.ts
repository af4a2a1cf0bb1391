import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressBook, translated } from "../../../src/web/addresses.js";

describe("addresses of a workspace that is on no disk", () => {
  const homes = ["vscode-vfs://github/", "vscode-remote://host:80/", "memfs:/"];

  test("are those of a disk to workers, and come back as they were", () => {
    for (const home of homes) {
      const { toWorker, toEditor } = addressBook(home);
      expect(toWorker(`${home}a/b.diag`)).toBe("file:///a/b.diag");
      fc.assert(
        fc.property(fc.stringMatching(/^[a-z/%0-9.]{1,20}$/), (path) => {
          expect(toEditor(toWorker(home + path))).toBe(home + path);
        }),
      );
    }
  });

  test("of other file systems, and of files still to be made, stay", () => {
    const { toWorker, toEditor } = addressBook(homes[0]);
    for (const other of ["untitled:Untitled-1", "vscode-vfs://githubs/a", "vscode-vfs:/a", "file"]) {
      expect(toWorker(other)).toBe(other);
      expect(toEditor(other)).toBe(other);
    }
    const none = addressBook(undefined);
    expect(none.toWorker("vscode-vfs://github/a")).toBe("vscode-vfs://github/a");
  });

  test("are found anywhere in a message, as names too, and never in a text", () => {
    const { toWorker } = addressBook("memfs:/");
    const message = {
      params: { textDocument: { uri: "memfs:/a.diag", text: "memfs:/a.diag is\nno address", version: 3 } },
      edit: { changes: { "memfs:/b.diag": [{ newText: "x" }] } },
      folders: [{ uri: "memfs:/w" }, null],
    };
    expect(translated(message, toWorker)).toEqual({
      params: { textDocument: { uri: "file:///a.diag", text: "memfs:/a.diag is\nno address", version: 3 } },
      edit: { changes: { "file:///b.diag": [{ newText: "x" }] } },
      folders: [{ uri: "file:///w" }, null],
    });
  });
});
