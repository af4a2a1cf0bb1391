import { createHash } from "node:crypto";
import { AstUtils, type LangiumDocument, URI } from "langium";
import type { AnyLandscape } from "../evaluate/any-landscape.js";
import type { VerifySpecification } from "../verify/specification.js";
import { createDiagServices } from "./diag-module.js";
import {
  type DiagFile,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isVerifyDeclaration,
} from "./generated/ast.js";
import { type LoadedText, type SourceReader, TextLoader } from "./loader/index.js";
import { pathOf, uriBeside, uriOf } from "./paths.js";
import { type ProblemCode, type Range, rangeOf } from "./problem.js";
import { digestOf as digestOfData, urisOf } from "./read-sources.js";
import { dataUses } from "./references/data-uses.js";
import { namedOf } from "./references/declared.js";
import type { NamedDiagram } from "./semantics/diagram.js";
import { symbolsOfWeights } from "./semantics/landscape.js";
import { DeclaredExpressions } from "./semantics/tensors/declared.js";
import type { GivenValues } from "./semantics/with.js";

export interface DiagDiagnostic {
  /** The path as given, or as reached by imports from it. */
  file: string;
  severity: "error" | "warning" | "info";
  code: ProblemCode;
  /** One line: what is wrong and what to do. */
  message: string;
  range: Range;
  /** Other places that belong to it: the path that meets a part twice, the first of two names. */
  related?: { file: string; range: Range; message: string }[];
  /** What a quick fix needs, by code. */
  data?: unknown;
}

/** A file that a file was made of, by its imports and theirs, or as data. */
export interface UsedFile {
  /** Its address. */
  uri: string;
  kind: "source" | "data";
  /** SHA-256 of its text as it was read, in hexadecimal; absent when it could not be, and of data with shapes. */
  digest?: string;
}

/** What a file says, checked. Maps hold what is sound, imported declarations included. */
export interface AnalyzedFile {
  file: string;
  /** Of this file only, in the order of the text; errors of an imported file are one error at its import. */
  diagnostics: DiagDiagnostic[];
  /** Every diagram that is a tree with a partition, also when it breaks the path condition, which is reported. */
  diagrams: Map<string, NamedDiagram>;
  /** By name, the first error of each of {@link diagrams} that has one: no sum takes such a diagram. */
  diagramErrors: Map<string, { file: string; range: Range; message: string }>;
  landscapes: Map<string, AnyLandscape>;
  /** By name, the first error of each declaration of which nothing could be made for an error of its own. */
  brokenErrors: Map<string, { file: string; range: Range; message: string }>;
  /** For each of {@link landscapes} its params and lets of weights alone as they are written, which functions of the weights may name. */
  symbols: Map<string, string>;
  /** Verifies whose every part is sound. */
  verifies: Map<string, VerifySpecification>;
  /** Names that the file itself declares, without those it imports. */
  ownNames: Set<string>;
  /** All other files that were read, or should have been. */
  used: UsedFile[];
}

/** Where a text stands, and how the files that it names are found. */
export interface TextSurroundings {
  /** What the file is called in messages. */
  path?: string;
  /** Its address, as an editor writes it; that of the path when absent. */
  uri?: string;
  /** Reads files by their paths; without it and a loader there are none. */
  reader?: SourceReader;
  /** Instead of a reader. */
  loader?: TextLoader;
  /** What all verifies run over, instead of what they say. */
  over?: GivenValues;
}

/** Files reached by imports are read up to this many. */
const mostFiles = 1000;

/**
 * Reads and checks a file and what it imports.
 * @throws what the reader rejects with, when the file itself cannot be read.
 */
export async function analyzeFile(path: string, reader: SourceReader): Promise<AnalyzedFile> {
  return analyzeText(await reader.readText(path), { path, reader });
}

/** Checks a text as if it were the file `path`, with the files that it names. */
export async function analyzeText(
  text: string,
  { path = "untitled.diag", uri, reader, loader = new TextLoader(reader), over }: TextSurroundings = {},
): Promise<AnalyzedFile> {
  const services = idle.pop() ?? createDiagServices();
  const address = uri === undefined ? uriOf(path) : URI.parse(uri);
  services.diag.validation.DeclarationChecker.over = over;
  const result = await analyzeWith(services, path, address, text, loader);
  services.diag.validation.DeclarationChecker.over = undefined;
  const { LangiumDocuments, DocumentBuilder } = services.shared.workspace;
  await DocumentBuilder.update([], LangiumDocuments.all.map((document) => document.uri).toArray());
  services.diag.workspace.MissingSources.clear();
  services.diag.workspace.DataTables.clear();
  idle.push(services);
  return result;
}

type Services = ReturnType<typeof createDiagServices>;

/** Services whose documents have been put away: making a parser takes longer than reading a file. */
const idle: Services[] = [];

async function analyzeWith(
  { shared, diag }: Services,
  path: string,
  mainUri: URI,
  text: string,
  loader: TextLoader,
): Promise<AnalyzedFile> {
  const factory = shared.workspace.LangiumDocumentFactory;
  const addDocument = (uri: URI, content: string): LangiumDocument<DiagFile> => {
    const document = factory.fromString<DiagFile>(content, uri);
    shared.workspace.LangiumDocuments.addDocument(document);
    return document;
  };
  const used = new Map<string, UsedFile>();
  const { MissingSources, DataTables } = diag.workspace;
  const load = async (uri: URI): Promise<LoadedText> => {
    const content = await loader.load(uri);
    const digest = "text" in content ? { digest: digestOf(content.text) } : {};
    used.set(`source ${uri}`, { uri: uri.toString(), kind: "source", ...digest });
    return content;
  };

  const main = addDocument(mainUri, text);
  const documents = [main];
  for (const document of documents) {
    for (const use of dataUses(document)) {
      if (DataTables.known(use) === undefined) {
        const data = await loader.data(use);
        DataTables.set(use, data);
        const digest = digestOfData(data);
        for (const uri of urisOf(use)) {
          used.set(`data ${uri}`, {
            uri: uri.toString(),
            kind: "data",
            ...(digest === undefined ? {} : { digest }),
          });
        }
      }
    }
    for (const { path: target } of document.parseResult.value.imports) {
      const uri = target ? uriBeside(document.uri, target) : undefined;
      if (!uri || shared.workspace.LangiumDocuments.hasDocument(uri) || used.has(`source ${uri}`)) {
        continue;
      }
      const content: LoadedText =
        documents.length < mostFiles
          ? await load(uri)
          : { problem: `more than ${mostFiles} files are imported` };
      if ("text" in content) {
        documents.push(addDocument(uri, content.text));
      } else if (!MissingSources.has(uri)) {
        MissingSources.set(uri, content);
      }
    }
  }
  await shared.workspace.DocumentBuilder.build(documents, { validation: true });

  const fileOf = (uri: URI): string => (uri.toString() === main.uri.toString() ? path : pathOf(uri));
  const result: AnalyzedFile = {
    file: path,
    diagnostics: [...diagnosticsOf(main, fileOf), ...importDiagnostics(main, documents, fileOf)],
    diagrams: new Map(),
    diagramErrors: new Map(),
    brokenErrors: new Map(),
    landscapes: new Map(),
    symbols: new Map(),
    verifies: new Map(),
    ownNames: new Set(namedOf(main.parseResult.value.declarations).map(({ name }) => name)),
    used: [...used.values()],
  };
  result.diagnostics.sort(
    (one, other) =>
      one.range.start.line - other.range.start.line ||
      one.range.start.character - other.range.start.character,
  );
  const checker = diag.validation.DeclarationChecker;
  for (const [name, declaration] of diag.references.DeclarationFinder.visible(main.parseResult.value)) {
    const { value, problems } = checker.check(declaration);
    const error = problems.find(({ severity }) => severity === "error");
    const found = error && {
      file: fileOf(AstUtils.getDocument(declaration).uri),
      range: error.range,
      message: error.message,
    };
    if (value === undefined) {
      if (found) {
        result.brokenErrors.set(name, found);
      }
      continue;
    }
    if (isDiagramDeclaration(declaration)) {
      result.diagrams.set(name, value as NamedDiagram);
      if (found) {
        result.diagramErrors.set(name, found);
      }
    } else if (isLandscapeDeclaration(declaration)) {
      const { tensors } = checker.landscape(declaration);
      result.landscapes.set(name, value as AnyLandscape);
      result.symbols.set(
        name,
        (tensors ? new DeclaredExpressions(declaration).symbolsOfWeights() : symbolsOfWeights(declaration))
          .map((symbol) => symbol.$cstNode!.text)
          .join("\n"),
      );
    } else if (isVerifyDeclaration(declaration)) {
      result.verifies.set(name, value as VerifySpecification);
    }
  }
  return result;
}

/** SHA-256, in hexadecimal. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** One error at the import of a file that has errors of its own, and what it guesses about files of data. */
function importDiagnostics(
  main: LangiumDocument<DiagFile>,
  documents: readonly LangiumDocument<DiagFile>[],
  fileOf: (uri: URI) => string,
): DiagDiagnostic[] {
  const found: DiagDiagnostic[] = [];
  const seen = new Set<string>([main.uri.toString()]);
  for (const statement of main.parseResult.value.imports) {
    const uri = statement.path ? uriBeside(main.uri, statement.path).toString() : "";
    const document = documents.find((candidate) => candidate.uri.toString() === uri);
    if (!document || seen.has(uri)) {
      continue;
    }
    seen.add(uri);
    const diagnostics = diagnosticsOf(document, fileOf);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    // What was guessed about a file of data goes into numbers wherever its landscape is used.
    for (const { severity, code, message, range } of diagnostics) {
      if (severity === "warning" && code === "bad-distribution") {
        found.push({
          file: fileOf(main.uri),
          severity,
          code,
          message: `"${statement.path}", line ${range.start.line + 1}: ${message}`,
          range: rangeOf(statement, "path"),
        });
      }
    }
    const [first] = errors;
    if (first) {
      const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
      found.push({
        file: fileOf(main.uri),
        severity: "error",
        code: "unresolved",
        message: `"${statement.path}" has ${count}, at line ${first.range.start.line + 1}: ${first.message}`,
        range: rangeOf(statement, "path"),
        related: errors.slice(0, 10).map(({ file, range, message }) => ({ file, range, message })),
      });
    }
  }
  return found;
}

const severities = { 1: "error", 2: "warning", 3: "info", 4: "info" } as const;

function diagnosticsOf(document: LangiumDocument, fileOf: (uri: URI) => string): DiagDiagnostic[] {
  return (document.diagnostics ?? []).map((diagnostic) => {
    const related = diagnostic.relatedInformation ?? [];
    return {
      file: fileOf(document.uri),
      severity: severities[diagnostic.severity ?? 1],
      code: diagnostic.code as ProblemCode,
      message: String(diagnostic.message).replace(/(?<!\s)\s*\n\s*/g, " "),
      range: diagnostic.range,
      ...(related.length === 0
        ? {}
        : {
            related: related.map(({ location, message }) => ({
              file: fileOf(URI.parse(location.uri)),
              range: location.range,
              message,
            })),
          }),
      ...(diagnostic.data === undefined ? {} : { data: diagnostic.data }),
    };
  });
}
