import type { CancellationToken } from "vscode-languageserver";
import { type Drawing, DrawingError, formatDiagram } from "../../drawing/index.js";
import type { ExportAnswer, ExportParameters, Problem } from "../../preview/index.js";
import type { DiagLspServices } from "../services.js";
import { findPreviewDiagram } from "./listed-diagrams.js";
import { readDocument } from "./reading.js";

/** A diagram as text for elsewhere, the same as of `diag render`; or in one line why there is none. */
export function answerExport(
  services: DiagLspServices,
  parameters: ExportParameters,
  token?: CancellationToken,
): Promise<ExportAnswer | Problem> {
  return readDocument(services, parameters.uri, () => exported(services, parameters, token), token);
}

async function exported(
  services: DiagLspServices,
  { uri, id, format }: ExportParameters,
  token: CancellationToken | undefined,
): Promise<ExportAnswer | Problem> {
  const found = findPreviewDiagram(services, uri, id);
  if (!found) {
    return { problem: "this diagram is no longer in the text; choose another one" };
  }
  const { listed, named, input } = found;
  if (!input) {
    return { problem: `\`${listed.name}\` has no node yet; write edges such as \`a, b -> out\`` };
  }
  if (!named && format === "short") {
    return { problem: `\`${listed.name}\` is broken, and so has no short form; correct its text first` };
  }
  // What is wrong with a sound diagram, such as a path through a part twice, is no part of its picture.
  const { marks, ...plain } = input;
  const wish = named && marks ? { key: `${listed.key} unmarked`, input: plain } : { key: listed.key, input };
  const drawn = async (): Promise<Drawing> => {
    const result = (await services.editor.Drawings.draw([wish], `export ${uri}`, token)).get(wish.key);
    if (result && "drawing" in result) {
      return result.drawing;
    }
    throw new DrawingError(result?.problem ?? "the export was cancelled");
  };
  try {
    return { text: await formatDiagram(wish.input, format, drawn) };
  } catch (error) {
    if (error instanceof DrawingError) {
      return { problem: error.message };
    }
    throw error;
  }
}
