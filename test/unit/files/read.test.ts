import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decoded, readTextFile, UnreadableFile, withFile } from "../../../src/files/index.js";

const mebibyte = 2 ** 20;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-read-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("a text of a file", () => {
  test("is what was written, without a mark of the byte order", async () => {
    for (const text of ["", "a\n", "ünï 😀", "x".repeat(3 * mebibyte), "é".repeat(mebibyte)]) {
      expect((await readTextFile(write("t", text), 8 * mebibyte)) === text).toBe(true);
      expect((await readTextFile(write("t", `\uFEFF${text}`), 8 * mebibyte)) === text).toBe(true);
    }
  });

  test("is that of the file behind a link", async () => {
    write("t", "text");
    symlinkSync("t", join(folder, "link"));
    symlinkSync("link", join(folder, "twice"));
    expect(await readTextFile(join(folder, "twice"), mebibyte)).toBe("text");
  });

  test.skipIf(process.platform !== "linux")("may be one that the system makes up, of no size", async () => {
    expect(await readTextFile("/proc/self/status", mebibyte)).toMatch(/^Name:/);
  });

  test("is decoded the same in whatever parts its bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 30 }),
        fc.array(fc.nat(120), { maxLength: 6 }),
        async (text, places) => {
          const bytes = new TextEncoder().encode(text);
          const cuts = [0, ...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort(
            (a, b) => a - b,
          );
          async function* parts() {
            for (let index = 1; index < cuts.length; index++) {
              yield bytes.slice(cuts[index - 1], cuts[index]);
            }
          }
          let read = "";
          for await (const part of decoded(parts())) {
            read += part;
          }
          expect(read).toBe(text.replace(/^\uFEFF/, ""));
        },
      ),
    );
  });
});

describe("what is refused is one line", () => {
  test.each([
    [[0xff, 0xfe, 0x61, 0x00]],
    [[0x61, 0xe4, 0x62]],
    [[0xc3]],
    [[0xed, 0xa0, 0x80]],
    [[0x61, 0xf0, 0x9f, 0x98]],
  ])("bytes that are no UTF-8: %j", async (bytes) => {
    await expect(readTextFile(write("t", Uint8Array.from(bytes)), mebibyte)).rejects.toThrow(
      /^is not text in UTF-8; save it as UTF-8$/,
    );
  });

  test("a name of no file", async () => {
    write("t", "");
    for (const path of ["none", "a\0b", "x".repeat(300), "x/".repeat(5000)]) {
      const refused = readTextFile(join(folder, path), mebibyte);
      await expect(refused).rejects.toThrow(/^no such file$/);
      await expect(refused).rejects.toMatchObject({ code: "ENOENT" });
    }
    await expect(readTextFile(join(folder, "t", "x"), mebibyte)).rejects.toThrow(
      /^cannot be read \(ENOTDIR\)$/,
    );
    symlinkSync("round", join(folder, "round"));
    await expect(readTextFile(join(folder, "round"), mebibyte)).rejects.toThrow(/^cannot be read \(ELOOP\)$/);
  });

  test("a folder, a device, a pipe", async () => {
    mkdirSync(join(folder, "d"));
    await expect(readTextFile(join(folder, "d"), mebibyte)).rejects.toThrow(/^is a directory; name a file$/);
    if (process.platform === "win32") {
      return;
    }
    for (const device of ["/dev/zero", "/dev/null", "/dev/tty"]) {
      await expect(readTextFile(device, mebibyte)).rejects.toThrow(
        /^is not a regular file but a device; name a file$/,
      );
    }
    if (spawnSync("mkfifo", [join(folder, "p")]).status !== 0) {
      return;
    }
    await expect(readTextFile(join(folder, "p"), mebibyte)).rejects.toThrow(
      /^is not a regular file but a named pipe; name a file$/,
    );
  });

  test("a file that is too large, before it is read", async () => {
    const path = write("t", "");
    truncateSync(path, 3 * mebibyte);
    let used = false;
    const refused = withFile(path, 2 * mebibyte, async () => {
      used = true;
    });
    await expect(refused).rejects.toThrow(/^is 3\.0 MiB; files of up to 2 MiB are read$/);
    expect(used).toBe(false);
    expect(await readTextFile(path, 3 * mebibyte)).toHaveLength(3 * mebibyte);
  });

  test("a file that becomes too large while it is read", async () => {
    const path = write("t", "x".repeat(mebibyte));
    let read = 0;
    const growing = withFile(path, 3 * mebibyte, async (file) => {
      for await (const chunk of file.chunks()) {
        read += chunk.length;
        appendFileSync(path, "x".repeat(mebibyte / 8));
      }
    });
    await expect(growing).rejects.toThrow(UnreadableFile);
    await expect(growing).rejects.toThrow(/^is [34]\.\d MiB; files of up to 3 MiB are read$/);
    expect(read).toBeLessThanOrEqual(3 * mebibyte);
  });
});

test("what is read twice is told to be the same or not", async () => {
  const path = write("t", "one");
  await withFile(path, mebibyte, async (file) => {
    const texts: string[] = [];
    for (let reading = 0; reading < 2; reading++) {
      for await (const part of decoded(file.chunks())) {
        if (part !== "") {
          texts.push(part);
        }
      }
    }
    expect(texts).toEqual(["one", "one"]);
    expect(await file.isUnchanged()).toBe(true);
    appendFileSync(path, "more");
    expect(await file.isUnchanged()).toBe(false);
  });
});
