import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** What the script imports as `./shared.js`; absent for a page that has all in one file. */
  readonly shared?: string;
}

/** Scripts and styles of pages as they ship, which share what they have in common. */
export async function bundlePages<Name extends string>(
  ...names: readonly Name[]
): Promise<Readonly<Record<Name, Bundle>>> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: names.flatMap((page) => [
      { in: `webview/${page}/main.ts`, out: page },
      { in: `webview/${page}/${page}.css`, out: page },
    ]),
    outdir: "dist/webview",
    bundle: true,
    minify: true,
    format: "esm",
    target: "chrome128",
    splitting: true,
    chunkNames: "shared",
    write: false,
    logLevel: "error",
  });
  const named = (name: string): string | undefined =>
    outputFiles.find(({ path }) => path.endsWith(`/${name}`))?.text;
  const shared = named("shared.js");
  const bundles = names.map((page): readonly [Name, Bundle] => {
    const own = { script: named(`${page}.js`)!, style: named(`${page}.css`)! };
    return [page, shared === undefined ? own : { ...own, shared }];
  });
  return Object.fromEntries(bundles) as Record<Name, Bundle>;
}
