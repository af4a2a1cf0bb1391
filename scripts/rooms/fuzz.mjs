// Gives generated inputs to what reads anything from elsewhere, and to what computes: test/fuzz/targets has a file for each. An
// input is determined by its target and its seed. Says what threw, hung, ended the process, or took more time or memory than any
// input may, with how to repeat it, and fails if anything did, or if a target's inputs all came to the same.
// Usage: node scripts/rooms/fuzz.mjs [--seconds 60] [--inputs 1000000] [--from 0] [--only csv,series] [--wait 20]
//   --seconds  for all targets together: each begins no input after its share
//   --inputs   how many inputs of each target at most
//   --from     the first seed; what was tried up to it is not tried again
//   --only     these targets
//   --wait     seconds after which an input hangs

import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "../generate.mjs";
import { bundle } from "./bundles.mjs";
import { root } from "./vitest.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    inputs: { type: "string", default: "1000000" },
    from: { type: "string", default: "0" },
    only: { type: "string" },
    wait: { type: "string", default: "20" },
  },
});
const first = Number(values.from);
const most = Number(values.inputs);
const wait = Number(values.wait);
/** MiB that an input's process may take altogether. */
const heap = 1024;
/** MiB by which what is held may grow over all inputs of a target but the first tenth. */
const mostKept = 64;
/** So many inputs show whether all come to the same. */
const enough = 500;

const folder = join(root, "test", "fuzz", "targets");
const known = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));
const asked = values.only?.split(",") ?? known.filter((name) => name !== "planted");
const strange = asked.find((name) => !known.includes(name));
if (strange !== undefined) {
  console.error(`there is no target ${strange}; there are ${known.join(", ")}`);
  process.exit(2);
}

generate();
mkdirSync(join(root, "out"), { recursive: true });
// One of its own, so that several may run at once.
const out = mkdtempSync(join(root, "out", "fuzz-"));
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => process.exit(1));
}
await bundle(
  {
    worker: "test/fuzz/worker.ts",
    ...Object.fromEntries(asked.map((name) => [name, join(folder, `${name}.ts`)])),
  },
  out,
);

// Programs that engines start are looked for beside those that start them.
for (const program of ["gpu-device.js"]) {
  const built = join(root, "dist", program);
  if (existsSync(built)) {
    symlinkSync(built, join(out, program));
  }
}

let tried = 0;
let findings = 0;
const share = (1000 * Number(values.seconds)) / asked.length;
for (const name of asked) {
  await tryTarget(name);
}
console.log(`${tried} inputs of ${asked.length} targets, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;

async function tryTarget(name) {
  const began = Date.now();
  const seen = new Map();
  const outcomes = {};
  const held = [];
  let memory = 0;
  let worker;
  let seed = first;
  let batch = 16;
  const find = (at, what, input) => {
    findings++;
    // Where one input fails in a way, others do; the first few are enough to go by.
    const kind = what
      .split("\n")[0]
      .replace(/[\d.]+/g, "#")
      .slice(0, 100);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (seen.get(kind) <= 3) {
      console.log(`${name}: the input of seed ${at} ${what}`);
      if (input !== undefined) {
        console.log(`      input: ${JSON.stringify(input.slice(0, 400))}`);
      }
      console.log(`      repeat it by: node scripts/rooms/fuzz.mjs --only ${name} --from ${at} --inputs 1`);
    }
  };
  while (seed < first + most && Date.now() - began < share) {
    worker ??= await start(name);
    const count = Math.min(batch, first + most - seed);
    const asking = Date.now();
    const answer = await ask(worker, { from: seed, count }, find);
    if (answer.done) {
      seed += count;
      for (const [outcome, times] of Object.entries(answer.outcomes)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
      }
      held.push(answer.held);
      memory = Math.max(memory, answer.most);
      if (answer.most > heap) {
        await end(worker);
        worker = undefined;
      }
      // About a second each.
      batch = Math.max(16, Math.min(20_000, Math.round((batch * 1000) / Math.max(50, Date.now() - asking))));
    } else {
      const how = answer.late ? `hangs: it takes more than ${wait} s` : `ends its process (${answer.how})`;
      find(answer.seed ?? seed, how);
      await end(worker);
      worker = undefined;
      seed = (answer.seed ?? seed) + 1;
    }
  }
  await end(worker);
  const count = seed - first;
  tried += count;
  const { default: target } = await import(join(out, `${name}.mjs`));
  const missing = target.outcomes.filter((one) => outcomes[one] === undefined);
  for (const one of target.rare ?? []) {
    outcomes[one] ??= 0;
  }
  if (count >= enough && missing.length > 0) {
    findings++;
    console.log(`${name}: of ${count} inputs none was ${missing.join(" or ")}, so that they show little`);
  }
  const [early, late] = [held[Math.floor(held.length / 10)], held.at(-1)];
  if (held.length >= 20 && late - early > mostKept) {
    findings++;
    console.log(
      `${name}: ${Math.round(late - early)} MiB more are held at the end than after a tenth of the inputs`,
    );
  }
  const places = [0.1, 0.5, 1].map((part) => held[Math.max(0, Math.ceil(part * held.length) - 1)] ?? 0);
  console.log(
    `${name}: ${count} inputs (seeds ${first} to ${seed - 1}; ${Object.entries(outcomes)
      .map(([outcome, times]) => `${outcome} ${times}`)
      .join(", ")}), ${[...seen.values()].reduce((sum, one) => sum + one, 0)} findings, ` +
      `${Math.round((Date.now() - began) / 1000)} s; MiB held after a tenth, half and all: ${places
        .map((one) => one.toFixed(0))
        .join(", ")}; at most ${Math.round(memory)}`,
  );
}

function start(name) {
  const shown = most === 1 ? ["shown"] : [];
  const child = fork(join(out, "worker.mjs"), [join(out, `${name}.mjs`), ...shown], {
    cwd: root,
    execArgv: [`--max-old-space-size=${heap}`, "--expose-gc", "--enable-source-maps"],
    stdio: ["ignore", shown.length > 0 ? "inherit" : "ignore", "pipe", "ipc"],
  });
  let words = "";
  child.stderr.on("data", (text) => {
    words = `${words}${text}`.slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", () => reject(new Error(`the target ${name} did not begin: ${words}`)));
  });
}

async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = new Promise((resolve) => child.once("exit", resolve));
  // It takes its folder along, if it can.
  child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
  await gone;
  clearTimeout(timer);
}

/** What became of some inputs in a row, or at which the process was when it was silent for too long or ended. */
function ask(child, asked, find) {
  return new Promise((resolve) => {
    let seed;
    let timer;
    const finish = (answer) => {
      clearTimeout(timer);
      child.off("message", hear);
      child.off("exit", gone);
      resolve(answer);
    };
    const gone = (status, signal) => finish({ seed, late: false, how: signal ?? `status ${status}` });
    const late = () => finish({ seed, late: true });
    const hear = (message) => {
      if (message.done) {
        return finish(message);
      }
      seed = message.seed;
      if (message.finding !== undefined) {
        find(message.seed, message.finding, message.input);
      }
      timer?.refresh();
    };
    timer = setTimeout(late, wait * 1000);
    child.on("message", hear);
    child.on("exit", gone);
    child.send(asked);
  });
}
