import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { SimulationError } from "../../src/compile/error.js";
import { installRuntime } from "../../src/engines/tensors/install.js";
import { findRuntime } from "../../src/engines/tensors/runtime.js";
import { temporaryFolder, write } from "./tensors-stand-in.js";

let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the installation of the native runtime", () => {
  /** A folder with a program npm that does this, in JavaScript, and the environment in which it is found. */
  function npmThat(name: string, does: string): { environment: NodeJS.ProcessEnv; target: string } {
    const bin = join(folder, name, "bin");
    write(join(bin, "npm"), `#!${process.execPath}\n${does}`, 0o755);
    return {
      environment: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
      target: join(folder, name, "runtime"),
    };
  }

  const installs = `
    const fs = require("fs");
    const path = "node_modules/@tensorflow/tfjs-node-gpu/";
    fs.writeFileSync("words.json", JSON.stringify(process.argv.slice(2)));
    console.error("npm http fetch GET 200 https://registry.example/@tensorflow%2ftfjs-node-gpu 12ms (cache miss)");
    console.error("npm http cache x@https://x 0ms (cache hit)");
    console.error("* Downloading libtensorflow");
    fs.mkdirSync(path + "lib/napi-v8", { recursive: true });
    fs.mkdirSync(path + "deps/lib", { recursive: true });
    fs.writeFileSync(path + "package.json", '{"version":"4.22.0"}');
    fs.writeFileSync(path + "lib/napi-v8/tfjs_binding.node", "");
    fs.writeFileSync(path + "deps/lib/libtensorflow.so.2", Buffer.alloc(3 << 20));
  `;

  test("tells its progress and leaves what can be found", async () => {
    const { environment, target } = npmThat(
      "good",
      // Now and then is looked how much is there.
      `${installs} setTimeout(() => console.log("added 127 packages in 3s"), process.env.AT_ONCE ? 0 : 1300);`,
    );
    const lines: string[] = [];
    await installRuntime(target, { environment, onProgress: (line) => lines.push(line) });
    expect(lines).toEqual([
      "npm install @tensorflow/tfjs-node-gpu@4.22.0",
      "fetched @tensorflow/tfjs-node-gpu",
      "Downloading libtensorflow",
      "libtensorflow: 3 MiB unpacked",
      "added 127 packages in 3s",
    ]);
    expect(JSON.parse(readFileSync(join(target, "words.json"), "utf8"))).toContain(
      "@tensorflow/tfjs-node-gpu@4.22.0",
    );
    expect(JSON.parse(readFileSync(join(target, "package.json"), "utf8"))).toMatchObject({
      allowScripts: { "@tensorflow/tfjs-node-gpu@4.22.0": true },
    });
    expect(findRuntime({ storageFolder: target }).folder).toBe(target);
    // Again, in the place of what is there.
    await installRuntime(target, { environment: { ...environment, AT_ONCE: "1" } });
    expect(existsSync(join(target, "node_modules"))).toBe(true);
  });

  test.each([
    [
      "libtensorflow cannot be downloaded",
      `${installs} console.error("Error: getaddrinfo ENOTFOUND storage.googleapis.com\\n    at x (node:dns:122:26)\\n  hostname: 'storage.googleapis.com'"); process.exit(1);`,
      "libtensorflow cannot be downloaded from storage.googleapis.com (ENOTFOUND); connect to the network and try again",
    ],
    [
      "the registry cannot be reached",
      `console.error("npm error code ECONNREFUSED\\nnpm error errno ECONNREFUSED\\nnpm error FetchError: request failed"); process.exit(1);`,
      "npm cannot reach its registry (ECONNREFUSED); connect to the network and try again",
    ],
    [
      "npm fails otherwise",
      `console.error("npm error code ENOSPC\\nnpm error syscall write\\nnpm error nospc ENOSPC: no space left on device, write\\nnpm error A complete log of this run"); process.exit(228);`,
      "npm could not install @tensorflow/tfjs-node-gpu: nospc ENOSPC: no space left on device, write",
    ],
    [
      "npm says nothing",
      "process.exit(3);",
      "npm could not install @tensorflow/tfjs-node-gpu: it does not say why",
    ],
    [
      "npm leaves the half of it",
      `${installs} fs.rmSync(path + "deps", { recursive: true });`,
      "npm said that all went well, but @tensorflow/tfjs-node-gpu lacks libtensorflow, which its installation downloads; try again",
    ],
  ])("says in one line that %s, and leaves nothing", async (name, does, line) => {
    const { environment, target } = npmThat(name, does);
    const lines: string[] = [];
    await expect(
      installRuntime(target, { environment, onProgress: (told) => lines.push(told) }),
    ).rejects.toThrow(new SimulationError(line));
    expect(existsSync(target)).toBe(false);
    expect(lines.join("\n")).not.toContain(" at ");
  });

  test("says in one line that there is no npm", async () => {
    const target = join(folder, "none", "runtime");
    await expect(installRuntime(target, { environment: { PATH: join(folder, "none") } })).rejects.toThrow(
      "npm is not on the PATH, which installs the runtime; install Node.js with npm, then try again",
    );
    expect(existsSync(target)).toBe(false);
  });

  test("ends npm and all that it started when it is cancelled", async () => {
    const { environment, target } = npmThat(
      "slow",
      `${installs}
      const { pid } = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      console.log("added " + pid + " packages");
      setInterval(() => {}, 1000);`,
    );
    const stop = new AbortController();
    let child = 0;
    const installing = installRuntime(target, {
      environment,
      signal: stop.signal,
      onProgress: (line) => {
        const pid = /^added (\d+)/.exec(line)?.[1];
        if (pid === undefined) {
          return;
        }
        child = Number(pid);
        stop.abort();
      },
    });
    // By themselves they never end.
    await expect(installing).rejects.toThrow("the installation was cancelled");
    expect(child).toBeGreaterThan(0);
    await expect.poll(() => isRunning(child)).toBe(false);
    expect(existsSync(target)).toBe(false);
  });

  test("does not touch a folder with other things", async () => {
    const target = join(folder, "other");
    write(join(target, "thesis.tex"), "");
    await expect(installRuntime(target)).rejects.toThrow(
      `${target} holds other things than the runtime; choose an empty folder`,
    );
    expect(readdirSync(target)).toEqual(["thesis.tex"]);
  });
});

/** Whether a process is there and not waiting to be collected. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
