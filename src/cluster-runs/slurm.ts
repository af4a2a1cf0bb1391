import {
  type CommandAnswer,
  type CouldNotAsk,
  cancelCommand,
  configurationCommand,
  couldNotAsk,
  lastWords,
  meaningOf,
  type QueueAnswer,
  type QueueSeen,
  queueCommand,
  readConfiguration,
  readQueue,
  readSubmission,
  releaseCommand,
  type Scheduler,
  sighting,
  submissionCommand,
} from "../cluster/index.js";
import { SharedLook } from "./shared-look.js";
import { SlurmCommands, type SlurmOptions } from "./slurm-commands.js";

/** How Slurm is asked. */
export interface SlurmSchedulerOptions extends SlurmOptions {
  /**
   * How long a look waits for others of this process to share its question, in milliseconds; half a second by default. Who looks once
   * waits for nobody.
   */
  readonly patience?: number;
}

const usualPatience = 500;

/** The looks that those share who ask the same cluster by the same commands. */
const shared = new Map<string, SharedLook>();

/** Slurm, asked by its commands. */
export function slurmScheduler(options: SlurmSchedulerOptions = {}): Scheduler {
  const commands = new SlurmCommands(options);
  const patience = options.patience ?? usualPatience;
  return {
    name: "slurm",
    async limits(signal) {
      const read = readConfiguration(await commands.say(configurationCommand, signal));
      return read.kind === "seen"
        ? // By 0 it means that nothing is forgotten.
          { kind: "seen", maxArraySize: read.maxArraySize, remembers: read.minJobAge || undefined }
        : read;
    },
    async submit(request, signal) {
      const command = submissionCommand(request);
      const fault = commands.faultOf(command.program);
      return fault === undefined
        ? readSubmission(await commands.say(command, signal))
        : { kind: "refused", why: `${command.program}: ${fault}` };
    },
    async look(tokens, signal) {
      const { key } = commands;
      let look = shared.get(key);
      if (look === undefined) {
        look = new SharedLook(
          (all, stop) => askQueue(commands, all, stop),
          couldNotAsk(queueCommand.program, "was stopped before it answered"),
        );
        shared.set(key, look);
      }
      return seenIn(await look.look(tokens, patience, signal), tokens);
    },
    async cancel(array, tasks, signal) {
      const command = cancelCommand(array, tasks);
      return faultOf(command.program, await commands.say(command, signal));
    },
    async release(array, task, signal) {
      const command = releaseCommand(array, task);
      return faultOf(command.program, await commands.say(command, signal));
    },
  };
}

/** Why Slurm's commands cannot be used here, in one line; `undefined` when they can. */
export function slurmFault(options: SlurmOptions = {}): string | undefined {
  const commands = new SlurmCommands(options);
  for (const program of ["sbatch", "squeue", "scancel", "scontrol"]) {
    const fault = commands.faultOf(program);
    if (fault !== undefined) {
      return `${program}: ${fault}`;
    }
  }
  return undefined;
}

async function askQueue(
  commands: SlurmCommands,
  tokens: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<QueueAnswer> {
  const answer = await commands.say(queueCommand, signal);
  // A job whose name cannot be read may be any.
  return readQueue(answer, (_, name) => name === "" || tokens.has(name));
}

/** What an answer says of these tokens. */
function seenIn(queue: QueueAnswer, tokens: ReadonlySet<string>): QueueSeen {
  if (queue.kind === "could not ask") {
    return queue;
  }
  const arrays = new Map<string, number>();
  let isHidden = queue.unread > 0;
  for (const [array, { tasks, alone }] of queue.arrays) {
    const name = alone?.name ?? [...tasks.values()][0]?.name ?? "";
    isHidden ||= name === "";
    // A name that others have read in the queue and taken has a later number.
    if (alone === undefined && array < (arrays.get(name) ?? Number.POSITIVE_INFINITY)) {
      arrays.set(name, array);
    }
  }
  if (isHidden && [...tokens].some((token) => !arrays.has(token))) {
    return couldNotAsk(queueCommand.program, "a part of its answer cannot be read");
  }
  return {
    kind: "seen",
    task(array, index) {
      const found = sighting(queue, array, index);
      return found.kind === "seen"
        ? { kind: "seen", meaning: meaningOf(found.job), nodes: found.job.nodes }
        : found;
    },
    arrayOf: (token) => arrays.get(token),
  };
}

/** What Slurm says of a job that is over or was never there, which it has then been asked about. */
const notThere = /Invalid job id|already completing or completed/i;

function faultOf(program: string, answer: CommandAnswer): CouldNotAsk | undefined {
  return answer.status === 0 || notThere.test(answer.stderr)
    ? undefined
    : couldNotAsk(program, lastWords(answer));
}
