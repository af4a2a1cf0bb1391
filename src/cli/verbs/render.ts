import { canonicalForm } from "../../diagram/index.js";
import { type DiagramFormat, diagramFormats, formatDiagram, layoutDrawing } from "../../drawing/index.js";
import type { AnalyzedFile, NamedDiagram } from "../../language/index.js";
import { counted, printableLine } from "../../printable/index.js";
import { analyzeGivenFile, shownPath } from "../files.js";
import { findShownDiagram } from "../given-diagram.js";
import { OutputFolder } from "../output.js";
import { readFormat } from "../readings.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Terminal, type Verb } from "../verb.js";

/** What the files of a format end in. */
const endings: Readonly<Record<DiagramFormat, string>> = {
  svg: "svg",
  tikz: "tex",
  json: "json",
  dot: "dot",
  short: "txt",
};

/** Formats of which several make one text. */
const joinable: readonly DiagramFormat[] = ["dot", "short"];

/** `diag render FILE NAME… --to FORMAT`: diagrams as pictures, as TikZ, as graphs, as data, as short forms. */
export const render: Verb = {
  name: "render",
  words: "FILE [NAME…]",
  summary: "draw diagrams, or write them in another format",
  example: "diag render my.diag skew --to svg > skew.svg",
  options: {
    to: {
      takes: "value",
      hint: diagramFormats.join("|"),
      help: "svg: black lines without a background; tikz: a LaTeX document; json: the drawing; dot: a graph; short: (01-2)(02-12)",
    },
    output: { takes: "value", hint: "a folder", help: "write a file for each diagram instead" },
    ...commonOptions,
  },
  async run(given, terminal) {
    const [path, ...names] = given.words;
    if (path === undefined) {
      throw new UsageError("diag render needs a FILE, and the NAMEs of diagrams in it unless all are meant");
    }
    const format = readFormat(given.value("to"), diagramFormats);
    const file = await analyzeGivenFile(path, terminal);
    const diagrams = chosenDiagrams(file, names);
    const folder = given.value("output");
    if (folder !== undefined) {
      const files = await writeDrawings(diagrams, format, await OutputFolder.open(folder), terminal);
      tellOwnNumbering(diagrams, format, terminal);
      if (given.has("json")) {
        printJson(terminal, {
          format,
          files: files.map((one, index) => ({ diagram: diagrams[index]!.name, file: one })),
        });
      } else {
        terminal.print(files.map(printableLine).join("\n"));
      }
      return 0;
    }
    if (diagrams.length > 1 && !joinable.includes(format) && !given.has("json")) {
      throw new UsageError(
        `${counted(diagrams.length, "diagram")} do not go into one ${format} text; name one of ${shownNames(diagrams)}, or add --output FOLDER`,
      );
    }
    const drawings: string[] = [];
    for (const named of diagrams) {
      terminal.doing(`drawing ${named.name}`);
      drawings.push(await draw(named, format));
    }
    tellOwnNumbering(diagrams, format, terminal);
    if (given.has("json")) {
      const answers = diagrams.map(({ name }, index) => ({
        diagram: name,
        format,
        drawing: format === "json" ? JSON.parse(drawings[index]!) : drawings[index]!,
      }));
      printJson(terminal, diagrams.length === 1 ? answers[0] : { drawings: answers });
    } else {
      terminal.print(drawings.map((drawing) => drawing.trimEnd()).join("\n"));
    }
    return 0;
  },
};

/** The diagrams of these names, each once; without names those that the file itself declares. */
function chosenDiagrams(file: AnalyzedFile, names: readonly string[]): NamedDiagram[] {
  if (names.length > 0) {
    return [...new Set(names)].map((name) => findShownDiagram(name, file));
  }
  const own = [...file.diagrams.values()].filter(({ name }) => file.ownNames.has(name));
  const error = file.diagnostics.find(({ severity }) => severity === "error");
  if (error) {
    const { line, character } = error.range.start;
    throw new UsageError(
      `not all diagrams can be used: ${shownPath(error.file)}:${line + 1}:${character + 1}: ${error.message}; name those to draw`,
    );
  }
  if (own.length === 0) {
    throw new UsageError(`${shownPath(file.file)} declares no diagram; name one that it imports`);
  }
  return own;
}

/** Says which short forms are not in the canonical numbering, by which isomorphic diagrams are told. */
function tellOwnNumbering(
  diagrams: readonly NamedDiagram[],
  format: DiagramFormat,
  terminal: Terminal,
): void {
  const own =
    format === "short" ? diagrams.filter(({ diagram }) => canonicalForm(diagram) === undefined) : [];
  if (own.length > 0) {
    const verb = own.length === 1 ? "keeps its" : "keep their";
    terminal.note(
      `note: ${shownNames(own)} ${verb} own numbering: too symmetric, or too large, for the canonical one to be found`,
    );
  }
}

function shownNames(diagrams: readonly NamedDiagram[]): string {
  const names = diagrams.slice(0, 8).map(({ name }) => name);
  return `${names.join(", ")}${diagrams.length > names.length ? ", …" : ""}`;
}

/**
 * Writes a file for each diagram, called after it.
 * @returns their paths.
 * @throws UsageError before the first is written, when one of them cannot be.
 */
export async function writeDrawings(
  diagrams: readonly NamedDiagram[],
  format: DiagramFormat,
  output: OutputFolder,
  terminal: Pick<Terminal, "doing">,
): Promise<string[]> {
  const fileOf = ({ name }: NamedDiagram) => `${name}.${endings[format]}`;
  await output.check(diagrams.map(fileOf));
  const paths: string[] = [];
  for (const named of diagrams) {
    terminal.doing(`drawing ${named.name}`);
    paths.push(await output.write(fileOf(named), await draw(named, format)));
  }
  return paths;
}

/** A named diagram in one of the formats. */
function draw(named: NamedDiagram, format: DiagramFormat): Promise<string> {
  return formatDiagram(named, format, () => layoutDrawing(named));
}
