/**
 * Tables of data for the language server: small ones are read where they are asked for, the others in a worker, so that
 * nobody who types waits for a file. Each is read once as long as it is the same.
 */
import type { Worker } from "node:worker_threads";
import { type ReadTable, readTableFile, TableFiles } from "../../data/index.js";
import { UnreadableFile } from "../../files/index.js";
import { type Job, Lanes, type Outcome, startThread } from "../../work/index.js";
import type { TableAnswer, TableQuestion } from "./worker.js";

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

class TableJob implements Job {
  readonly answer: Promise<ReadTable>;
  private settle!: (outcome: Outcome) => void;

  constructor(
    private readonly question: TableQuestion,
    readonly isWanted: () => boolean,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.settle = (outcome) => {
        const found = answerOf(outcome);
        if ("problem" in found) {
          reject(new UnreadableFile(found.problem, found.code));
        } else {
          resolve(found);
        }
      };
    });
  }

  message(): TableQuestion {
    return this.question;
  }

  isUrgent(): boolean {
    return false;
  }

  end(outcome: Outcome): void {
    this.settle(outcome);
  }
}

function answerOf(outcome: Outcome): TableAnswer {
  switch (outcome.kind) {
    case "report":
      return outcome.report as TableAnswer;
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

/** Reads tables for {@link ../workspace/disk.ts}. */
export class ServedTables {
  private readonly lanes: Lanes;
  private readonly files = new TableFiles((path, names, size, isWanted) =>
    size <= smallTable ? readTableFile(path, names) : this.inWorker(new TableJob({ path, names }, isWanted)),
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

  private inWorker(job: TableJob): Promise<ReadTable> {
    // What is not wanted any more makes room.
    this.lanes.review();
    this.lanes.add([job], "behind");
    return job.answer;
  }
}
