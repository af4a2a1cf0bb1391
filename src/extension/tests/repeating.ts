/** Does work time after time, one after the other: what is asked for meanwhile is done together, afterwards. */
export class Repeating<Item> {
  private readonly wanted = new Set<Item>();
  private working: Promise<void> | undefined;
  private stopped = false;

  /** @param work must not fail. */
  constructor(private readonly work: (items: readonly Item[]) => Promise<void>) {}

  /** Asks for work; resolves when all that was asked for is done. */
  ask(items: Iterable<Item>): Promise<void> {
    for (const item of items) {
      this.wanted.add(item);
    }
    this.working ??= this.workOn();
    return this.working;
  }

  /** Nothing more is begun; what is under way goes on. */
  stop(): void {
    this.stopped = true;
  }

  private async workOn(): Promise<void> {
    // After the present turn, in which more may be asked for.
    await Promise.resolve();
    try {
      while (this.wanted.size > 0 && !this.stopped) {
        const items = [...this.wanted];
        this.wanted.clear();
        await this.work(items);
      }
    } finally {
      this.working = undefined;
    }
  }
}
