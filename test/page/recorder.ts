import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/node";
import {
  type DrawnDiagram,
  type HoverAnswer,
  type PreviewEmbeddings,
  type PreviewFile,
  type PreviewRequests,
  previewMethods,
} from "../../src/preview/index.js";
import { startServer } from "../../src/server/index.js";
import { Disk } from "../../src/server/workspace/disk.js";

/** What the language server says of a text, as the fake editor of page tests repeats it. */
export interface Recording {
  readonly file: PreviewFile;
  readonly drawings: Readonly<Record<string, Pick<DrawnDiagram, "drawing" | "problem">>>;
  /** By place, `line:character`. */
  readonly hovers: Readonly<Record<string, HoverAnswer | null>>;
  /** By diagram and format, as in `skew svg`. */
  readonly exports: Readonly<Record<string, object>>;
  readonly embeddings?: PreviewEmbeddings;
}

export interface RecordOptions {
  /** Diagrams whose hovers and exports are recorded. */
  readonly inDepth?: readonly string[];
  /** For whose background the formulas of hovers are coloured. */
  readonly theme?: "dark" | "light" | "hc-dark" | "hc-light";
}

const uri = "file:///main.diag";

/** Asks a language server of its own, over its protocol, all that a page may ask of a text. */
export async function record(
  text: string,
  { inDepth = [], theme = "dark" }: RecordOptions = {},
): Promise<Recording> {
  const connection = await connect({ images: true, theme });
  try {
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "diag", version: 1, text },
    });
    const ask = <M extends keyof PreviewRequests>(
      method: M,
      parameters: Omit<PreviewRequests[M]["parameters"], "uri">,
    ): Promise<PreviewRequests[M]["answer"]> =>
      connection.sendRequest(previewMethods[method], { uri, ...parameters });
    const file = (await ask("file", {}))!;
    const { drawings } = await ask("draw", { ids: file.diagrams.map(({ id }) => id) });
    const hovers: Record<string, HoverAnswer | null> = {};
    const exports: Record<string, object> = {};
    for (const diagram of file.diagrams.filter(({ id }) => inDepth.includes(id))) {
      const ranges = [
        diagram.nameRange,
        ...diagram.nodes.map(({ ranges }) => ranges[0]),
        ...diagram.edges.map(({ range }) => range),
        ...diagram.parts.map(({ range }) => range),
      ];
      for (const range of ranges) {
        if (range === undefined) {
          continue;
        }
        const { line, character } = range.start;
        hovers[`${line}:${character}`] = await ask("hover", { position: range.start });
      }
      for (const format of ["svg", "tikz", "dot", "short"] as const) {
        exports[`${diagram.id} ${format}`] = await ask("export", { id: diagram.id, format });
      }
    }
    return {
      file,
      drawings: Object.fromEntries(drawings.map(({ id: _, key, ...outcome }) => [key, outcome])),
      hovers,
      exports,
    };
  } finally {
    connection.dispose();
  }
}

async function connect(initializationOptions: object): Promise<MessageConnection> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
    files: new Disk(),
    reference: "file:///docs/language.md",
  });
  const connection = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  connection.listen();
  const capabilities = { textDocument: { hover: { contentFormat: ["markdown", "plaintext"] } } };
  await connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities,
    initializationOptions,
  });
  await connection.sendNotification("initialized", {});
  return connection;
}

/** Hovers of the recording `gauss` in the colours of each theme. */
export async function recordedHovers(): Promise<Readonly<Record<string, Recording["hovers"]>>> {
  return JSON.parse(await readFile(new URL("recorded/hovers.json", import.meta.url), "utf8"));
}

/** A recording of `recorded/`. */
export async function recorded(name: string): Promise<Recording> {
  return JSON.parse(await readFile(new URL(`recorded/${name}.json`, import.meta.url), "utf8")) as Recording;
}
