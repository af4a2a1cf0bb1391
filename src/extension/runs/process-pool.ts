import type * as vscode from "vscode";

/** What can be lent. */
type Lendable = Pick<vscode.Disposable, "dispose">;

/**
 * Lends processes, each to one piece of work at a time, so that no work waits for another's and each can be ended alone.
 * When there are as many as may be, work waits for the first that is given back.
 */
export class ProcessPool<Process extends Lendable> implements vscode.Disposable {
  private readonly all: Process[] = [];
  private readonly free: Process[] = [];
  private readonly waiting: ((process: Process) => void)[] = [];

  /**
   * @param make makes one that has not started.
   * @param most so many at most.
   */
  constructor(
    private readonly make: () => Process,
    private readonly most: number,
  ) {}

  /** Does work with a process of its own. */
  async lend<Result>(work: (process: Process) => Promise<Result>): Promise<Result> {
    const process = await this.take();
    try {
      return await work(process);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.free.push(process);
      } else {
        next(process);
      }
    }
  }

  dispose(): void {
    for (const process of this.all) {
      process.dispose();
    }
  }

  private take(): Process | Promise<Process> {
    // The one that was used last has what it needs at hand.
    const free = this.free.pop();
    if (free !== undefined) {
      return free;
    }
    if (this.all.length >= this.most) {
      return new Promise((resolve) => this.waiting.push(resolve));
    }
    const process = this.make();
    this.all.push(process);
    return process;
  }
}
