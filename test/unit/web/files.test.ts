import { afterEach, describe, expect, test } from "vitest";
import { serveFiles, useFiles, useFilesOf } from "../../../src/web/files.js";
import * as fs from "../../../src/web/node/fs-promises.js";
import { memoryFiles } from "./memory-files.js";

describe("files of an editor by Node's names", () => {
  afterEach(() => useFiles(async () => ({ code: "ENOENT", message: "none" })));

  test("are written new, read, renamed, listed and removed", async () => {
    useFiles(memoryFiles());
    await fs.mkdir("/kept");
    const file = await fs.open("/kept/a.new", "wx");
    expect(await file.stat()).toMatchObject({ size: 0, uid: 0, gid: 0 });
    await file.writeFile("one\ntwo");
    await file.sync();
    await file.close();
    await expect(fs.open("/kept/a.new", "wx")).rejects.toMatchObject({ code: "EEXIST" });
    await fs.rename("/kept/a.new", "/kept/a.json");
    expect(await fs.readdir("/kept")).toEqual(["a.json"]);
    const opened = await fs.open("/kept/a.json");
    const bytes = new Uint8Array(5);
    expect(await opened.read(bytes, 1, 4, 3)).toEqual({ bytesRead: 4 });
    expect([...bytes]).toEqual([0, ...new TextEncoder().encode("\ntwo")]);
    expect(await opened.read(bytes, 0, 5, 7)).toEqual({ bytesRead: 0 });
    expect((await opened.stat()).size).toBe(7);
    await fs.rm("/kept/a.json");
    await fs.rm("/kept/a.json", { force: true });
    await expect(fs.rm("/kept/a.json")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("are told apart, and what is missing has Node's code", async () => {
    useFiles(memoryFiles({ "/a": "1", "/b": "1" }));
    const [one, other, again] = [await fs.stat("/a"), await fs.stat("/b"), await fs.stat("/a")];
    expect(one.ino).toBe(again.ino);
    expect(one.ino).not.toBe(other.ino);
    expect(one.isFile()).toBe(true);
    await expect(fs.stat("/c")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fs.mkdir("/a")).rejects.toMatchObject({ code: "EEXIST" });
  });

  test("are asked for through as many workers as there are in between", async () => {
    const [outer, inner] = [new MessageChannel(), new MessageChannel()];
    const ports = [outer.port1, outer.port2, inner.port1, inner.port2] as unknown as MessagePort[];
    serveFiles(ports[0]!, memoryFiles({ "/a": "far" }));
    ports[1]!.postMessage({ adopt: ports[2] }, [ports[2]!]);
    useFilesOf(ports[3]!);
    expect(new TextDecoder().decode(await fs.readFile("/a"))).toBe("far");
    await expect(fs.readFile("/b")).rejects.toMatchObject({ code: "ENOENT" });
    outer.port1.close();
    inner.port2.close();
  });
});
