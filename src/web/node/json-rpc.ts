import { BrowserMessageReader, BrowserMessageWriter } from "vscode-jsonrpc/browser";
import { translatedPort } from "../talk.js";
import type { ChildProcess } from "./child-process.js";
import { parentPort } from "./worker-threads.js";

/** What is used of `vscode-jsonrpc/node`: a worker of ours in the place of a process, or this worker's own talk. */
export * from "vscode-jsonrpc/browser";

/** The port to a worker that was started as a process, or to who has started this one. */
function portOf(other: unknown): MessagePort {
  const port = other instanceof Object && "talk" in other ? (other as ChildProcess).talk : parentPort?.port;
  if (port === undefined) {
    throw new Error("there is nobody to talk with");
  }
  return translatedPort(port);
}

export class IPCMessageReader extends BrowserMessageReader {
  constructor(other: unknown) {
    super(portOf(other));
  }
}

export class IPCMessageWriter extends BrowserMessageWriter {
  constructor(other: unknown) {
    super(portOf(other));
  }
}
