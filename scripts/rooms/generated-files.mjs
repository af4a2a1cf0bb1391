// Tries generated files on everything that reads files: check, describe, format, every feature of the language server,
// and evaluation. Says what threw, what took longer than two seconds, and how much memory was needed; fails if anything.
// Usage: node scripts/rooms/generated-files.mjs [--files 1000] [--seed 0] [--seconds 3600] [--only 17]
//   --files    how many files
//   --seed     the number of the first; the file of a number is always the same
//   --seconds  after which no other file is begun
//   --only     one file, which is printed too

import { fork } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "../generate.mjs";
import { bundle } from "./bundles.mjs";
import { root } from "./vitest.mjs";

const folder = join(root, "out", "generated-files");

/** Seconds of the processor that a stage may take, and of the clock until it counts as hung. */
const longestStage = 2;
const longestWait = 30;
/** Evaluations are work that a user asks for and can stop: one that takes longer is given up, and counted. */
const longestEvaluation = 2;
/** The memory that V8 may take, in MiB, and that the process may. */
const heap = 1024;
const mostMemory = 2 ** 30;

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "1000" },
    seed: { type: "string", default: "0" },
    seconds: { type: "string", default: "3600" },
    only: { type: "string" },
  },
});
const first = Number(values.only ?? values.seed);
const count = values.only === undefined ? Number(values.files) : 1;

generate();
await bundle(
  {
    worker: "test/language/generated/worker.ts",
    generate: "test/language/generated/generate.ts",
  },
  folder,
);
if (values.only !== undefined) {
  const { generatedFile } = await import(join(folder, "generate.mjs"));
  console.log(generatedFile(first).text);
}

let worker;
let memory = 0;
let longest = { seconds: 0 };
let givenUp = 0;
const spent = {};
let characters = 0;
const kinds = {};
const findings = new Map();
const began = Date.now();
const last = began + 1000 * Number(values.seconds);

for (let seed = first; seed < first + count && Date.now() < last; seed++) {
  worker ??= await start();
  const answer = await ask(worker, seed);
  if (answer.done) {
    memory = Math.max(memory, answer.memory);
    characters += answer.characters;
    kinds[answer.kind] = (kinds[answer.kind] ?? 0) + 1;
    for (const { stage, what, stack } of answer.failures) {
      find(`throws: ${stage}, ${what}: ${stack.split("\n").slice(0, 4).join("\n      ")}`, seed);
    }
    for (const [stage, seconds] of Object.entries(answer.times)) {
      spent[stage] = (spent[stage] ?? 0) + seconds;
      if (stage !== "evaluate" && seconds > longest.seconds) {
        longest = { seconds, stage, seed };
      }
      if (stage !== "evaluate" && seconds > longestStage) {
        find(`takes over ${longestStage} s: ${stage}`, seed);
      }
    }
    if (answer.memory > mostMemory) {
      find("needs over 1 GiB", seed);
      await end();
    }
  } else {
    await end();
    if (answer.stage === "evaluate" && answer.late) {
      givenUp++;
    } else {
      find(answer.late ? `hangs: ${answer.stage}` : `ends the process: ${answer.stage}`, seed);
    }
  }
  if ((seed - first + 1) % 1000 === 0) {
    report();
  }
}
await end();
report();
for (const [what, seeds] of findings) {
  console.log(
    `${seeds.length} files (${seeds.slice(0, 8).join(", ")}${seeds.length > 8 ? ", …" : ""}) ${what}`,
  );
}
process.exitCode = findings.size > 0 ? 1 : 0;

function find(what, seed) {
  const seeds = findings.get(what) ?? [];
  findings.set(what, seeds);
  seeds.push(seed);
  if (seeds.length === 1) {
    console.log(`file ${seed} ${what}`);
  }
}

function report() {
  const tried = Object.values(kinds).reduce((sum, one) => sum + one, 0);
  console.log(
    `${tried} files, ${(characters / 1e6).toFixed(1)} million characters, ${findings.size} findings; ` +
      `longest stage ${longest.seconds.toFixed(2)} s (${longest.stage} of ${longest.seed}), ` +
      `${givenUp} evaluations given up, most memory ${Math.round(memory / 2 ** 20)} MiB, ` +
      `${Math.round((Date.now() - began) / 1000)} s; ${JSON.stringify(kinds)}; seconds of the processor: ${JSON.stringify(spent, (_, value) => (typeof value === "number" ? Math.round(value) : value))}`,
  );
}

function start() {
  const child = fork(join(folder, "worker.mjs"), [], {
    execArgv: [`--max-old-space-size=${heap}`, "--enable-source-maps"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  child.stderr.resume();
  return new Promise((resolve) => child.once("message", () => resolve(child)));
}

async function end() {
  const child = worker;
  worker = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** What the worker says of a file, or in which stage it was when it was silent for too long or ended. */
function ask(child, seed) {
  return new Promise((resolve) => {
    let stage;
    let timer;
    const finish = (answer) => {
      clearTimeout(timer);
      child.off("message", hear);
      child.off("exit", gone);
      resolve(answer);
    };
    const gone = () => finish({ stage, late: false });
    const hear = (message) => {
      if (message.done) {
        return finish(message);
      }
      stage = message.stage;
      clearTimeout(timer);
      const seconds = stage === "evaluate" ? longestEvaluation : longestWait;
      timer = setTimeout(() => finish({ stage, late: true }), seconds * 1000);
    };
    child.on("message", hear);
    child.on("exit", gone);
    child.send(seed);
  });
}
