import { parentPort } from "node:worker_threads";
import {
  type DataDescription,
  type DataSource,
  type DataTable,
  describeData,
  describeTensor,
  openData,
  type ReadTable,
  readTableFile,
  readTensor,
  type Tensor,
  type TensorDescription,
  UnreadableData,
} from "../../data/index.js";
import { UnreadableFile } from "../../files/index.js";

/** Columns of a table. */
export interface TableQuestion {
  readonly path: string;
  readonly names: readonly string[];
}

/** A description of data with shapes. */
export interface SourceQuestion {
  readonly source: DataSource;
}

/** A description of an array. */
export interface TensorQuestion {
  readonly tensor: { readonly path: string; readonly name?: string };
}

/** Rows with shapes, numbers and all. */
export interface RowsQuestion {
  readonly rows: DataSource;
}

/** An array, numbers and all. */
export interface StartQuestion {
  readonly start: { readonly path: string; readonly name?: string };
}

/** What the worker is asked. */
export type Question = TableQuestion | SourceQuestion | TensorQuestion | RowsQuestion | StartQuestion;

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
  : Asked extends SourceQuestion
    ? DataDescription
    : Asked extends TensorQuestion
      ? TensorDescription
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
    } else if ("start" in question) {
      const read = await readTensor(question.start.path, question.start.name);
      parentPort?.postMessage(read, [read.values.buffer as ArrayBuffer]);
    } else {
      parentPort?.postMessage(
        "source" in question
          ? await describeData(question.source)
          : await describeTensor(question.tensor.path, question.tensor.name),
      );
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
