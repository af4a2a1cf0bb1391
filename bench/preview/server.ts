import { monitorEventLoopDelay } from "node:perf_hooks";
import { EmptyFileSystem, URI } from "langium";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createDiagLspServices, type DiagLspServices } from "../../src/server/index.js";
import { answerDraw, answerFile } from "../../src/server/preview/index.js";
import { type Figure, milliseconds } from "../figure.js";
import { largeFile } from "../language/texts.js";

// The language server's part of the preview's promises: from the question for a file to its drawings, which a
// worker lays out, and how long the thread that answers the editor is kept from anything else.

const uri = "file:///preview.diag";
const runs = 7;

interface Server {
  readonly diag: DiagLspServices;
  /** Puts a text in the place of the one before. */
  write(text: string): Promise<void>;
}

async function serverWith(text: string): Promise<Server> {
  const { shared, diag } = createDiagLspServices(EmptyFileSystem);
  let version = 0;
  const write = async (next: string): Promise<void> => {
    version++;
    shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", version, next));
    await shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
  };
  await write(text);
  return { diag, write };
}

/** Asks for a file and then for drawings of its diagrams, so many at a time. */
async function show({ diag }: Server, most: number, batch = most): Promise<number> {
  const file = await answerFile(diag, { uri });
  const ids = file!.diagrams.slice(0, most).map(({ id }) => id);
  let drawn = 0;
  for (let first = 0; first < ids.length; first += batch) {
    const answer = await answerDraw(diag, { uri, ids: ids.slice(first, first + batch) });
    // What the connection does with an answer.
    JSON.stringify(answer);
    drawn += answer.drawings.filter(({ drawing }) => drawing).length;
  }
  if (drawn !== ids.length) {
    throw new Error(`${drawn} of ${ids.length} diagrams are drawn`);
  }
  return drawn;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** The longest time, in seconds, that work kept its thread. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  const resolution = 2;
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.reset();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.disable();
  return Math.max(0, delays.max / 1e9 - resolution / 1000);
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)]!;
}

async function repeat(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    times.push(await work());
  }
  return median(times);
}

/** The figures of the preview's server. */
export async function benchPreviewServer(): Promise<Figure[]> {
  const fifty = largeFile(50);
  const thousand = largeFile(1000);
  // What is measured is the server, not the compilation of this process.
  const warming = await serverWith(fifty);
  await show(warming, 50);
  await warming.diag.editor.Drawings.close();

  const cold = await repeat(async () => {
    const server = await serverWith(fifty);
    const time = await timed(() => show(server, 50));
    await server.diag.editor.Drawings.close();
    return time;
  });

  const server = await serverWith(fifty);
  await show(server, 50);
  let fresh = 0;
  // A name that no drawing had before makes it a new drawing.
  const renamed = (all: boolean): string =>
    all
      ? fifty.replaceAll("diagram d", `diagram n${fresh++}d`)
      : fifty.replace("a, b ->", `a, n${fresh++} ->`);
  const warm = await repeat(async () => {
    await server.write(renamed(true));
    return timed(() => show(server, 50));
  });
  const { Drawings } = server.diag.editor;
  await server.write(fifty);
  await show(server, 50);
  const before = Drawings.layouts;
  const update = await repeat(() =>
    timed(async () => {
      await server.write(renamed(false));
      await show(server, 50);
    }),
  );
  const again = (Drawings.layouts - before) / runs;
  await Drawings.close();

  const large = await serverWith(thousand);
  const listing = await timed(() => answerFile(large.diag, { uri }));
  const relisted = await repeat(() => timed(() => answerFile(large.diag, { uri })));
  const blocked = await longestBlock(() => show(large, 1000, 50));
  await large.diag.editor.Drawings.close();
  const anew = await serverWith(thousand);
  const blockedListing = await longestBlock(() => answerFile(anew.diag, { uri }));
  await anew.diag.editor.Drawings.close();

  const figure = (what: string, seconds: number, goal?: number): Figure => ({
    what,
    measured: milliseconds(seconds),
    ...(goal === undefined ? {} : { goal: `< ${goal * 1000} ms`, met: seconds < goal }),
  });
  return [
    figure("preview: 50 diagrams listed and drawn by the server, its worker to be started", cold),
    figure("    its worker warm", warm, 0.5),
    figure("preview: an edit of one diagram of 50, read, listed and drawn by the server", update, 0.1),
    { what: "    diagrams laid out again", measured: `${again}`, goal: "1", met: again === 1 },
    figure("preview: 1000 diagrams listed by the server", listing),
    figure("    and again", relisted),
    figure("    longest task of its thread while they are listed", blockedListing, 0.05),
    figure("    and while all are drawn, 50 at a time", blocked, 0.05),
  ];
}
