// Cleans up after a Slurm for tests, however the tests end: it waits until nobody holds its standard input any more, ends every
// process of that Slurm (daemons, and jobs wherever they have gone), and removes its folder.
// Usage: node guard.mjs FOLDER [PARENT]
//   PARENT  of the process that starts this one: where it goes, tests that nobody waits for would go on, and are ended

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const [folder, parent] = process.argv.slice(2);
const tests = process.ppid;

/** Every process of a Slurm, its jobs' too, has the name of its configuration among its variables. */
const mark = `SLURM_CONF=${join(folder, "slurm.conf")}`;

function processes() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(join("/proc", name, "environ"), "utf8")
          .split("\0")
          .includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function cleanUp() {
  // What is ended first starts nothing else: again until there is nothing left.
  for (let round = 0; round < 100; round++) {
    const left = processes();
    if (left.length === 0) {
      break;
    }
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Whether the runner of tests was killed, which its workers do not notice. */
function isOrphaned() {
  try {
    const fields = readFileSync(`/proc/${tests}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ");
    return fields[1] !== parent;
  } catch {
    return false;
  }
}

if (parent !== undefined) {
  setInterval(() => {
    if (isOrphaned()) {
      process.kill(tests, "SIGKILL");
    }
  }, 500).unref();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => undefined);
}
process.stdin.on("end", cleanUp).on("error", cleanUp).resume();
