import { type ChildProcess, fork } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import type { EngineFinding } from "../../src/engines/index.js";
import {
  type InstallProgress,
  installProgress,
  type PageDeviceQuestion,
  pageDeviceClosed,
  pageDeviceLost,
  pageDeviceMethod,
  runnerMethods,
} from "../../src/runner/index.js";

/* What the engine's process asks of the editor for a GPU and for the runtime of TensorFlow, here with a stand-in for both. */

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let engine: ChildProcess;
let connection: MessageConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "diag-page-"));
  await mkdir(join(folder, "bin"));
  // Nothing but this Node, so that npm is what a test says.
  const PATH = [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  engine = fork(join(root, "dist", "runner.js"), [], { execArgv: [], env: { ...process.env, PATH } });
  connection = createMessageConnection(new IPCMessageReader(engine), new IPCMessageWriter(engine));
  connection.listen();
});

afterEach(async () => {
  const ended = new Promise((resolve) => engine.once("exit", resolve));
  connection.dispose();
  engine.disconnect();
  await ended;
  await rm(folder, { recursive: true, force: true });
});

/** What is found of the GPU, in a process and in a page that answers so. */
async function examine(
  answer: (question: PageDeviceQuestion) => unknown,
): Promise<{ readonly finding: EngineFinding; readonly asked: string[]; readonly closed: number }> {
  const asked: string[] = [];
  let closed = 0;
  connection.onRequest(pageDeviceMethod, (question: PageDeviceQuestion) => {
    asked.push(question.name);
    return answer(question);
  });
  connection.onNotification(pageDeviceClosed, () => {
    closed++;
  });
  const findings = await connection.sendRequest<readonly EngineFinding[]>(runnerMethods.examine, {
    hasPages: true,
    only: "webgpu",
  });
  expect(findings.map(({ engine: name }) => name)).toEqual(["webgpu", "webgpu in a page"]);
  return { finding: findings[1]!, asked, closed };
}

describe("a GPU of a page", () => {
  test("is asked for through the editor, and let go when it refuses", async () => {
    const { finding, asked, closed } = await examine(() => new ResponseError(-32603, "no GPU was found"));
    expect(finding).toMatchObject({ works: false, problem: "no GPU was found" });
    expect([asked, closed]).toEqual([["open"], 1]);
  });

  test("is lost when the editor says so", async () => {
    const found = { name: "a GPU", software: false, facts: [["driver", "1"]] };
    const { finding, asked, closed } = await examine(({ name }) =>
      name === "open" ? found : new ResponseError(pageDeviceLost, "the tab with the GPU was closed"),
    );
    expect(finding).toMatchObject({ works: false, problem: "the tab with the GPU was closed" });
    expect(asked).toEqual(["open", "load"]);
    expect(closed).toBe(1);
  });
});

describe.skipIf(process.platform === "win32")("installing TensorFlow's runtime", () => {
  const install = (token?: CancellationTokenSource["token"]) => {
    const parameters = { folder: join(folder, "runtime") };
    return token === undefined
      ? connection.sendRequest(runnerMethods.installRuntime, parameters)
      : connection.sendRequest(runnerMethods.installRuntime, parameters, token);
  };

  async function npm(script: string): Promise<string[]> {
    await writeFile(join(folder, "bin", "npm"), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, "bin", "npm"), 0o755);
    const lines: string[] = [];
    connection.onNotification(installProgress, ({ line }: InstallProgress) => {
      lines.push(line);
    });
    return lines;
  }

  test("tells how far it has come, and fails in one line", async () => {
    const lines = await npm('echo "added 3 packages in 1s"; echo "npm error no space left" >&2; exit 1');
    await expect(install()).rejects.toThrow(/^npm could not install [^\n]*: no space left$/);
    expect(lines).toEqual([expect.stringMatching(/^npm install /), "added 3 packages in 1s"]);
  });

  test("ends with npm when it is cancelled", async () => {
    const lines = await npm("sleep 60");
    const cancellation = new CancellationTokenSource();
    const installing = install(cancellation.token);
    await expect.poll(() => lines.length).toBe(1);
    cancellation.cancel();
    await expect(installing).rejects.toThrow("the installation was cancelled");
  });
});
