import { readTextFile, UnreadableFile } from "../files/index.js";
import {
  type AnalyzedFile,
  addressOf,
  analyzeText,
  confinedReader,
  diskReader,
  openTextsOf,
  pathOnDisk,
  TextLoader,
  within,
} from "../language/index.js";
import type { RunSource } from "./protocol.js";

/** A request that cannot be served; the message is one line for the user. */
export class RunnerRefusal extends Error {
  override readonly name = "RunnerRefusal";
}

/** The largest text that is read, in characters or bytes. */
const longestText = 2 * 2 ** 20;

/**
 * Checks a source, with what it imports: open texts before those of the disk.
 * @throws RunnerRefusal when it cannot be read or is too long.
 */
export async function analyzeSource(source: RunSource): Promise<AnalyzedFile> {
  const { uri, path, open = [], folders } = source;
  const own = await textOf(source);
  const texts = [...open, { uri, text: own }].map((one) => ({ ...one, uri: addressOf(one.uri) }));
  const allowed = folders?.flatMap((folder) => pathOnDisk(folder) ?? []);
  const reader = allowed === undefined ? diskReader : confinedReader(diskReader, within(allowed));
  const loader = new TextLoader(reader, openTextsOf(texts));
  return analyzeText(own, { path, uri, loader });
}

/** The text of a source. @throws RunnerRefusal when it cannot be read or is too long. */
export async function textOf({ path, text }: RunSource): Promise<string> {
  if (text === undefined) {
    return readTextFile(path, longestText).catch((error: unknown) => {
      throw error instanceof UnreadableFile ? new RunnerRefusal(`${path}: ${error.message}`) : error;
    });
  }
  if (text.length > longestText) {
    throw new RunnerRefusal(`${path} is longer than ${longestText / 2 ** 20} MiB; split it`);
  }
  return text;
}
