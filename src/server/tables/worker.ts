import { parentPort } from "node:worker_threads";
import {
  type DataSource,
  type DataTable,
  openData,
  type ReadTable,
  readTableFile,
  readTensor,
  type Tensor,
  UnreadableData,
} from "../../data/index.js";
import { UnreadableFile } from "../../files/index.js";

/** Columns of a table. */
export interface TableQuestion {
  readonly path: string;
  readonly names: readonly string[];
}

/** Rows with shapes. */
export interface RowsQuestion {
  readonly rows: DataSource;
}

/** An array. */
export interface StartQuestion {
  readonly start: { readonly path: string; readonly name?: string };
}

/** What the worker is asked. */
export type Question = TableQuestion | RowsQuestion | StartQuestion;

/** Words behind the file's name, and which file of several it is. */
export interface Refusal {
  readonly problem: string;
  readonly code?: string;
  readonly file?: string;
  readonly offset?: number;
}

/** What the worker answers, after it has said once that it is ready; or a {@link Refusal}. */
export type AnswerTo<Asked extends Question> = Asked extends TableQuestion
  ? ReadTable
  : Asked extends RowsQuestion
    ? DataTable
    : Tensor;

parentPort?.on("message", (question: Question) => void answer(question));

async function answer(question: Question): Promise<void> {
  try {
    // Numbers move to the other thread and are not copied.
    if ("path" in question) {
      const read = await readTableFile(question.path, question.names);
      const { table } = read;
      parentPort?.postMessage(read, "values" in table ? [table.values.buffer as ArrayBuffer] : []);
    } else if ("rows" in question) {
      const read = await openData(question.rows);
      const buffers = read.columns.map(({ values }) => values.buffer as ArrayBuffer);
      parentPort?.postMessage(read, [...new Set(buffers)]);
    } else {
      const read = await readTensor(question.start.path, question.start.name);
      parentPort?.postMessage(read, [read.values.buffer as ArrayBuffer]);
    }
  } catch (error) {
    parentPort?.postMessage(refusalOf(error as NodeJS.ErrnoException));
  }
}

function refusalOf(error: NodeJS.ErrnoException): Refusal {
  const { message, code } = error;
  return {
    problem: error instanceof UnreadableFile ? message : `cannot be read (${message.split("\n")[0]})`,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof UnreadableData
      ? { file: error.file, ...(error.offset === undefined ? {} : { offset: error.offset }) }
      : {}),
  };
}

parentPort?.postMessage({ ready: true });
