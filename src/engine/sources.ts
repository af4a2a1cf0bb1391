import { analyzeGivenFile, fileReader } from "../cli/files.js";
import { type AnalyzedFile, analyzeText } from "../language/index.js";
import type { EngineSource } from "./protocol.js";

/** A request that cannot be served; the message is one line for the user. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
}

/** The largest text that is read, in characters. */
const longestText = 2 * 2 ** 20;

/**
 * Reads and checks a source, with what it imports.
 * @throws UsageError when its file cannot be read; EngineRefusal when the text is too long.
 */
export async function analyzeSource(source: EngineSource): Promise<AnalyzedFile> {
  if (source.text === undefined) return analyzeGivenFile(source.path);
  if (source.text.length > longestText)
    throw new EngineRefusal(`${source.path} is longer than ${longestText / 2 ** 20} MiB; split it`);
  return analyzeText(source.text, { path: source.path, reader: fileReader });
}

/** The text of a source. */
export async function textOf(source: EngineSource): Promise<string> {
  return source.text ?? (await fileReader.readText(source.path));
}
