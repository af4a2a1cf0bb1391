import { launch } from "../launch.js";
import { EventEmitter } from "./events.js";

/** What `node:worker_threads` is for, by workers of the browser. */

class ParentPort {
  constructor(readonly port: MessagePort) {}

  on(_message: "message", hear: (message: unknown) => void): this {
    this.port.onmessage = ({ data }) => hear(data);
    return this;
  }

  postMessage(message: unknown, moved: Transferable[] = []): void {
    this.port.postMessage(message, moved);
  }
}

export let parentPort: ParentPort | null = null;
export let workerData: unknown;

/** Says who has started this worker, and with what. */
export function talkWith(port: MessagePort, given: unknown): void {
  parentPort = new ParentPort(port);
  workerData = given;
}

/** A worker as a thread: `message`, `error` with the line of what was not caught, `exit`. Limits of memory are the browser's own. */
export class Worker extends EventEmitter {
  private readonly launched: ReturnType<typeof launch>;

  constructor(place: URL | string, { workerData: given }: { readonly workerData?: unknown } = {}) {
    super();
    this.launched = launch(String(place), given, (line) => {
      this.emit("error", new Error(line));
      this.emit("exit", 1);
    });
    this.launched.talk.onmessage = ({ data }) => this.emit("message", data);
  }

  postMessage(message: unknown, moved: Transferable[] = []): void {
    this.launched.talk.postMessage(message, moved);
  }

  async terminate(): Promise<number> {
    this.launched.end();
    this.emit("exit", 1);
    return 1;
  }

  /** Nothing keeps a browser's worker alive but its page. */
  ref(): void {}
  unref(): void {}
}
