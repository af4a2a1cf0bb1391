import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DiagOptions, diag, withFolder } from "./diag.js";

const landscape = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify quick {
  landscape gauss
  sgd(N = 4, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 1
  trials = 16
}
`;

/** Writes a program into a folder that tells when it is run. */
async function plant(path: string, mark: string, isScript = false): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const tell = `require("fs").appendFileSync(${JSON.stringify(mark)}, ${JSON.stringify(`${path}\n`)});\n`;
  await writeFile(path, isScript ? `#!/bin/sh\necho ${path} >> ${mark}\nexit 1\n` : tell);
  if (isScript) {
    await chmod(path, 0o755);
  }
}

/** Packages by the names of all that is loaded where it is installed, among the modules of a folder. */
async function plantPackages(modules: string, mark: string): Promise<void> {
  const gpu = join(modules, "@tensorflow", "tfjs-node-gpu");
  for (const [path, version] of [
    [gpu, "4.22.0"],
    [join(modules, "@tensorflow", "tfjs-node"), "4.22.0"],
    [join(modules, "webgpu"), "0.6.2"],
    [join(modules, "wabt"), "1.0.36"],
  ] as const) {
    await plant(join(path, "index.js"), mark);
    await writeFile(join(path, "package.json"), JSON.stringify({ version, main: "index.js" }));
  }
  for (const file of ["lib/napi-v8/tfjs_binding.node", "deps/lib/libtensorflow.so.2"]) {
    await mkdir(dirname(join(gpu, file)), { recursive: true });
    await writeFile(join(gpu, file), "");
  }
}

/** A folder of a stranger's, with programs in all places where a careless search would find one. */
async function withStrange(
  work: (place: { folder: string; ran: () => boolean } & DiagOptions) => Promise<void>,
) {
  await withFolder({}, async (outer) => {
    const mark = join(outer, "ran");
    const folder = join(outer, "paper", "figures");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "a.diag"), landscape);
    for (const place of [folder, dirname(folder), outer]) {
      await plantPackages(join(place, "node_modules"), mark);
    }
    await plantPackages(folder, mark);
    for (const prefix of ["evil", "evil/lib"]) {
      await plantPackages(join(folder, prefix, "node_modules"), mark);
    }
    await writeFile(join(folder, ".npmrc"), "prefix=./evil\nglobal-prefix=./evil\n");
    await writeFile(join(folder, "package.json"), '{"name":"descent-diagrams"}');
    for (const name of ["npm", "node", "ldconfig", "nvidia-smi", "bin/npm"]) {
      await plant(join(folder, name), mark, true);
    }
    await work({
      folder,
      ran: () => existsSync(mark),
      cwd: folder,
      state: join(outer, "state"),
      // As careless shells have it; what they name is relative to wherever one is.
      environment: {
        HOME: join(outer, "home"),
        PATH: [".", "", "bin", process.env.PATH].join(delimiter),
        NODE_PATH: [".", "node_modules", "evil/node_modules"].join(delimiter),
        npm_config_prefix: "./evil",
      },
    });
  });
}

describe.skipIf(process.platform === "win32")("a folder of a stranger's", () => {
  test.each([
    ["doctor", ["doctor"]],
    ["verify by tensors", ["verify", "a.diag", "--backend", "tfjs"]],
    ["verify by a GPU", ["verify", "a.diag", "--backend", "webgpu"]],
    ["report by tensors", ["report", "a.diag", "--backend", "tfjs"]],
    ["verify by whatever is there", ["verify", "a.diag"]],
  ])("has none of its programs run by %s", async (_, words) => {
    await withStrange(async ({ folder, ran, ...options }) => {
      const { errors, output } = await diag([...words, "--json"], options);
      expect([ran(), errors.includes("unexpected")]).toEqual([false, false]);
      expect(Object.keys(JSON.parse(output)).length).toBeGreaterThan(0);
      expect(output).not.toContain(join(folder, "node_modules"));
    });
  });

  test("has those run that the user names", async () => {
    for (const [named, words] of [
      [".", ["doctor"]],
      ["node_modules", ["verify", "a.diag", "--backend", "webgpu"]],
    ] as const) {
      await withStrange(async ({ folder, ran, ...options }) => {
        await diag([...words, "--runtime", named], options);
        expect(ran()).toBe(true);
      });
    }
  });
});
