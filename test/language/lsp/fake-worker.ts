import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";

/** A worker that does what a test tells it, when the test does. */
export class FakeWorker extends EventEmitter {
  /** What it was told, in order. */
  readonly messages: unknown[] = [];
  isTerminated = false;

  postMessage(message: unknown): void {
    this.messages.push(message);
  }

  unref(): void {}

  async terminate(): Promise<number> {
    this.isTerminated = true;
    return 1;
  }

  ready(): this {
    this.say({ ready: true });
    return this;
  }

  say(report: unknown): void {
    if (!this.isTerminated) {
      this.emit("message", report);
    }
  }

  /** Goes down with an error, as a thread does. */
  crash(error: Error & { code?: string }): void {
    this.emit("error", error);
    this.emit("exit", 1);
  }
}

/** Workers that tests tell what to do, in the order in which they were started. */
export class FakeWorkers {
  readonly all: FakeWorker[] = [];

  readonly start = (): Worker => {
    const worker = new FakeWorker();
    this.all.push(worker);
    return worker as unknown as Worker;
  };

  /** Those that have not been ended. */
  get alive(): FakeWorker[] {
    return this.all.filter(({ isTerminated }) => !isTerminated);
  }
}
