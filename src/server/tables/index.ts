/**
 * Data for the language server, tables of numbers and data with shapes: small files are read where they are asked for,
 * the others in a worker, so that nobody who types waits for a file. Each is read once as long as it is the same.
 */
import { stat } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import {
  type DataSource,
  type DataTable,
  openData,
  type ReadTable,
  readTableFile,
  readTensor,
  TableFiles,
  type Tensor,
  UnreadableData,
} from "../../data/index.js";
import { UnreadableFile } from "../../files/index.js";
import { type Job, Lanes, type Outcome, startThread } from "../../work/index.js";
import type { AnswerTo, Question, Refusal } from "./worker.js";

/** A table of so many bytes is read sooner than a worker is started. */
export const smallTable = 2 ** 18;

/** What a worker may hold beside the numbers, in MiB: a file of one line is held whole. */
const mostMemory = 512;

function startTableWorker(): Worker {
  return startThread(
    { asking: import.meta.url, bundle: "./table-worker.js" },
    { resourceLimits: { maxOldGenerationSizeMb: mostMemory, maxYoungGenerationSizeMb: 16 } },
  );
}

class ReadingJob<Asked extends Question> implements Job {
  readonly answer: Promise<AnswerTo<Asked>>;
  private settle!: (outcome: Outcome) => void;

  constructor(
    private readonly question: Asked,
    readonly isWanted: () => boolean,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.settle = (outcome) => {
        const found = answerOf<Asked>(outcome);
        if ("problem" in found) {
          reject(errorOf(found));
        } else {
          resolve(found);
        }
      };
    });
  }

  message(): Asked {
    return this.question;
  }

  isUrgent(): boolean {
    return false;
  }

  end(outcome: Outcome): void {
    this.settle(outcome);
  }
}

function errorOf({ problem, code, file, offset }: Refusal): UnreadableFile {
  return file === undefined
    ? new UnreadableFile(problem, code)
    : new UnreadableData(file, problem, offset, code);
}

function answerOf<Asked extends Question>(outcome: Outcome): AnswerTo<Asked> | Refusal {
  switch (outcome.kind) {
    case "report":
      return outcome.report as AnswerTo<Asked> | Refusal;
    case "late":
      return { problem: "takes too long to be read; make it smaller" };
    case "dropped":
      return { problem: "was not read, since nobody waited for it; open the file again" };
    case "lost":
      return {
        problem: outcome.outOfMemory
          ? "needs too much memory to be read; make it smaller, or break its lines"
          : `cannot be read (the reading ${outcome.problem})`,
      };
  }
}

/** Reads for {@link ../workspace/disk.ts}. */
export class ServedTables {
  private readonly lanes: Lanes;
  private readonly files = new TableFiles((path, names, size, isWanted) =>
    size <= smallTable ? readTableFile(path, names) : this.inWorker({ path, names }, isWanted),
  );
  constructor(start: () => Worker = startTableWorker) {
    this.lanes = new Lanes({
      start,
      ahead: 1,
      short: 2000,
      unwanted: 2000,
      longest: 300_000,
      longestStart: 30_000,
      idle: 5000,
      mostLong: 1,
    });
  }

  /** @throws UnreadableFile. */
  read(path: string, names: readonly string[], isWanted: () => boolean): Promise<ReadTable> {
    return this.files.table(path, names, isWanted);
  }

  /** Rows with shapes. @throws UnreadableFile; UnreadableData where it is known which of the files it is. */
  async readData(source: DataSource, isWanted: () => boolean): Promise<DataTable> {
    const sizes = await Promise.all(source.files.map(sizeOf));
    return Math.max(0, ...sizes) <= smallTable ? openData(source) : this.inWorker({ rows: source }, isWanted);
  }

  /** An array. @throws UnreadableFile. */
  async readTensor(path: string, name: string | undefined, isWanted: () => boolean): Promise<Tensor> {
    return (await sizeOf(path)) <= smallTable
      ? readTensor(path, name)
      : this.inWorker({ start: { path, ...(name === undefined ? {} : { name }) } }, isWanted);
  }

  private inWorker<Asked extends Question>(
    question: Asked,
    isWanted: () => boolean,
  ): Promise<AnswerTo<Asked>> {
    const job = new ReadingJob(question, isWanted);
    // What is not wanted any more makes room.
    this.lanes.review();
    this.lanes.add([job], "behind");
    return job.answer;
  }
}

/** In bytes; 0 of what is not there, which reading says better. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
