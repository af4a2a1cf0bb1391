import { adopt, useFilesOf } from "./files.js";
import { type StartMessage, surround } from "./launch.js";
import { talkWith } from "./node/worker-threads.js";

/* The script of all workers of the web build: each is told once which of these programs it is. None of the others is run in it. */
const roles: Readonly<Record<string, () => Promise<unknown>>> = {
  "language-server.js": () => import("../server/main-web.js"),
  "runner.js": () => import("../runner/main-web.js"),
  "simulate-worker.js": () => import("../engines/processor/worker.js"),
  "estimate-worker.js": () => import("../engines/estimates/worker.js"),
  "evaluation-worker.js": () => import("../server/evaluation/worker.js"),
  "table-worker.js": () => import("../server/tables/worker.js"),
  "drawing-worker.js": () => import("../server/preview/drawing-worker.js"),
};

// Whoever started this worker hears of what is not caught, as of a thread of Node's.
self.addEventListener("unhandledrejection", ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
});

/** Called once, with what this worker is told first. */
export function begin({ role, script, talk, files, workerData }: StartMessage): void {
  useFilesOf(files);
  surround({ script: Promise.resolve(script), serveFiles: (port) => adopt(files, port) });
  talkWith(talk, workerData);
  const start = roles[role];
  if (start === undefined) {
    throw new Error(`there is no ${role} in browsers`);
  }
  void start();
}
