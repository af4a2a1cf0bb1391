import { equal, notEqual } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ask, diagnosticsOnce, openFile, replaceText, type Tests, until } from "./testing.js";

/** The process of the language server: a child of the extension host that runs its bundle. */
function serverProcess(): number | undefined {
  if (!existsSync("/proc")) {
    return undefined;
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((id) => {
      try {
        const parent = / (\d+) /.exec(readFileSync(`/proc/${id}/stat`, "utf8").replace(/^.*\) \S/, ""))?.[1];
        return (
          Number(parent) === process.pid &&
          readFileSync(`/proc/${id}/cmdline`, "utf8").includes("language-server.js")
        );
      } catch {
        return false; // It ended while we looked.
      }
    });
}

/** Waits until a process has ended: who is told to end takes a moment. */
const hasEnded = (id: number) => until(`the end of ${id}`, () => !existsSync(`/proc/${id}`));

export const recovery: Tests = {
  "the server is a process of its own, and is started again after a crash": async () => {
    const document = await openFile("crash.diag", "diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n");
    await diagnosticsOnce(document.uri, ["path-condition"]);
    const before = await until("the server's process", serverProcess);
    notEqual(before, process.pid);
    process.kill(before, "SIGKILL");
    const after = await until("a new process", () => {
      const found = serverProcess();
      return found !== before && found;
    });
    notEqual(after, before);
    await replaceText(document, "part P = {a, b}", "");
    await diagnosticsOnce(document.uri, ["reducible"]);
  },

  "the server restarts on request": async () => {
    const document = await openFile("restart.diag", "diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n");
    await diagnosticsOnce(document.uri, ["path-condition"]);
    const before = await until("the server's process", serverProcess);
    await ask("diag.restartServer");
    await hasEnded(before);
    const after = await until("the server's process", serverProcess);
    notEqual(after, before);
    await replaceText(document, "part P = {a, b}", "");
    await diagnosticsOnce(document.uri, ["reducible"]);
  },

  "a server that crashes again and again is left alone, until it is asked for": async () => {
    const document = await openFile("crashes.diag", "diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n");
    const before = await until("the server's process", serverProcess);
    await ask("diag.restartServer");
    await hasEnded(before);
    let last = await until("the server's process", serverProcess);
    for (let restart = 0; restart < 3; restart++) {
      process.kill(last, "SIGKILL");
      const killed = last;
      last = await until(`restart ${restart + 1}`, () => {
        const found = serverProcess();
        return found !== killed && found;
      });
    }
    process.kill(last, "SIGKILL");
    await until("its end", () => serverProcess() === undefined);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    equal(serverProcess(), undefined, "it is not started a fourth time");
    await ask("diag.restartServer");
    await until("the server that was asked for", serverProcess);
    await replaceText(document, "part P = {a, b}", "");
    await diagnosticsOnce(document.uri, ["reducible"]);
  },
};
