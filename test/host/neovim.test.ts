import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import { root } from "./root.js";

const run = promisify(execFile);

const text = `diagram skew {
  a, b, c -> test
  part S = {a, b, c}
}
landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify excess {
  landscape gau
}
`;

interface Answers {
  readonly attached: boolean;
  readonly diagnostics: readonly { readonly code: string; readonly message: string; readonly line: number }[];
  readonly hover: { readonly contents: { readonly kind: string; readonly value: string } };
  readonly completion:
    | { readonly items: readonly { readonly label: string }[] }
    | readonly { readonly label: string }[];
  readonly symbols: readonly { readonly name: string }[];
}

// The set-up is the one that docs/editors.md gives for the oldest Neovim it speaks of.
describe.skipIf(inject("neovimLacks") !== "")("in Neovim", () => {
  let folder = "";
  let answers: Answers;

  const answered = shared(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-neovim-"));
    const programs = join(folder, "bin");
    await mkdir(programs);
    await symlink(join(root, "dist", "diag.js"), join(programs, "diag"));
    const documented = await readFile(join(root, "docs", "editors.md"), "utf8");
    const setUp = /```lua\n-- neovim-0\.7\n([\s\S]*?)```/.exec(documented)![1]!;
    await writeFile(join(folder, "init.lua"), setUp);
    await writeFile(join(folder, "excess.diag"), text);
    const environment = {
      ...process.env,
      PATH: [programs, dirname(process.execPath), process.env.PATH].join(delimiter),
      XDG_STATE_HOME: join(folder, "state"),
      XDG_CACHE_HOME: join(folder, "cache"),
      DIAG_ANSWERS: join(folder, "answers.json"),
    };
    const session = join(root, "test/host/neovim/session.lua");
    const words = [
      "--headless",
      "-i",
      "NONE",
      "-n",
      "-u",
      "init.lua",
      "excess.diag",
      "-c",
      `luafile ${session}`,
    ];
    await run("nvim", words, { cwd: folder, env: environment, timeout: 120_000 });
    return JSON.parse(await readFile(join(folder, "answers.json"), "utf8")) as Answers;
  });

  beforeEach(async () => {
    answers = await answered();
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("the server is attached and its diagnostics arrive", () => {
    expect(answers.attached).toBe(true);
    const misspelt = answers.diagnostics.find(({ code }) => code === "unresolved");
    expect(misspelt?.line).toBe(10);
    expect(misspelt?.message).toMatch(/gau/);
  });

  test("a hover gives the value as text", () => {
    const { value } = answers.hover.contents;
    expect(value).toMatch(/S_/);
    expect(value).toMatch(/J_/);
    expect(value).not.toContain("data:image");
    expect(value).not.toContain("command:");
  });

  test("completion offers the landscape", () => {
    const { completion } = answers;
    const items = "items" in completion ? completion.items : completion;
    expect(items.map(({ label }) => label)).toContain("gauss");
  });

  test("the outline lists the declarations", () => {
    expect(answers.symbols.map(({ name }) => name)).toEqual(["skew", "gauss", "excess"]);
  });
});
