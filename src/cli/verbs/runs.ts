import { stat } from "node:fs/promises";
import {
  findRun,
  knownDirectories,
  mayBeQueued,
  nothingAsked,
  RunFolder,
  readProgress,
  runsOf,
  slurmScheduler,
  stateOf,
  tokensOf,
  wordsOfDirectories,
} from "../../cluster-runs/index.js";
import { directoryOption, readClusterDirectory } from "../cluster-options.js";
import { directoryNotes } from "../folders.js";
import { formatTable } from "../table.js";
import { type Arguments, commonOptions, UsageError } from "../usage.js";
import { type ExitStatus, printJson, type Terminal, type Verb } from "../verb.js";
import { cancelRunById } from "./runs-cancel.js";
import { removeRunById } from "./runs-remove.js";
import { showRun } from "./runs-show.js";
import { waitForRun } from "./runs-wait.js";

/** What is done with one run: its folder's path, and what was given. */
type Action = (path: string, given: Arguments, terminal: Terminal) => Promise<ExitStatus>;

/** What may be done with a run, by the word before its id. */
const actions: Readonly<Record<string, Action>> = {
  show: showRun,
  wait: async (path, given, terminal) => waitForRun(await RunFolder.open(path), given, terminal),
  cancel: cancelRunById,
  remove: removeRunById,
};

/** `diag runs`: what became of runs that were sent to a cluster. */
export const runs: Verb = {
  name: "runs",
  words: `[${Object.keys(actions).join("|")} ID]`,
  summary: "list runs on a cluster, or show one, wait for it, cancel it or remove it",
  example: "diag runs --directory runs",
  options: {
    ...directoryOption,
    orders: { takes: "flag", help: "wait: also print each order, predicted beside measured" },
    ...commonOptions,
  },
  async run(given, terminal) {
    const [word, named, ...others] = given.words;
    if (given.has("orders") && word !== "wait") {
      throw new UsageError("--orders is for diag runs wait ID, which prints what was measured");
    }
    await refuseFile(readClusterDirectory(given));
    if (word === undefined) {
      return list(given, terminal);
    }
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (action === undefined || named === undefined || others.length > 0) {
      const known = Object.keys(actions).map((name) => `diag runs ${name} ID`);
      throw new UsageError(`diag runs lists all runs; of one, say ${known.join(", ")}`);
    }
    return action(await findRun(named, await directoriesOf(given)), given, terminal);
  },
};

/** A directory of runs may not be there yet, but is no file. @throws UsageError */
async function refuseFile(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => error.code);
  if (found === "ENOTDIR" || (typeof found === "object" && !found.isDirectory())) {
    throw new UsageError(`${directory} is no folder; name the folder that runs are in by --directory`);
  }
}

/** Where runs are looked for: where somebody says, or would be sent, and wherever some were sent before. */
async function directoriesOf(given: Arguments): Promise<string[]> {
  return [...new Set([readClusterDirectory(given), ...(await knownDirectories(directoryNotes()))])];
}

async function list(given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  const directories = given.has("directory") ? [readClusterDirectory(given)] : await directoriesOf(given);
  terminal.doing("reading the runs");
  const found = await runsOf(directories);
  const notes = [...found.notes];
  const read: { folder: RunFolder; progress: Awaited<ReturnType<typeof readProgress>> }[] = [];
  for (const folder of found.runs) {
    try {
      read.push({ folder, progress: await readProgress(folder) });
    } catch (error) {
      notes.push(error instanceof Error ? error.message : String(error));
    }
  }
  const asked = read.map(({ progress }) => progress).filter(mayBeQueued);
  const isOpen = asked.some(({ done, shards }) => done.size < shards);
  terminal.doing("looking at the queue");
  const queue = isOpen
    ? await slurmScheduler({ patience: 0 }).look(tokensOf(asked), terminal.interrupt)
    : nothingAsked;
  const rows = read.map(({ folder: { run, path }, progress }) => {
    const { standing, line, tasks } = stateOf(progress, queue);
    return {
      ...{ id: run.id, created: run.created, file: run.file },
      verify: [...new Set(run.points.map(({ verify }) => verify))],
      ...{ state: standing, line, shards: { done: progress.done.size, all: progress.shards } },
      ...{ tasks, path },
    };
  });
  if (given.has("json")) {
    printJson(terminal, { runs: rows, notes });
    return 0;
  }
  for (const note of notes) {
    terminal.note(`note: ${note}`);
  }
  terminal.print(
    rows.length === 0
      ? `there are no runs in ${wordsOfDirectories(directories)}`
      : formatTable(
          [{ title: "run" }, { title: "made" }, { title: "file" }, { title: "verify" }, { title: "state" }],
          rows.map(({ id, created, file, verify, line }) => [id, created, file, verify.join(", "), line]),
        ),
  );
  return 0;
}
