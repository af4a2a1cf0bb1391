import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, inject, test } from "vitest";
import { blocksIn } from "../command/documented.js";
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

/** What later releases have, as their manuals describe it, for the oldest one, which is here. */
const laterFunctions = `vim.g.do_filetype_lua = 1
vim.lsp.start = vim.lsp.start or function(config)
  local client = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, client)
end
if type(vim.lsp.config) == "nil" then
  local configs = {}
  vim.lsp.config = function(name, config) configs[name] = config end
  vim.lsp.enable = function(name)
    local config = configs[name]
    vim.api.nvim_create_autocmd("FileType", {
      pattern = config.filetypes,
      callback = function()
        vim.lsp.start(vim.tbl_extend("force", { name = name, root_dir = vim.fn.getcwd() }, config))
      end,
    })
  end
end
`;

// The set-ups are those that docs/editors.md gives.
describe.skipIf(inject("neovimLacks") !== "").each([
  { release: "0.11", index: 0, before: laterFunctions },
  { release: "0.8", index: 1, before: laterFunctions },
  { release: "0.7", index: 2, before: "" },
])("with the set-up for Neovim $release", ({ index, before }) => {
  let folder = "";
  let answers: Answers;

  const answered = shared(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-neovim-"));
    const programs = join(folder, "bin");
    await mkdir(programs);
    await symlink(join(root, "dist", "diag.js"), join(programs, "diag"));
    const setUps = blocksIn("docs/editors.md").filter(({ kind }) => kind === "lua");
    expect(setUps).toHaveLength(3);
    await writeFile(join(folder, "init.lua"), before + setUps[index]!.content);
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
