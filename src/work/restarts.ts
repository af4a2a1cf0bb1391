/** How often a server may fall over before it is left lying. */
export interface RestartRule {
  readonly times: number;
  /** Milliseconds within which they count. */
  readonly within: number;
}

/** Counts crashes and says whether one more restart is due. */
export class RestartBudget {
  private crashes: number[] = [];

  constructor(private readonly rule: RestartRule) {}

  /** Notes a crash at a time in milliseconds, of a clock that nobody sets; true when the server should be started again. */
  allows(now: number): boolean {
    this.crashes = this.crashes.filter((time) => now - time < this.rule.within);
    this.crashes.push(now);
    return this.crashes.length <= this.rule.times;
  }

  /** Forgets the crashes, as when a person asks for a restart. */
  reset(): void {
    this.crashes = [];
  }
}
