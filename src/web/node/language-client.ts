import { LanguageClient as BrowserClient, type LanguageClientOptions } from "vscode-languageclient/browser";
import { ChildProcess } from "./child-process.js";
import { IPCMessageReader, IPCMessageWriter } from "./json-rpc.js";

/** What is used of `vscode-languageclient/node`: the server is a worker of ours. */
export * from "vscode-languageclient/browser";
export { IPCMessageReader, IPCMessageWriter };

export enum TransportKind {
  stdio,
  ipc,
  pipe,
  socket,
}

export class LanguageClient extends BrowserClient {
  private server: ChildProcess | undefined;

  constructor(
    id: string,
    name: string,
    { run }: { readonly run: { readonly module: string } },
    options: LanguageClientOptions,
  ) {
    super(id, name, async () => this.begin(run.module), options);
  }

  override async dispose(timeout?: number): Promise<void> {
    try {
      await super.dispose(timeout);
    } finally {
      this.server?.kill();
    }
  }

  private begin(module: string) {
    this.server?.kill();
    const server = new ChildProcess(module);
    this.server = server;
    const reader = new ServerReader(server);
    server.on("close", () => reader.end());
    return { reader, writer: new IPCMessageWriter(server) };
  }
}

/** Tells that the server is gone, which a port does not. */
class ServerReader extends IPCMessageReader {
  end(): void {
    this.fireClose();
  }
}
