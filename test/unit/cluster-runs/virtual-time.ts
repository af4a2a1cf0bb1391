import type { Clock } from "../../../src/cluster-runs/index.js";

/** A sequence of numbers in [0, 1) that a seed determines. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What happens at a time. */
interface Event {
  readonly at: number;
  /** Of two at one time the one that was put down first comes first. */
  readonly order: number;
  readonly act: () => unknown;
}

/**
 * Time that passes when all who take part wait for it, so that nothing takes any. One of them goes on at a time: when each of them has
 * come to a turn or to a wait, `choose` says who.
 */
export class VirtualTime implements Clock {
  private time = 0;
  private order = 0;
  /** A heap: none comes before the one at half its place. */
  private readonly events: Event[] = [];
  private readonly turns: (() => void)[] = [];
  private takers = 0;
  private running = 0;
  private idle: (() => void) | undefined;
  private readonly hung = new Set<object>();

  /** @param choose a number in [0, 1). */
  constructor(private readonly choose: () => number = () => 0) {}

  now(): number {
    return this.time;
  }

  /** Has something happen. What it waits for, it waits for in no time. */
  at(seconds: number, act: () => unknown): void {
    const { events } = this;
    const event = { at: Math.max(this.time, seconds), order: this.order++, act };
    let place = events.push(event) - 1;
    for (
      let above = (place - 1) >> 1;
      place > 0 && isBefore(event, events[above]!);
      above = (place - 1) >> 1
    ) {
      events[place] = events[above]!;
      place = above;
    }
    events[place] = event;
  }

  wait(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let isOver = signal?.aborted === true;
      const goOn = () => {
        if (!isOver) {
          isOver = true;
          signal?.removeEventListener("abort", goOn);
          this.turns.push(resolve);
        }
      };
      if (isOver) {
        this.turns.push(resolve);
      } else {
        this.at(this.time + seconds, goOn);
        signal?.addEventListener("abort", goOn, { once: true });
      }
      this.rest();
    });
  }

  /** Lets others go on. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.turns.push(resolve);
      this.rest();
    });
  }

  /** Never resolves, as for who is ended from outside while it takes part. */
  hang(): Promise<never> {
    this.takers--;
    this.rest();
    // Nothing else holds it.
    return new Promise((resolve) => void this.hung.add(resolve));
  }

  /** Has somebody take part from now on. */
  async join<Result>(act: () => Promise<Result>): Promise<Result> {
    this.takers++;
    await new Promise<void>((resolve) => this.turns.push(resolve));
    try {
      return await act();
    } finally {
      this.takers--;
      this.rest();
    }
  }

  /** Lets time pass while anybody takes part. @param latest after which time it throws. */
  async pass(latest: number): Promise<void> {
    while (this.takers > 0) {
      const [turn] = this.turns.splice(Math.floor(this.choose() * this.turns.length), 1);
      if (turn !== undefined) {
        this.running++;
        const isIdle = new Promise<void>((resolve) => {
          this.idle = resolve;
        });
        turn();
        await isIdle;
        continue;
      }
      const event = this.next();
      if (event === undefined) {
        throw new Error("everybody waits for ever");
      }
      if (event.at > latest) {
        throw new Error(`it is not over after ${latest} s`);
      }
      this.time = event.at;
      await event.act();
    }
  }

  /** The next event, which is taken out. */
  private next(): Event | undefined {
    const { events } = this;
    const [first] = events;
    const last = events.pop();
    if (last === undefined || events.length === 0) {
      return first;
    }
    let place = 0;
    for (let below = 1; below < events.length; below = 2 * place + 1) {
      const other = below + 1;
      const least = other < events.length && isBefore(events[other]!, events[below]!) ? other : below;
      if (isBefore(last, events[least]!)) {
        break;
      }
      events[place] = events[least]!;
      place = least;
    }
    events[place] = last;
    return first;
  }

  private rest(): void {
    this.running = Math.max(0, this.running - 1);
    if (this.running === 0) {
      this.idle?.();
    }
  }
}

const isBefore = (one: Event, other: Event) =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
