import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { SimulationError } from "../../compile/error.js";
import { makeFolder, UnwritableFile, writeInside } from "../../files/index.js";
import { trustedFolder } from "../package-folders.js";
import { thisMachine } from "./machine.js";
import { packageIn, runtimePackage, runtimeVersion } from "./runtime-package.js";

export interface InstallOptions {
  /** Ends npm and all that it started; the installation then fails as cancelled. */
  readonly signal?: AbortSignal;
  /** What is being done, a line at a time. */
  readonly onProgress?: (line: string) => void;
  /** Of npm's process; this one's when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** By its name a folder is known to hold nothing but our installation. */
const ownName = "descent-diagrams-tensorflow-runtime";

/** How often it is told how much is unpacked, in milliseconds. */
const lookEvery = 1000;

/** How much of npm's output is kept to say why it failed, in characters. */
const keptOutput = 20_000;

/**
 * Installs tfjs's native runtime in a folder of its own, with npm. That takes some minutes: its own part of some 400 MB
 * comes from elsewhere than npm's registry. What is half made is removed.
 * @throws SimulationError of one line that says why not, and what to do.
 */
export async function installRuntime(folder: string, options: InstallOptions = {}): Promise<void> {
  clear(folder);
  const wanted = `${runtimePackage}@${runtimeVersion}`;
  const own = { name: ownName, private: true, allowScripts: { [wanted]: true } };
  try {
    await makeFolder(folder, true);
    await writeInside(folder, "package.json", `${JSON.stringify(own, null, 2)}\n`);
    const { status, output } = await runNpm(folder, wanted, options);
    if (options.signal?.aborted) {
      throw new SimulationError("the installation was cancelled");
    }
    if (status !== 0) {
      throw new SimulationError(reasonIn(output));
    }
    const problem = packageIn(thisMachine(), folder)?.problem;
    if (problem !== undefined) {
      throw new SimulationError(
        `npm said that all went well, but ${runtimePackage} ${problem.what}; try again`,
      );
    }
  } catch (error) {
    clear(folder);
    throw error instanceof UnwritableFile ? new SimulationError(error.message) : error;
  }
}

/** Removes an installation of ours, whole or not. @throws SimulationError when the folder holds something else. */
function clear(folder: string): void {
  if (!existsSync(folder)) {
    return;
  }
  const names = readdirSync(folder);
  if (names.length > 0 && !isOurs(folder)) {
    throw new SimulationError(`${folder} holds other things than the runtime; choose an empty folder`);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function isOurs(folder: string): boolean {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
    return name === ownName;
  } catch {
    return false;
  }
}

async function runNpm(
  folder: string,
  wanted: string,
  { signal, onProgress = () => undefined, environment = process.env }: InstallOptions,
): Promise<{ status: number | null; output: string }> {
  const words = ["install", "--prefix", ".", wanted, "--foreground-scripts", "--no-audit", "--no-fund"];
  const windows = process.platform === "win32";
  onProgress(`npm install ${wanted}`);
  // With a group of its own npm can be ended with all that it started. Windows starts .cmd files by a shell only.
  const npm = spawn("npm", [...words, "--loglevel", "http"], {
    cwd: folder,
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: !windows,
    shell: windows,
    windowsHide: true,
  });
  let output = "";
  let rest = "";
  const hear = (text: string) => {
    output = (output + text).slice(-keptOutput);
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop()!;
    for (const line of lines.flatMap(tellable)) {
      onProgress(line);
    }
  };
  npm.stdout.setEncoding("utf8").on("data", hear);
  npm.stderr.setEncoding("utf8").on("data", hear);
  const stop = () => endTree(npm);
  if (signal?.aborted) {
    stop();
  }
  signal?.addEventListener("abort", stop, { once: true });
  let unpacked = 0;
  const look = setInterval(() => {
    const now = bytesBelow(join(folder, "node_modules", runtimePackage, "deps"));
    if (now > unpacked) {
      onProgress(`libtensorflow: ${Math.round(now / 2 ** 20)} MiB unpacked`);
    }
    unpacked = now;
  }, lookEvery);
  try {
    return await new Promise((resolve, reject) => {
      npm.on("error", (error: NodeJS.ErrnoException) => reject(cannotStart(error)));
      npm.on("close", (status) => resolve({ status, output }));
    });
  } finally {
    clearInterval(look);
    signal?.removeEventListener("abort", stop);
  }
}

function cannotStart(error: NodeJS.ErrnoException): SimulationError {
  return new SimulationError(
    error.code === "ENOENT"
      ? "npm is not on the PATH, which installs the runtime; install Node.js with npm, then try again"
      : `npm cannot be started: ${error.message}; check its installation`,
  );
}

function endTree(npm: ChildProcess): void {
  if (npm.pid === undefined) {
    return;
  }
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", `${npm.pid}`, "/t", "/f"], { stdio: "ignore", cwd: trustedFolder() });
    return;
  }
  try {
    process.kill(-npm.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

/** A line of npm's as people like to read it; none for those that say nothing. */
function tellable(line: string): string[] {
  const fetched = /^npm http fetch GET \d+ \S+\/([^/\s]+)/.exec(line);
  if (fetched !== null) {
    return [`fetched ${decodeURIComponent(fetched[1]!)}`];
  }
  // Else it speaks of errors, of which a reason is made.
  const told = /^(?:\* (.+)|(added \d+ packages?.*))$/.exec(line.trim());
  return told === null ? [] : [told[1] ?? told[2]!];
}

const networkFault = /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH)\b/;

/** The one line of npm's output that says why it failed. */
function reasonIn(output: string): string {
  const fault = networkFault.exec(output)?.[1];
  const ownPart = output.includes("Downloading libtensorflow");
  if (fault !== undefined && ownPart) {
    const host = /hostname: '([^']+)'/.exec(output)?.[1] ?? "storage.googleapis.com";
    return `libtensorflow cannot be downloaded from ${host} (${fault}); connect to the network and try again`;
  }
  if (fault !== undefined) {
    return `npm cannot reach its registry (${fault}); connect to the network and try again`;
  }
  const telling = output
    .split("\n")
    .map((line) => /^npm (?:error|ERR!) (.*)/.exec(line)?.[1] ?? "")
    .find((line) => !/^(|code .*|path .*|command .*|errno .*|syscall .*|A complete log.*)$/.test(line));
  const thrown = /^\w*Error: .*/m.exec(output)?.[0];
  return `npm could not install ${runtimePackage}: ${thrown ?? telling ?? "it does not say why"}`;
}

/** Bytes of the files in a folder and below; 0 when there is none. */
function bytesBelow(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  } catch {
    return 0;
  }
}
