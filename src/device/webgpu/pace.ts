/** How long a dispatch should take, in seconds: far below any driver's watchdog, far above the cost of asking. */
const dispatchSeconds = 0.05;

/** Points that all trials of a first dispatch visit together, when the device's speed is not known. */
const firstVisits = 2 ** 16;

/** By how much a dispatch may be larger than the one before; a small one says little of a large one. */
const growth = 8;

/** The shortest time that is believed, in seconds. */
const shortest = 1e-5;

/** Learns from dispatches how large the next ones should be. */
export class Pace {
  private readonly fixed: boolean;
  private fitting: number;

  /** @param visits fixes the size of dispatches. */
  constructor(visits?: number) {
    this.fixed = visits !== undefined;
    this.fitting = visits ?? firstVisits;
  }

  /** How many points the next dispatch may visit, in all its trials together; at least 1. */
  get visits(): number {
    return this.fitting;
  }

  /** A dispatch that visited so many points took so many seconds. */
  learn(visits: number, seconds: number): void {
    if (this.fixed) {
      return;
    }
    const wanted = visits * (dispatchSeconds / Math.max(seconds, shortest));
    const next = Math.max(1, Math.min(wanted, growth * this.fitting));
    // A short dispatch is mostly the cost of asking, and no reason for shorter ones.
    this.fitting = seconds < dispatchSeconds / growth ? Math.max(next, this.fitting) : next;
  }
}
