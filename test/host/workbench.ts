import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { workbenchParts } from "../../scripts/workbench.mjs";
import { takesPictures } from "../pictures.js";
import { atLength } from "../times.js";
import { root } from "./root.js";
import type { Outcome, WindowName } from "./suite/index.js";

const run = promisify(execFile);

const startLimit = 120_000; // milliseconds
const chromiumWords = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What makes a program that imitates a GPU one for pages. */
const gpuWords = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Settings of a window in which there is little but what is tested. */
export const plainSettings = {
  // The workbench in a browser saves after a second unless told otherwise.
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  // A page that comes to be while a list is open takes the keyboard from it on a busy machine.
  "workbench.quickOpen.closeOnFocusLost": false,
};

/** The packaged extension, installed. */
export interface Installation {
  /** The folder of a workbench's extensions. */
  readonly extensions: string;
  /** Where in it the extension is. */
  readonly extension: string;
  /** The folder of what is built into a workbench, where that is not all that it comes with. */
  readonly builtIn: string | undefined;
}

/**
 * What is built into a workbench without which it would not look like one. The rest, a hundred extensions, is nothing to
 * these tests, and a fifth of the work of opening a window; at length, windows have it all.
 */
const fewBuiltIn = ["theme-defaults", "theme-seti"];

async function linkBuiltIn(folder: string): Promise<string> {
  await mkdir(folder);
  const { builtIn } = workbenchParts();
  await Promise.all(fewBuiltIn.map((name) => symlink(join(builtIn, name), join(folder, name))));
  return folder;
}

/** Packs the extension as it was built, and installs the package in a folder. */
export async function installExtension(folder: string): Promise<Installation> {
  const packageFile = join(folder, "extension.vsix");
  await run(process.execPath, [join(root, "scripts/package.mjs"), "--out", packageFile], { cwd: root });
  const extensions = join(folder, "extensions");
  const { node, server } = workbenchParts();
  const words = [server, ...workbenchWords(folder, extensions), "--install-extension", packageFile];
  await run(node, words, { env: workbenchEnvironment(folder) });
  const [installed] = JSON.parse(await readFile(join(extensions, "extensions.json"), "utf8")) as {
    location: { path: string };
  }[];
  const isWhole = atLength || takesPictures;
  const builtIn = isWhole ? undefined : await linkBuiltIn(join(folder, "built-in"));
  return { extensions, extension: installed!.location.path, builtIn };
}

const workbenchWords = (folder: string, extensions: string, builtIn?: string): readonly string[] => [
  ...["--user-data-dir", join(folder, "user")],
  ...["--extensions-dir", extensions],
  ...["--config", join(folder, "config.yaml")],
  ...(builtIn === undefined ? [] : ["--builtin-extensions-dir", builtIn]),
];

const workbenchEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  XDG_DATA_HOME: join(folder, "data"),
  XDG_CONFIG_HOME: join(folder, "config"),
  XDG_STATE_HOME: join(folder, "state"),
  EXTENSIONS_GALLERY: '{"serviceUrl":""}',
});

/** A folder of its own with a workspace, and a running workbench server with the extension. */
export class Workbench {
  private constructor(
    readonly folder: string,
    readonly workspace: string,
    /** Where the packaged extension was installed. */
    readonly extension: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly words: readonly string[],
  ) {}

  private server: ChildProcess | undefined;
  private browser: Browser | undefined;
  port = 0;

  /** A workbench that is made ready, or else leaves nothing behind. */
  static async open(
    installation: Installation,
    ready: (workbench: Workbench) => Promise<void>,
  ): Promise<Workbench> {
    const workbench = await Workbench.create(installation);
    try {
      await ready(workbench);
    } catch (error) {
      await workbench.remove();
      throw error;
    }
    return workbench;
  }

  /** Copies the example workspace. */
  static async create({ extensions, extension, builtIn }: Installation): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), "diag-host-"));
    const workspace = join(folder, "workspace");
    await cp(join(root, "examples"), workspace, { recursive: true });
    const words = workbenchWords(folder, extensions, builtIn);
    return new Workbench(folder, workspace, extension, workbenchEnvironment(folder), words);
  }

  /** The user's settings. A window takes them over when it is loaded. */
  async writeSettings(settings: object): Promise<void> {
    const folder = join(this.folder, "user", "User");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
  }

  /** Starts the server, and a browser without a page. */
  async start(
    words: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
    moreBrowserWords: readonly string[] = [],
  ): Promise<Browser> {
    const { node, server, chromium: executablePath } = workbenchParts();
    // One that is started again has its address: what the workbench keeps of a workspace goes by it.
    this.port ||= await freePort();
    const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check"];
    this.server = spawn(
      node,
      [server, ...this.words, ...quiet, "--bind-addr", `127.0.0.1:${this.port}`, ...words],
      { env: { ...this.environment, ...environment }, stdio: ["ignore", "pipe", "pipe"], detached: true },
    );
    let said = "";
    for (const stream of [this.server.stdout!, this.server.stderr!]) {
      stream.on("data", (data) => {
        said = (said + data).slice(-4000);
      });
    }
    await answers(`http://127.0.0.1:${this.port}/healthz`, () => said);
    this.browser = await chromium.launch({
      executablePath: executablePath!,
      args: [...chromiumWords, ...moreBrowserWords],
    });
    return this.browser;
  }

  /** The address of the workspace's window, or of another folder's. */
  address(payload: readonly (readonly [string, string])[] = [], folder = this.workspace): string {
    const query = payload.length === 0 ? "" : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}${query}`;
  }

  /** A path of this machine as the window in the browser names it. */
  remote(path: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    this.browser = undefined;
    const server = this.server;
    this.server = undefined;
    if (server?.pid === undefined) {
      return;
    }
    const ended =
      server.exitCode === null &&
      server.signalCode === null &&
      new Promise((resolve) => server.once("exit", resolve));
    // The extension host and its children are in the server's process group. Some of them only end when made to.
    signalGroup(server.pid, "SIGTERM");
    const timer = setTimeout(() => signalGroup(server.pid!, "SIGKILL"), 3000);
    await ended;
    clearTimeout(timer);
    signalGroup(server.pid, "SIGKILL");
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Bundles the tests that run inside the extension host into one file. */
export async function bundleSuite(file: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ["test/host/suite/index.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "error",
  });
}

/** Runs the tests of one window inside the extension host of a workbench; how each test ended. */
export async function runSuite(workbench: Workbench, window: WindowName): Promise<Map<string, Outcome>> {
  const suite = join(workbench.folder, "suite", "index.cjs");
  const empty = join(workbench.folder, "empty");
  await mkdir(empty, { recursive: true });
  const results = join(workbench.folder, "results.jsonl");
  await bundleSuite(suite);
  await writeFile(results, "");
  await workbench.writeSettings(plainSettings);
  const browser = await workbench.start(
    ["--disable-workspace-trust", "--vscode-option", "enable-smoke-test-driver"],
    {
      ...{ DIAG_HOST_RESULTS: results, DIAG_HOST_WINDOW: window },
      // A GPU that a process could drive is left out, whatever the machine has.
      ...{ DIAG_HOST_GPU: "none", VK_DRIVER_FILES: "/nowhere", VK_ICD_FILENAMES: "/nowhere" },
    },
    window === "paper" ? gpuWords : [],
  );
  // Nobody looks at it, and what is painted is painted by a processor.
  const page = await browser.newPage({ viewport: { width: 480, height: 320 }, reducedMotion: "reduce" });
  const logged: string[] = [];
  await page.exposeFunction("codeAutomationLog", (_kind: string, words: unknown[]) => {
    logged.push(words.join(" "));
  });
  const ended = new Promise<number>((resolve) => {
    void page.exposeFunction("codeAutomationExit", resolve).then(() =>
      page.goto(
        workbench.address(
          [
            ["extensionDevelopmentPath", workbench.remote(workbench.extension)],
            ["extensionTestsPath", workbench.remote(suite)],
            ["skipWelcome", "true"],
          ],
          window === "main" ? empty : workbench.workspace,
        ),
      ),
    );
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), suiteLimit);
  });
  const end = await Promise.race([ended, limit]);
  clearTimeout(timer);
  await workbench.stop();
  const lines = (await readFile(results, "utf8")).split("\n").filter(Boolean);
  if (lines.length === 0) {
    const said = logged.slice(-20).join("\n");
    throw new Error(`the extension host ${end === "late" ? "did not start" : "ran no test"}:\n${said}`);
  }
  return new Map(
    lines.map((line) => {
      const outcome = JSON.parse(line) as Outcome;
      return [outcome.name, outcome];
    }),
  );
}

/** Milliseconds for all tests of a window, which have limits of their own: far longer than they take on a busy machine. */
export const suiteLimit = 1_000_000;

/** Opens a file of the workspace in a page and waits until it is coloured. */
export async function openInPage(workbench: Workbench, page: Page, name: string): Promise<void> {
  const file = join(workbench.workspace, name);
  await page.goto(
    workbench.address([
      ["openFile", workbench.remote(file)],
      ["skipWelcome", "true"],
    ]),
  );
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: startLimit });
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // All of them have ended.
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") {
    throw new Error("no port is free");
  }
  return address.port;
}

async function answers(url: string, said: () => string): Promise<void> {
  const end = Date.now() + startLimit;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    if (Date.now() > end) {
      throw new Error(`the workbench's server did not start:\n${said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
