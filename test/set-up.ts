import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What is built, of what: the programs and pages that tests start are those that users get. */
const built = join(root, "dist", "runner.js");
const sources = ["src", "webview", "scripts/build.mjs", "package-lock.json"];

/** Builds what ships where a source is newer than it. */
export function setup(): void {
  if (existsSync(built) && lastChange() < statSync(built).mtimeMs) {
    return;
  }
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.mjs"), "--quiet"], {
    stdio: "inherit",
  });
  if (status !== 0) {
    throw new Error("what the tests start could not be built");
  }
}

function lastChange(): number {
  const files = sources.flatMap((source) => {
    const path = join(root, source);
    return statSync(path).isFile()
      ? [path]
      : readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
  });
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
