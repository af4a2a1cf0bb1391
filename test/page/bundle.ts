import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** What the script imports as `./shared.js`; absent for a page that has all in one file. */
  readonly shared?: string;
}

/** A page's script and style as they ship. */
export async function bundlePage(page: "preview" | "results"): Promise<Bundle> {
  const options = {
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    outdir: "dist/webview",
    bundle: true,
    minify: true,
    format: "esm",
    target: "chrome128",
    write: false,
    logLevel: "error",
  } as const;
  const [scripts, styles] = await Promise.all([
    build({
      ...options,
      entryPoints: { preview: "webview/preview/main.ts", results: "webview/results/main.ts" },
      splitting: true,
      chunkNames: "shared",
    }),
    build({ ...options, entryPoints: [`webview/${page}/${page}.css`] }),
  ]);
  const named = (name: string): string =>
    [...scripts.outputFiles, ...styles.outputFiles].find(({ path }) => path.endsWith(`/${name}`))!.text;
  return { script: named(`${page}.js`), shared: named("shared.js"), style: named(`${page}.css`) };
}
