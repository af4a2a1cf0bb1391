import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./diag.js";

const run = promisify(execFile);

let folder = "";
/** Empty but for what was installed. */
let home = "";
let files: readonly string[] = [];

/** npm in a folder, with nothing that it may have kept from elsewhere and no network. */
function npm(words: readonly string[], cwd: string, program = "npm") {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    // What an outer npm has set is of the outer project.
    if (!/^(npm_|INIT_CWD$|NODE_PATH$)/i.test(name)) {
      env[name] = value;
    }
  }
  const settings = {
    npm_config_cache: join(folder, "cache"),
    npm_config_offline: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    XDG_STATE_HOME: join(folder, "state"),
  };
  const shell = process.platform === "win32";
  return run(program, words, { cwd, env: { ...env, ...settings }, maxBuffer: 2 ** 26, shell });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "diag-npm-"));
  home = join(folder, "home");
  await mkdir(home);
  // What was built is what is packed.
  const packing = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root);
  const told = JSON.parse(packing.stdout) as unknown;
  type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };
  const [packed] = Object.values(told as object) as [Packed];
  files = packed.files.map(({ path }) => path);
  await copyFile(join(root, "examples", "gauss.diag"), join(home, "file.diag"));
  await writeFile(join(home, "package.json"), '{ "name": "somebody", "private": true, "type": "module" }\n');
  await npm(["install", join(folder, packed.filename)], home);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the npm package has less than 150 files, none of them a source, a test or the editor's alone", () => {
  expect(files.length).toBeLessThan(150);
  const strangers = files.filter(
    (path) =>
      !/^(?:dist|docs|examples)\/|^(?:CHANGELOG\.md|LICENSE|README\.md|package\.json|media\/diagrams\.png)$/.test(
        path,
      ) || /(?<!\.d)\.ts$|\.map$|extension|webview|runner/.test(path),
  );
  expect(strangers).toEqual([]);
});

test("all that was built is in the npm package, but for the editor's parts", async () => {
  const built = await readdir(join(root, "dist"), { withFileTypes: true });
  const names = built.filter((entry) => entry.isFile()).map(({ name }) => `dist/${name}`);
  const ofEditor = ["dist/extension.cjs", "dist/language-client.cjs", "dist/runner.js"];
  expect(names.filter((name) => !files.includes(name)).sort()).toEqual(ofEditor);
});

test("every page and picture that its texts lead to is in the npm package", async () => {
  const missing: string[] = [];
  for (const file of files.filter((path) => path.endsWith(".md"))) {
    const text = await readFile(join(root, file), "utf8");
    for (const [, target] of text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
      const { protocol, pathname } = new URL(target!, `package://files/${file}`);
      const path = pathname.slice(1);
      if (protocol === "package:" && !files.some((one) => one === path || one.startsWith(`${path}/`))) {
        missing.push(`${file}: ${target}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test("nothing that is bundled is installed again beside the npm package", async () => {
  const lock = JSON.parse(await readFile(join(home, "package-lock.json"), "utf8")) as {
    packages: Record<string, object>;
  };
  expect(Object.keys(lock.packages)).toEqual(["", "node_modules/descent-diagrams"]);
});

test("npx descent-diagrams check works where it is installed", async () => {
  const { stdout } = await npm(["descent-diagrams", "check", "file.diag"], home, "npx");
  expect(stdout).toBe("1 file: 0 errors, 0 warnings\n");
});

test("npx descent-diagrams verify works where it is installed, with what it has bundled", async () => {
  const words = ["verify", "file.diag", "gauss_excess", "--trials", "20000", "--backend", "cpu", "--json"];
  const { stdout } = await npm(["descent-diagrams", ...words], home, "npx");
  const { runs } = JSON.parse(stdout) as { runs: { verdict: string; trials: number; backend: string }[] };
  expect(runs.map(({ verdict, trials }) => [verdict, trials])).toEqual([
    ["agrees", 20000],
    ["agrees", 20000],
    ["agrees", 20000],
  ]);
});

test("the command is called diag too, and draws with what it has bundled", async () => {
  const diag = join(home, "node_modules", ".bin", "diag");
  await npm(["render", "file.diag", "skew", "--to", "svg", "--output", "drawn"], home, diag);
  expect(await readdir(join(home, "drawn"))).toEqual(["skew.svg"]);
});

test("programs import the library from where it is installed", async () => {
  const program = 'import { enumerate } from "descent-diagrams"; console.log(enumerate(1).count)';
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: home });
  // (0-1)(01)
  expect(stdout).toBe("1\n");
});
