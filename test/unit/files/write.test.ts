import { execFileSync } from "node:child_process";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  checkInside,
  makeFolder,
  UnwritableFile,
  writeInside,
  writeWhole,
} from "../../../src/files/index.js";
import { times } from "../../times.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "diag-write-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const windows = process.platform === "win32";
const permissions = async (path: string) => (await lstat(path)).mode & 0o777;

/** What lies where a file is to be written. */
const places = {
  nothing: async () => undefined,
  file: (path: string) => writeFile(path, "before"),
  "link to a file": async (path: string) => {
    await writeFile(join(folder, "victim"), "untouched");
    await symlink("victim", path);
  },
  "link to a folder": (path: string) => symlink(tmpdir(), path),
  "link to a device": (path: string) => symlink("/dev/full", path),
  "link that leads nowhere": (path: string) => symlink("absent", path),
  "link to itself": (path: string) => symlink(path, path),
  folder: (path: string) => mkdir(path),
  "folder with something in it": async (path: string) => {
    await mkdir(path);
    await writeFile(join(path, "inside"), "untouched");
  },
  pipe: async (path: string) => {
    execFileSync("mkfifo", [path]);
  },
};
type Place = keyof typeof places;
const refused: readonly Place[] = ["folder", "folder with something in it", "pipe"];

describe.skipIf(windows)("a file that is written", () => {
  test.each(Object.keys(places) as Place[])("is whole where there was: %s", async (place) => {
    const path = join(folder, "file.svg");
    await places[place](path);
    const before = await readdir(folder);
    const kind = async () =>
      String(
        await lstat(path).then(
          ({ mode }) => mode & 0o170000,
          () => "none",
        ),
      );
    const kindBefore = await kind();
    const checking = checkInside(folder, "file.svg");
    await Promise.allSettled([checking]);
    const writing = writeWhole(path, "whole");
    await Promise.allSettled([writing]);
    if (refused.includes(place)) {
      // One line, that says where, what is wrong and what to do.
      for (const work of [writing, checking]) {
        await expect(work).rejects.toThrow(
          new RegExp(`^${path} cannot be written: there is a [a-z, ]+ of that name; move it away[^\n]*$`),
        );
      }
      expect(await kind()).toBe(kindBefore);
      expect(await readdir(folder)).toEqual(before);
    } else {
      await checking;
      await writing;
      expect((await lstat(path)).isFile()).toBe(true);
      expect(await readFile(path, "utf8")).toBe("whole");
      expect((await readdir(folder)).sort()).toEqual([...new Set([...before, "file.svg"])].sort());
    }
    if (place === "link to a file") {
      expect(await readFile(join(folder, "victim"), "utf8")).toBe("untouched");
    }
    if (place === "folder with something in it") {
      expect(await readFile(join(path, "inside"), "utf8")).toBe("untouched");
    }
  });

  test("keeps the permissions of what it replaces, and has those asked for when it is new", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0o200, max: 0o777 }),
        fc.integer({ min: 0, max: 0o777 }),
        async (bits, mode) => {
          const path = join(folder, "file");
          await rm(path, { force: true });
          // Without leave to write it is another case.
          const writable = bits | 0o200;
          await writeFile(path, "before");
          await chmod(path, writable);
          await writeWhole(path, "after", { mode });
          expect(await permissions(path)).toBe(writable);
        },
      ),
      { numRuns: times(30) },
    );
    await writeWhole(join(folder, "own"), "", { mode: 0o600 });
    expect(await permissions(join(folder, "own"))).toBe(0o600);
    await writeFile(join(folder, "like any other"), "");
    await writeWhole(join(folder, "new"), "");
    expect(await permissions(join(folder, "new"))).toBe(await permissions(join(folder, "like any other")));
  });

  test.skipIf(process.getuid?.() === 0)(
    "is not written over one that may not be (root may write all)",
    async () => {
      const path = join(folder, "file");
      await writeFile(path, "before", { mode: 0o444 });
      await expect(writeWhole(path, "after")).rejects.toThrow(
        /may not be written; permit it or move it away$/,
      );
      expect(await readFile(path, "utf8")).toBe("before");
    },
  );

  test("is one of those that are written at once, and whole at any moment", async () => {
    const path = join(folder, "file");
    const texts = Array.from({ length: 40 }, (_, index) => `${index} `.repeat(30_000));
    await writeFile(path, texts[0]!);
    let done = false;
    const writing = Promise.all(texts.map((text) => writeWhole(path, text))).finally(() => {
      done = true;
    });
    while (!done) {
      expect(texts).toContain(await readFile(path, "utf8"));
    }
    await writing;
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("may have as long a name as the disk knows, and not a longer one", async () => {
    const name = `${"n".repeat(251)}.svg`;
    await writeInside(folder, name, "whole");
    await expect(writeInside(folder, `n${name}`, "whole")).rejects.toThrow(
      / the name is too long for that disk; choose a shorter one$/,
    );
    expect(await readdir(folder)).toEqual([name]);
  });
});

describe.skipIf(windows)("what is written inside a folder", () => {
  const middle = {
    nothing: async () => undefined,
    folder: (path: string) => mkdir(path),
    link: (path: string) => symlink(tmpdir(), path),
    "link to a folder beside": async (path: string) => {
      await mkdir(join(folder, "beside"), { recursive: true });
      await symlink("beside", path);
    },
    "dangling link": (path: string) => symlink("absent", path),
    file: (path: string) => writeFile(path, "before"),
  };

  test.each(Object.keys(middle) as (keyof typeof middle)[])(
    "does not leave it where on the way there is: %s",
    async (what) => {
      for (const way of ["a", "b/a", "b/c/a"]) {
        await mkdir(join(folder, way, ".."), { recursive: true });
        await middle[what](join(folder, way));
        const name = `${way}/d/file.svg`;
        const work = [checkInside(folder, name), writeInside(folder, name, "whole")];
        if (what === "nothing" || what === "folder") {
          expect((await Promise.all(work))[1]).toBe(join(folder, name));
          expect(await readFile(join(folder, name), "utf8")).toBe("whole");
        } else {
          await Promise.allSettled(work);
          for (const one of work) {
            await expect(one).rejects.toThrow(
              new RegExp(
                `^${join(folder, way)} cannot be written: it is a (symbolic link, which is not followed|file where .*)$`,
              ),
            );
          }
        }
        await rm(join(folder, "b"), { recursive: true, force: true });
      }
      expect(await readdir(join(folder, "beside")).catch(() => [])).toEqual([]);
    },
  );

  test.each(["../file", "a/../../file", "/etc/file", "..", "b/../.."])("is not %s", async (name) => {
    for (const work of [checkInside, (...[where, what]: [string, string]) => writeInside(where, what, "")]) {
      await expect(work(folder, name)).rejects.toThrow(UnwritableFile);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test("needs a folder, which may be a link only to one, and only where somebody names it", async () => {
    await makeFolder(join(folder, "a", "b"), false);
    await makeFolder(join(folder, "a", "b"), true);
    await symlink("a", join(folder, "link"));
    await makeFolder(join(folder, "link"), true);
    await writeInside(join(folder, "link"), "file", "whole");
    expect(await readFile(join(folder, "a", "file"), "utf8")).toBe("whole");
    await expect(makeFolder(join(folder, "link"), false)).rejects.toThrow(
      /symbolic link, which is followed only/,
    );
    await symlink("absent", join(folder, "nowhere"));
    await expect(makeFolder(join(folder, "nowhere"), true)).rejects.toThrow(/ leads nowhere; remove it$/);
    expect(await readlink(join(folder, "nowhere"))).toBe("absent");
    for (const way of ["a/file", "a/file/b"]) {
      await expect(makeFolder(join(folder, way), true)).rejects.toThrow(
        /^\S+ cannot be written: a file is where a folder is needed; move it away$/,
      );
    }
  });
});
