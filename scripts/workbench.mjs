// Sets up a real workbench for the host tests: code-server, which is VS Code in a browser with its
// true extension host, and a Chromium to show it in. Set up once, kept in .cache/workbench (about 1 GB).
// Usage: node scripts/workbench.mjs            (set up, or say what is missing)

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const codeServer = "4.139.1"; // VS Code 1.139
const node = "24.21.0";
const folder = join(root, ".cache", `workbench-${codeServer}`);
const noChromium = "Chromium; apt-get install chromium, or let CHROMIUM name one";
const stepLimit = 10 * 60_000; // milliseconds

/** Where the parts of the workbench are; all of them exist. */
export function workbenchParts() {
  const program = join(folder, "node_modules", "code-server");
  return {
    node: join(folder, "node_modules", `node-linux-${process.arch}`, "bin", "node"),
    server: join(program, "out", "node", "entry.js"),
    builtIn: join(program, "lib", "vscode", "extensions"),
    chromium: findChromium(),
  };
}

/** Why the workbench cannot run here as things stand, in one line; `undefined` when it can. */
export function whatIsMissing() {
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) {
    return "the workbench of the host tests runs on Linux; elsewhere use npm run test:electron";
  }
  if (!existsSync(join(folder, "ready"))) {
    return "a workbench; set it up with npm run workbench";
  }
  if (findChromium() === undefined) {
    return noChromium;
  }
  return undefined;
}

/** Brings everything up that `whatIsMissing` asks for. Throws one line when that fails. */
export async function setUpWorkbench(say = () => {}) {
  const missing = whatIsMissing();
  if (missing === undefined) {
    return;
  }
  if (process.platform !== "linux") {
    throw new Error(missing);
  }
  // The small part first: without it, the large one is of no use.
  await setUpChromium(say);
  await installCodeServer(say);
  const still = whatIsMissing();
  if (still !== undefined) {
    throw new Error(`the set-up went through, and yet there is no ${still}`);
  }
}

/** Installs into a folder of its own that becomes the workbench only when complete. */
async function installCodeServer(say) {
  if (existsSync(join(folder, "ready"))) {
    return;
  }
  say(`installing code-server ${codeServer} into .cache (a minute, 1 GB)`);
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, "package.json"), '{ "private": true }\n');
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await run(
      "npm",
      ["install", ...quiet, `node-linux-${process.arch}@${node}`, `code-server@${codeServer}`],
      draft,
    );
    const vscode = join(draft, "node_modules", "code-server", "lib", "vscode");
    for (const place of [vscode, join(vscode, "extensions")]) {
      await run("npm", ["install", ...quiet, "--omit=dev", "--no-save"], place);
    }
    const ownNode = join(draft, "node_modules", `node-linux-${process.arch}`, "bin", "node");
    await run(ownNode, ["postinstall.mjs"], join(vscode, "extensions"));
    writeFileSync(join(draft, "ready"), `${new Date().toISOString()}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`the workbench could not be installed: ${error.message}`);
  }
}

/** Where Chromium is; installs it when it is missing. Throws one line when that fails. */
export async function setUpChromium(say = () => {}) {
  if (findChromium() === undefined) {
    await installPackage("chromium", say);
  }
  const chromium = findChromium();
  if (chromium === undefined) {
    throw new Error(noChromium);
  }
  return chromium;
}

/** Installs Neovim when it is missing. Throws one line when that fails. */
export async function setUpNeovim(say = () => {}) {
  if (!hasProgram("nvim")) {
    await installPackage("neovim", say);
  }
  if (!hasProgram("nvim")) {
    throw new Error("Neovim; apt-get install neovim");
  }
}

/** Installs a package of Debian's; does nothing where only a person may do that. */
async function installPackage(name, say) {
  if (process.getuid?.() !== 0 || !hasProgram("apt-get")) {
    return;
  }
  say(`installing ${name} with apt-get`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "--no-install-recommends", name];
  await run("apt-get", install, root, environment).catch(async () => {
    await run("apt-get", ["update"], root, environment);
    await run("apt-get", install, root, environment);
  });
}

function findChromium() {
  const given = process.env.CHROMIUM;
  if (given) {
    return existsSync(given) ? given : undefined;
  }
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
}

function hasProgram(name) {
  return spawnSync(name, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** Runs a program to its end; rejects with the last of what it said. */
function run(program, words, cwd, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: stepLimit });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        said = (said + data).slice(-2000);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`${program} ${words[0]} failed: ${said.trim().split("\n").slice(-3).join(" ")}`));
      }
    });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const began = performance.now();
    await setUpWorkbench((line) => console.log(line));
    const { version } = JSON.parse(
      readFileSync(join(folder, "node_modules", "code-server", "package.json"), "utf8"),
    );
    console.log(`code-server ${version} is ready (${((performance.now() - began) / 1000).toFixed(0)} s)`);
  } catch (error) {
    console.error(`workbench: ${error.message}`);
    process.exitCode = 1;
  }
}
