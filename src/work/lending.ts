/**
 * Lends what works, such as processes, each to one piece of work at a time, so that no work waits for another's and each
 * can be ended alone. When there are as many as may be, work waits for the first that is given back.
 */
export class Lending<Lent extends { dispose(): void }> {
  private readonly all: Lent[] = [];
  private readonly free: Lent[] = [];
  private readonly waiting: ((lent: Lent) => void)[] = [];

  /**
   * @param make makes one that has not started.
   * @param most so many at most.
   */
  constructor(
    private readonly make: () => Lent,
    private readonly most: number,
  ) {}

  /** Does work with one of its own. */
  async lend<Result>(work: (lent: Lent) => Promise<Result>): Promise<Result> {
    const lent = await this.take();
    try {
      return await work(lent);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.free.push(lent);
      } else {
        next(lent);
      }
    }
  }

  dispose(): void {
    for (const lent of this.all) {
      lent.dispose();
    }
  }

  private take(): Lent | Promise<Lent> {
    // The one that was used last has what it needs at hand.
    const free = this.free.pop();
    if (free !== undefined) {
      return free;
    }
    if (this.all.length >= this.most) {
      return new Promise((resolve) => this.waiting.push(resolve));
    }
    const lent = this.make();
    this.all.push(lent);
    return lent;
  }
}
