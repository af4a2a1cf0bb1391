// Builds what ships, and meanwhile checks types and style: each of these has times at which it needs one core only.
// Usage: node scripts/checks.mjs

import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a script of package.json; what it says is printed when it has ended. @returns whether it succeeded. */
function runScript(name) {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["run", "--silent", name], { cwd: root, shell: process.platform === "win32" });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => said.push(chunk));
    }
    child.on("error", reject);
    child.on("close", (status, signal) => {
      process.stdout.write(`\n> ${name}\n\n${Buffer.concat(said)}`);
      if (status !== 0) {
        console.error(`${name} ended with ${signal ?? `status ${status}`}`);
      }
      resolve(status === 0);
    });
  });
}

try {
  // All three read what is generated.
  generate();
  const succeeded = await Promise.all(["build", "typecheck", "lint"].map(runScript));
  process.exitCode = succeeded.every(Boolean) ? 0 : 1;
} catch (error) {
  console.error(`checks: ${error.message}`);
  process.exitCode = 1;
}
