import { posix } from "node:path";
import { expect, test } from "vitest";
import { makeFolders } from "../../../src/files/folders.js";

const failure = (code: string) => Object.assign(new Error(code), { code });

/** A disk with folders and a file; it says of a new folder in `/proc` that there is none to make it in, as Linux does. */
function madeUp() {
  const folders = new Set(["/", "/proc", "."]);
  const files = new Set(["/file"]);
  let calls = 0;
  const mkdir = async (path: string) => {
    if (++calls > 100) {
      throw failure("ENDLESS");
    }
    if (folders.has(path) || files.has(path)) {
      throw failure("EEXIST");
    }
    const above = posix.dirname(path);
    if (files.has(above) || files.has(posix.dirname(above))) {
      throw failure("ENOTDIR");
    }
    if (!folders.has(above) || above === "/proc") {
      throw failure("ENOENT");
    }
    folders.add(path);
  };
  const stat = async (path: string) => {
    if (!folders.has(path) && !files.has(path)) {
      throw failure("ENOENT");
    }
    return { isDirectory: () => folders.has(path) };
  };
  return { folders, system: { mkdir, stat } };
}

// Paths as POSIX writes them.
test.skipIf(process.platform === "win32")(
  "folders are made from the first that is not there down",
  async () => {
    const { folders, system } = madeUp();
    await makeFolders("/a/b/c", system);
    await makeFolders("/a/b/c", system);
    await makeFolders("here/below", system);
    expect([...folders].sort()).toEqual([".", "/", "/a", "/a/b", "/a/b/c", "/proc", "here", "here/below"]);
  },
);

test.each(["/proc/a", "/proc/a/b/c"])(
  "%s, where no folder can be made, is refused in one line",
  async (path) => {
    const { folders, system } = madeUp();
    await expect(makeFolders(path, system)).rejects.toThrow(
      /^\/proc\/a cannot be written: no folder can be made there; choose another place$/,
    );
    expect(folders.size).toBe(3);
  },
);

test.each([
  ["/file", "EEXIST"],
  ["/file/a", "ENOTDIR"],
  ["/file/a/b", "ENOTDIR"],
])("%s fails as the system says, since a file is in the way", async (path, code) => {
  const { folders, system } = madeUp();
  await expect(makeFolders(path, system)).rejects.toThrow(failure(code));
  expect(folders.size).toBe(3);
});
