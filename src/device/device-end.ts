/** The end of a device, or of a process that is asked, which whoever waits for it is told of. */
export class DeviceEnd {
  private firstReason: Error | undefined;
  private readonly waiting = new Set<(reason: Error) => void>();

  /** Why it is gone; undefined while it is there. */
  get reason(): Error | undefined {
    return this.firstReason;
  }

  /** It is gone. The first reason stands. */
  end(reason: Error): void {
    if (this.firstReason !== undefined) {
      return;
    }
    this.firstReason = reason;
    for (const leave of [...this.waiting]) {
      leave(reason);
    }
  }

  /**
   * What `work` comes to. A race with one promise of the end would keep all that was ever waited for.
   * @throws the reason when it ends before, and what `work` throws.
   */
  async before<Result>(work: Promise<Result>): Promise<Result> {
    let leave: (reason: Error) => void = () => undefined;
    const gone = new Promise<never>((_, reject) => {
      leave = reject;
    });
    if (this.firstReason !== undefined) {
      leave(this.firstReason);
    }
    this.waiting.add(leave);
    try {
      return await Promise.race([gone, work]);
    } finally {
      this.waiting.delete(leave);
    }
  }
}
