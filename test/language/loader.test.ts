import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, describe, expect, test } from "vitest";
import {
  Addresses,
  diskReader,
  type NamesOnDisk,
  OneName,
  openTextsOf,
  pathOnDisk,
  TextLoader,
} from "../../src/language/loader/index.js";
import type { LoadedTable } from "../../src/language/read-sources.js";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** A folder of the disk with files, and links to others: `{ "link.diag": { to: "lib.diag" } }`. */
function folderWith(files: Record<string, string | { readonly to: string }>): string {
  const folder = mkdtempSync(join(tmpdir(), "diag-loader-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string") {
      writeFileSync(path, content);
    } else {
      symlinkSync(content.to, path);
    }
  }
  return folder;
}

const fileUri = (path: string) => URI.parse(pathToFileURL(path).href).toString();

/** A disk of these files, which may know them however they are capitalised. */
function diskOf(files: readonly string[], fold: (path: string) => string): NamesOnDisk {
  const known = new Set(["/", ...files.flatMap((file) => [file, dirname(file)])].map(fold));
  const find = async (path: string) => {
    if (!known.has(fold(path))) {
      throw Object.assign(new Error(path), { code: "ENOENT" });
    }
    return path;
  };
  return {
    realpath: find,
    isLink: (path) => find(path).then(() => false),
    identity: async (path) => fold(await find(path)),
  };
}

describe("the path of an address", () => {
  test.each([
    ["file:///w/a.diag", "/w/a.diag"],
    ["file:///w/my%20files/%C3%A4.diag", "/w/my files/ä.diag"],
    ["file:///c%3A/w/a.diag", "c:/w/a.diag"],
    ["file://server/share/a.diag", "//server/share/a.diag"],
    ["untitled:/w/new.diag", "/w/new.diag"],
    ["untitled:Untitled-1", undefined],
    ["vscode-vfs://github/o/r/a.diag", undefined],
    ["git:/w/a.diag?ref", undefined],
    ["no address", undefined],
  ])("%s", (address, path) => {
    expect(pathOnDisk(address)).toBe(path);
  });
});

describe("the one name of a file", () => {
  test("is found through links of files and of folders, also of what is not there", async () => {
    const folder = folderWith({
      "real/lib.diag": "",
      linked: { to: "real" },
      "alias.diag": { to: "real/lib.diag" },
      "twice.diag": { to: "linked/lib.diag" },
      "lost.diag": { to: "nowhere.diag" },
    });
    const names = new OneName();
    const name = await names.of(join(folder, "real/lib.diag"));
    for (const other of ["linked/lib.diag", "alias.diag", "twice.diag", "linked/../real/lib.diag"]) {
      expect(await names.of(join(folder, other))).toBe(name);
    }
    expect(await names.of(join(folder, "linked/new/x.diag"))).toBe(
      await names.of(join(folder, "real/new/x.diag")),
    );
    expect(await names.of(join(folder, "lost.diag"))).not.toBe(name);
  });

  test("is one for all capitals where the disk makes no difference, and only there", async () => {
    const files = ["/W/Sub/Lib.diag"];
    const folding = new OneName(diskOf(files, (path) => path.toLowerCase()));
    const name = await folding.of("/W/Sub/Lib.diag");
    for (const other of ["/w/sub/lib.diag", "/W/SUB/LIB.DIAG"]) {
      expect(await folding.of(other)).toBe(name);
    }
    expect(await folding.of("/W/Sub/NEW.diag")).toBe(await folding.of("/w/sub/new.diag"));
    const exact = new OneName(diskOf([...files, "/W/Sub/LIB.diag"], (path) => path));
    expect(await exact.of("/W/Sub/Lib.diag")).not.toBe(await exact.of("/W/Sub/LIB.diag"));
    expect(await exact.of("/W/Sub/new.diag")).not.toBe(await exact.of("/W/Sub/NEW.diag"));
  });

  test("is another once a link leads elsewhere", async () => {
    const folder = folderWith({ "a/x.diag": "", "b/x.diag": "", link: { to: "a" } });
    const addresses = new Addresses();
    const uri = (path: string) => fileUri(join(folder, path));
    for (const path of ["a/x.diag", "b/x.diag", "link/x.diag"]) {
      await addresses.nameOf(uri(path));
    }
    expect(addresses.othersOf(uri("link/x.diag"))).toEqual([uri("a/x.diag")]);
    rmSync(join(folder, "link"));
    symlinkSync("b", join(folder, "link"));
    await addresses.changed([uri("link")]);
    expect(addresses.othersOf(uri("link/x.diag"))).toEqual([uri("b/x.diag")]);
    expect(addresses.othersOf(uri("a/x.diag"))).toEqual([]);
  });
});

describe("a source", () => {
  const disk = {
    "real/lib.diag": "from the disk",
    linked: { to: "real" },
    "alias.diag": { to: "real/lib.diag" },
  } as const;
  const names = ["real/lib.diag", "linked/lib.diag", "alias.diag"];

  /** What is loaded at each name, with some of them open. */
  async function loadedWith(
    open: Record<string, string>,
    wanted = names,
    scheme = "file",
  ): Promise<(string | undefined)[]> {
    const folder = folderWith(disk);
    const uri = (name: string) =>
      fileUri(join(folder, name)).replace(/^file:\/\//, scheme === "file" ? "file://" : "untitled:");
    const texts = Object.entries(open).map(([name, text]) => ({ uri: uri(name), text }));
    const loader = new TextLoader(diskReader, openTextsOf(texts));
    const loaded = await Promise.all(
      wanted.map((name) => loader.load(URI.parse(fileUri(join(folder, name))))),
    );
    return loaded.map((one) => ("text" in one ? one.text : undefined));
  }

  test("is that of the disk when it is not open", async () => {
    expect(await loadedWith({})).toEqual(names.map(() => "from the disk"));
    expect(await loadedWith({ "other.diag": "typed" })).toEqual(names.map(() => "from the disk"));
  });

  test.each(names)("that is open as %s is that text by all its names", async (name) => {
    expect(await loadedWith({ [name]: "typed" })).toEqual(names.map(() => "typed"));
  });

  test("that is open by two of its names is by each what stands there", async () => {
    const [real, linked, alias] = await loadedWith({ "real/lib.diag": "one", "linked/lib.diag": "other" });
    expect([real, linked]).toEqual(["one", "other"]);
    expect(["one", "other"]).toContain(alias);
    // By the third name it is one of them, whatever was opened first.
    const [, , again] = await loadedWith({ "linked/lib.diag": "other", "real/lib.diag": "one" });
    expect(again).toBe(alias);
  });

  test("that is open and on no disk is what is open", async () => {
    expect(await loadedWith({ "real/gone.diag": "typed" }, ["real/gone.diag", "linked/gone.diag"])).toEqual([
      "typed",
      "typed",
    ]);
  });

  test("that is still to be made counts where there is no file", async () => {
    const wanted = ["real/new.diag", "linked/new.diag", "real/lib.diag"];
    const open = { "real/new.diag": "typed", "real/lib.diag": "typed, too" };
    expect(await loadedWith(open, wanted, "untitled")).toEqual(["typed", "typed", "from the disk"]);
  });

  test("of another kind of address is what is open there, and never a file with its path", async () => {
    const folder = folderWith({ "lib.diag": "from the disk" });
    const virtual = URI.from({ scheme: "vscode-vfs", authority: "github", path: join(folder, "lib.diag") });
    expect(await new TextLoader(diskReader).load(virtual)).toMatchObject({
      problem: expect.stringMatching(/^it is not on the disk/),
    });
    const open = openTextsOf([{ uri: virtual.toString(), text: "typed" }]);
    expect(await new TextLoader(diskReader, open).load(virtual)).toEqual({ text: "typed" });
  });
});

describe("data", () => {
  const numbers = (loaded: LoadedTable) =>
    "table" in loaded && "values" in loaded.table ? [...loaded.table.values] : loaded;

  test("are those of the disk, open or not", async () => {
    const folder = folderWith({ "points.csv": "1\n2\n" });
    const uri = fileUri(join(folder, "points.csv"));
    const loader = new TextLoader(diskReader, openTextsOf([{ uri, text: "3\n" }]));
    expect(numbers(await loader.table({ uri: URI.parse(uri), names: ["x"] }))).toEqual([1, 2]);
  });

  test("and sources are read from regular files of UTF-8 text, without a mark of the byte order", async () => {
    const folder = folderWith({ "marked.csv": "\uFEFF1\n" });
    writeFileSync(join(folder, "latin.csv"), Buffer.from([0x31, 0xe4, 0x0a]));
    const load = (path: string) => new TextLoader(diskReader).table({ uri: URI.file(path), names: ["x"] });
    expect(numbers(await load(join(folder, "marked.csv")))).toEqual([1]);
    expect(await load(join(folder, "latin.csv"))).toEqual({
      problem: "it is not text in UTF-8; save it as UTF-8",
    });
    expect(await load(folder)).toEqual({ problem: "it is a folder, not a file" });
    expect(await load(join(folder, "none.csv"))).toEqual({ problem: "there is no such file" });
    if (process.platform !== "win32") {
      expect(await load("/dev/zero")).toEqual({
        problem: "it is not a regular file but a device; name a file",
      });
    }
    expect(await new TextLoader(diskReader).load(URI.file(join(folder, "marked.csv")))).toEqual({
      text: "1\n",
    });
  });
});
