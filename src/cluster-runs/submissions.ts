import { stat } from "node:fs/promises";
import * as v from "valibot";
import { isNodeName, isToken } from "../cluster/index.js";
import { readTextFile, writeOnce, writeWhole } from "../files/index.js";
import { count, listUpTo, maybe, type Shape, textUpTo } from "../shape/index.js";
import { ClusterFault } from "./fault.js";
import { lineOf, parsed, type RunFolder, shown } from "./folder.js";
import { mostShards } from "./record.js";

/** Larger than any of these files, in bytes. */
const largestFile = 2 ** 26;

const intentSchema = v.object({
  /** By which the array is found in the queue. */
  token: v.custom<string>((value) => typeof value === "string" && isToken(value)),
  /** The map: of each index the shards that its task does, one after the other. */
  tasks: listUpTo(listUpTo(count, mostShards), mostShards),
  /** Of each task how many trials of its shards were done before. */
  before: listUpTo(count, mostShards),
});

const outcomeSchema = v.union([
  v.object({
    array: v.custom<number>((value) => v.is(count, value) && value > 0),
    cluster: maybe(textUpTo(200)),
  }),
  /** The cluster said no. One line. */
  v.object({ refused: textUpTo(1000) }),
  /** It was never submitted, as far as can be known. One line. */
  v.object({ abandoned: textUpTo(1000) }),
]);

const endingSchema = v.object({
  /** In words that go on behind the task's name. */
  line: textUpTo(1000),
  /** Whose doing it was. */
  by: v.picklist(["itself", "the cluster", "a person"]),
  /** Whether its shards had come further by then than before it, so that a next one goes on. */
  isFurther: v.boolean(),
});

/** What is to be submitted: an array of tasks. */
export type Intent = Shape<typeof intentSchema>;

/** What became of a submission. */
export type SubmissionOutcome = Shape<typeof outcomeSchema>;

/** How a task ended that left shards undone. */
export type Ending = Shape<typeof endingSchema>;

/** A submission, as its files tell. */
export interface SubmissionSeen {
  /** 1, 2, … */
  readonly number: number;
  readonly intent: Intent;
  /** Absent while nobody knows. */
  readonly outcome?: SubmissionOutcome;
  /** How long ago it was written down, in seconds by the disk's own clock. */
  readonly age: number;
  /** By index. */
  readonly endings: ReadonlyMap<number, Ending>;
}

/** All submissions of a run, in their order. */
export function readSubmissions(folder: RunFolder): Promise<SubmissionSeen[]> {
  return new SubmissionFiles(folder).read();
}

/** An intent, with when it was written by the disk's clock and first seen by this process, in milliseconds. */
interface Written {
  readonly intent: Intent;
  readonly at: number;
  readonly seenAt: number;
}

/** The submissions of a run, for who looks at them again and again: what was read once is not read again, since it never changes. */
export class SubmissionFiles {
  private readonly written = new Map<number, Written>();
  private readonly outcomes = new Map<number, SubmissionOutcome>();
  private readonly endings = new Map<number, Map<number, Ending>>();
  private readonly names = new Set<string>();
  /** How far the disk's clock is ahead of how long this process has run, which nobody sets, in milliseconds. */
  private ahead: number | undefined;

  constructor(private readonly folder: RunFolder) {}

  /** All of them, in their order. @throws ClusterFault in one line. */
  async read(): Promise<SubmissionSeen[]> {
    const { folder } = this;
    const numbers = await numbersIn(folder);
    await this.readEndings();
    const isOpen = numbers.some((number) => !this.outcomes.has(number));
    // Only how old those are matters much of which nobody knows what became.
    if (isOpen || this.ahead === undefined) {
      this.ahead = (await diskTime(folder)) - performance.now();
    }
    const now = performance.now() + this.ahead;
    const seen: SubmissionSeen[] = [];
    for (const number of numbers) {
      const { intent, at, seenAt } = await this.writtenOf(number);
      const outcome = this.outcomes.get(number) ?? (await read(outcomeOf(folder, number), outcomeSchema));
      if (outcome !== undefined) {
        this.outcomes.set(number, outcome as SubmissionOutcome);
      }
      seen.push({
        ...{ number, intent },
        ...(outcome === undefined ? {} : { outcome: outcome as SubmissionOutcome }),
        // Where the disk's clock cannot be asked, and the machine's is behind it, it is as old as it has been seen.
        age: Math.max(0, now - at, performance.now() - seenAt) / 1000,
        endings: this.endings.get(number) ?? new Map(),
      });
    }
    return seen;
  }

  private async writtenOf(number: number): Promise<Written> {
    const known = this.written.get(number);
    if (known !== undefined) {
      return known;
    }
    const intent = await readIntent(this.folder, number);
    const { mtimeMs } = await stat(this.folder.at("submissions", `${number}.json`));
    const written = { intent, at: mtimeMs, seenAt: performance.now() };
    this.written.set(number, written);
    return written;
  }

  private async readEndings(): Promise<void> {
    for (const name of await this.folder.names("endings")) {
      const [, number, index] = /^(\d{1,7})-(\d{1,7})\.json$/.exec(name) ?? [];
      if (number === undefined || this.names.has(name)) {
        continue;
      }
      const ending = await read(this.folder.at("endings", name), endingSchema);
      if (ending !== undefined) {
        // What others were given of it stays as it was.
        const own = new Map(this.endings.get(Number(number)));
        own.set(Number(index), ending as Ending);
        this.endings.set(Number(number), own);
        this.names.add(name);
      }
    }
  }
}

/**
 * The submission of a token, without what became of it: all that a task needs to know.
 * @returns nothing where there is none, which may be since this machine has not seen it yet.
 * @throws ClusterFault in one line.
 */
export async function findIntent(folder: RunFolder, token: string): Promise<Intent | undefined> {
  const numbers = await numbersIn(folder);
  // Tokens end with their submission's number, so that the others need not be read; nothing depends on it.
  const [, own] = /-(\d{1,7})$/.exec(token) ?? [];
  for (const number of numbers.sort((one, other) => Number(`${other}` === own) - Number(`${one}` === own))) {
    const intent = await readIntent(folder, number);
    if (intent.token === token) {
      return intent;
    }
  }
  return undefined;
}

async function numbersIn(folder: RunFolder): Promise<number[]> {
  const names = await folder.names("submissions");
  return names
    .flatMap((name) => /^(\d{1,7})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

async function readIntent(folder: RunFolder, number: number): Promise<Intent> {
  const path = folder.at("submissions", `${number}.json`);
  const intent = await read(path, intentSchema);
  if (intent === undefined) {
    throw new ClusterFault(`${shown(path)} cannot be read, or is damaged; remove the run, and send it again`);
  }
  return intent as Intent;
}

/**
 * Writes down what is to be submitted, before it is.
 * @returns whether this process is the one to submit it; else another one has a submission of that number.
 */
export function claimSubmission(folder: RunFolder, number: number, intent: Intent): Promise<boolean> {
  return writeOnce(folder.at("submissions", `${number}.json`), JSON.stringify(intent));
}

/**
 * Writes down what became of a submission, unless that is known.
 * @returns what is written down of it: of several processes the first has said it.
 */
export async function recordOutcome(
  folder: RunFolder,
  number: number,
  outcome: SubmissionOutcome,
): Promise<SubmissionOutcome> {
  const path = outcomeOf(folder, number);
  const isFirst = await writeOnce(path, JSON.stringify(outcome));
  return isFirst ? outcome : (((await read(path, outcomeSchema)) ?? outcome) as SubmissionOutcome);
}

const outcomeOf = (folder: RunFolder, number: number) => folder.at("submissions", `${number}.job`);

/** Writes down how a task ended that left shards undone, unless that is known. */
export async function recordEnding(
  folder: RunFolder,
  number: number,
  index: number,
  ending: Ending,
): Promise<void> {
  await writeOnce(folder.at("endings", `${number}-${index}.json`), JSON.stringify(ending));
}

/** What the shared disk's clock says, in milliseconds since 1970: machines that share it may have others. */
async function diskTime(folder: RunFolder): Promise<number> {
  const path = folder.at("clock");
  try {
    await writeWhole(path, "");
    return (await stat(path)).mtimeMs;
  } catch {
    // A full disk has a clock, too, but it cannot be asked.
    return Date.now();
  }
}

/** A file as its schema has it; `undefined` where there is none, or it is something else. */
async function read<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  try {
    const result = v.safeParse(schema, parsed(await readTextFile(path, largestFile)));
    return result.success ? result.output : undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") {
      return undefined;
    }
    throw new ClusterFault(`${shown(path)} ${lineOf(error)}`);
  }
}

/** The nodes that have no engine of the run's arithmetic, by name, and why. */
export async function readUnfitNodes(folder: RunFolder): Promise<ReadonlyMap<string, string>> {
  const nodes = new Map<string, string>();
  for (const name of (await folder.names("nodes")).filter(isNodeName)) {
    nodes.set(name, await readTextFile(folder.at("nodes", name), largestFile).catch(() => ""));
  }
  return nodes;
}

/** Says that a node is not to have tasks of the run. @param node its name, as the cluster has it. */
export async function recordUnfitNode(folder: RunFolder, node: string, why: string): Promise<void> {
  await writeOnce(folder.at("nodes", node), why);
}
