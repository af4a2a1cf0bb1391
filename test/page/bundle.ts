import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** The page's script and style as they ship. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: ["webview/preview/main.ts", "webview/preview/preview.css"],
    outdir: "dist/webview",
    bundle: true,
    minify: true,
    format: "esm",
    target: "chrome128",
    write: false,
    logLevel: "error",
  });
  const ending = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  return { script: ending(".js"), style: ending(".css") };
}
