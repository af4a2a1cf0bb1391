import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Figure, milliseconds } from "../figure.js";
import { largeFile, percentile, workspaceOf } from "./texts.js";

// The language server as editors have it: a process behind the protocol. A key's time runs from sending the
// edit to receiving the edited document's diagnostics, memory is the most that the process ever had.

const keys = 60;
/** As the extension starts it. */
const serverFlags = ["--max-semi-space-size=4"];

/** One server and the documents that it has been told of. */
class Client {
  private readonly process: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly documents = new Map<string, TextDocument>();
  private readonly told = new Map<string, () => void>();

  constructor() {
    const server = join(dirname(fileURLToPath(import.meta.url)), "language-server.js");
    this.process = spawn(process.execPath, [...serverFlags, server, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", ({ uri }: { uri: string }) =>
      this.told.get(uri)?.(),
    );
    this.connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => ({})),
    );
    for (const method of ["client/registerCapability", "workspace/inlayHint/refresh"]) {
      this.connection.onRequest(method, () => null);
    }
    this.connection.listen();
  }

  async start(folder: string | undefined): Promise<void> {
    await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: {
          hover: { contentFormat: ["markdown"] },
          publishDiagnostics: { versionSupport: true },
        },
      },
      initializationOptions: { commandLinks: true, trusted: true, theme: "dark" },
      workspaceFolders: folder === undefined ? null : [{ uri: pathToFileURL(folder).href, name: "bench" }],
    });
    await this.connection.sendNotification("initialized", {});
  }

  /** Seconds until the first diagnostics. */
  async open(uri: string, text: string): Promise<number> {
    const document = TextDocument.create(uri, "diag", 1, text);
    this.documents.set(uri, document);
    const told = this.diagnostics(uri);
    const began = performance.now();
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "diag", version: 1, text },
    });
    await told;
    return (performance.now() - began) / 1000;
  }

  /** Types one sign; seconds until the diagnostics of the text with it. */
  async type(uri: string, offset: number, sign: string): Promise<number> {
    const document = this.documents.get(uri)!;
    const position = document.positionAt(offset);
    const change = { range: { start: position, end: position }, text: sign };
    const version = document.version + 1;
    TextDocument.update(document, [change], version);
    const told = this.diagnostics(uri);
    const began = performance.now();
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [change],
    });
    await told;
    return (performance.now() - began) / 1000;
  }

  async ask(method: string, uri: string, offset: number): Promise<{ seconds: number; answer: unknown }> {
    const position = this.documents.get(uri)!.positionAt(offset);
    const began = performance.now();
    const answer = await this.connection.sendRequest(method, { textDocument: { uri }, position });
    return { seconds: (performance.now() - began) / 1000, answer };
  }

  text(uri: string): string {
    return this.documents.get(uri)!.getText();
  }

  /** The most memory the process ever had, in MB; undefined where the system does not tell. */
  get memory(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1000;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    await this.connection.sendNotification("exit");
    this.connection.dispose();
    await ended;
  }

  /** The next diagnostics of a document: edits are made one at a time. */
  private diagnostics(uri: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the server did not answer within 20 s")), 20_000);
      this.told.set(uri, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

interface Measured {
  readonly open: number;
  readonly key: number;
  readonly completion: number;
  readonly coldHover: number;
  readonly hover: number;
  readonly memory: number | undefined;
}

async function measure(files: Readonly<Record<string, string>>, edited: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  const client = new Client();
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    await client.start(folder);
    const uri = pathToFileURL(join(folder, edited)).href;
    const open = await client.open(uri, files[edited]!);
    const middle = () => {
      const text = client.text(uri);
      return text.indexOf("{\n", Math.floor(text.length / 2)) + 2;
    };
    const hover = async (number: number) => {
      const at = [...client.text(uri).matchAll(/^diagram /gm)][number]!.index + "diagram ".length;
      const { seconds, answer } = await client.ask("textDocument/hover", uri, at);
      if (!JSON.stringify(answer).includes("data:image/svg+xml")) {
        throw new Error(`a hover has no image: ${JSON.stringify(answer).slice(0, 300)}`);
      }
      return seconds;
    };
    const coldHover = await hover(0);
    const typed = "  extra, more -> out\n";
    const [key, completion, hovers]: number[][] = [[], [], []];
    for (let count = 0; count < keys; count++) {
      const at = middle() + (count % typed.length);
      key!.push(await client.type(uri, at, typed[count % typed.length]!));
      completion!.push((await client.ask("textDocument/completion", uri, at + 1)).seconds);
      hovers!.push(await hover(count % 8));
      // Now and then one stops typing, and the files that import this one are checked.
      if (count % 10 === 9) {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
    return {
      open,
      key: percentile(key!, 0.95),
      completion: percentile(completion!, 0.95),
      coldHover,
      hover: percentile(hovers!, 0.95),
      memory: client.memory,
    };
  } finally {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures of the server as a process. */
export async function benchProcess(): Promise<Figure[]> {
  return [
    ...figures(
      "2,000 diagrams",
      await measure({ "large.diag": largeFile(2000) }, "large.diag"),
      await measure({ "large.diag": largeFile(4000) }, "large.diag"),
    ),
    ...figures(
      "200 files",
      await measure(workspaceOf(200), "shared.diag"),
      await measure(workspaceOf(400), "shared.diag"),
    ),
  ];
}

function figures(what: string, once: Measured, twice: Measured): Figure[] {
  const row = (name: string, value: number, doubled: number, goal?: number): Figure => ({
    what: `server process, ${what}: ${name}`,
    measured: `${milliseconds(value)}; twice the size ${milliseconds(doubled)}`,
    ...(goal === undefined ? {} : { goal: `< ${goal * 1000} ms`, met: value < goal }),
  });
  const megabytes = (memory: number | undefined) => (memory === undefined ? "?" : memory.toFixed(0));
  return [
    row("first diagnostics", once.open, twice.open),
    row("diagnostics after a key (p95)", once.key, twice.key, 0.15),
    row("completion (p95)", once.completion, twice.completion, 0.05),
    row("the first hover", once.coldHover, twice.coldHover, 0.25),
    row("hover (p95)", once.hover, twice.hover, 0.05),
    {
      what: `server process, ${what}: most memory ever`,
      measured: `${megabytes(once.memory)} MB; twice the size ${megabytes(twice.memory)} MB`,
      goal: "< 400 MB",
      met: once.memory !== undefined && once.memory < 400,
    },
  ];
}
