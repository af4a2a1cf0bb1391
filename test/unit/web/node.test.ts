import { Buffer as NodeBuffer } from "node:buffer";
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Buffer } from "../../../src/web/node/buffer.js";
import * as crypto from "../../../src/web/node/crypto.js";
import { EventEmitter } from "../../../src/web/node/events.js";
import * as path from "../../../src/web/node/path.js";
import { pipeline, Readable } from "../../../src/web/node/stream.js";
import { fileURLToPath, pathToFileURL } from "../../../src/web/node/url.js";
import { createGunzip } from "../../../src/web/node/zlib.js";

// What browsers have in the places of Node's modules, beside these.
describe("in Node's place", () => {
  test("a digest is Node's, however its bytes come", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        const [ours, theirs] = [crypto.createHash("sha256"), createHash("sha256")];
        for (const part of parts) {
          ours.update(part);
          theirs.update(part);
        }
        expect(ours.digest("hex")).toBe(theirs.digest("hex"));
      }),
    );
    // All lengths around the ends of blocks, of texts and of numbers.
    for (let length = 0; length < 260; length++) {
      const text = "é".repeat(length);
      expect(crypto.createHash("sha256").update(text).digest("base64url")).toBe(
        createHash("sha256").update(text).digest("base64url"),
      );
    }
    const words = Int32Array.from({ length: 100 }, (_, index) => index * 7919);
    expect(crypto.createHash("sha256").update(words.subarray(3)).digest("base64")).toBe(
      createHash("sha256").update(words.subarray(3)).digest("base64"),
    );
  });

  test("paths are Node's with slashes", () => {
    const part = fc.stringMatching(/^(\/?(\.\.?|a|bc|d\.e)){0,6}\/?$/);
    fc.assert(
      fc.property(part, part, (one, other) => {
        expect(path.resolve("/", one, other)).toBe(posix.resolve("/", one, other));
        expect(path.dirname(one)).toBe(posix.dirname(one));
        expect(path.basename(one)).toBe(posix.basename(one));
        expect(path.extname(one)).toBe(posix.extname(one));
        expect(path.isAbsolute(one)).toBe(posix.isAbsolute(one));
        const [from, to] = [posix.resolve("/", one), posix.resolve("/", other)];
        expect(path.relative(from, to)).toBe(posix.relative(from, to));
        // Node keeps a slash at the end, which nothing here asks for.
        const plain = (text: string) => (text === "/" || text === "./" ? text[0] : text.replace(/\/$/, ""));
        expect(path.join(one, other)).toBe(plain(posix.join(one, other)));
        expect(path.normalize(one)).toBe(plain(posix.normalize(one)));
      }),
    );
    expect(path.join("\\users\\me", "runs")).toBe("/users/me/runs");
  });

  test("bytes are written and read as Node's are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: "binary" }), (bytes, text) => {
        const theirs = NodeBuffer.from(bytes);
        for (const encoding of ["hex", "base64", "base64url"] as const) {
          expect(Buffer.from(bytes).toString(encoding)).toBe(theirs.toString(encoding));
        }
        expect([...Buffer.from(theirs.toString("base64"), "base64")]).toEqual([...bytes]);
        expect([...Buffer.from(text)]).toEqual([...NodeBuffer.from(text)]);
        expect(Buffer.byteLength(text)).toBe(NodeBuffer.byteLength(text));
        const eight = bytes.slice(0, bytes.length - (bytes.length % 8));
        for (const swap of ["swap16", "swap32", "swap64"] as const) {
          expect([...Buffer.from(eight)[swap]()]).toEqual([...NodeBuffer.from(eight)[swap]()]);
        }
      }),
      { numRuns: 30 },
    );
    const many = new Uint8Array(100_000).map((_, index) => index * 31);
    expect(Buffer.from(many).toString("base64")).toBe(NodeBuffer.from(many).toString("base64"));
    // A part of memory that others hold is turned in its place.
    const memory = new Uint8Array([1, 2, 3, 4]);
    Buffer.from(memory.buffer, 1, 2).swap16();
    expect([...memory]).toEqual([1, 3, 2, 4]);
  });

  test("listeners are told in their order, and once where they ask for it", () => {
    const heard: string[] = [];
    const emitter = new EventEmitter();
    const last = () => heard.push("last");
    emitter.once("said", (word: string) => heard.push(`once ${word}`)).on("said", last);
    expect(emitter.emit("said", "a")).toBe(true);
    emitter.emit("said", "b");
    emitter.off("said", last);
    expect(emitter.emit("said", "c")).toBe(false);
    expect(heard).toEqual(["once a", "last", "last"]);
  });

  test("addresses of files and their paths are each other's inverses", () => {
    const name = fc.stringMatching(/^[a-zé #%?]{1,8}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const place = `/${names.join("/")}`;
        expect(fileURLToPath(pathToFileURL(place))).toBe(place);
      }),
    );
  });

  describe("what gzip has packed", () => {
    const content = new TextEncoder().encode("x,y\n1,2\n".repeat(5000));
    const unpack = async (packed: Uint8Array) => {
      const gunzip = createGunzip();
      const flow = pipeline(Readable.from([packed]), gunzip).catch((error: unknown) => error);
      const found: number[] = [];
      try {
        for await (const chunk of gunzip) {
          found.push(...chunk);
        }
      } finally {
        await flow;
      }
      return { found: Uint8Array.from(found), taken: gunzip.bytesWritten };
    };

    test("is unpacked", async () => {
      const packed = gzipSync(content);
      expect(await unpack(packed)).toEqual({ found: content, taken: packed.length });
    });

    test("is refused where it is cut or damaged", async () => {
      const packed = gzipSync(content);
      await expect(unpack(packed.subarray(0, 40))).rejects.toMatchObject({ code: "Z_BUF_ERROR" });
      await expect(unpack(new Uint8Array(50).fill(7))).rejects.toMatchObject({ code: "Z_DATA_ERROR" });
    });
  });
});
