/* Movements of the page, and the work it spreads over frames. */

const duration = 200; // milliseconds
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the system, or VS Code, asks for no movement. */
export function isMotionReduced(): boolean {
  return reduced.matches || document.body.classList.contains("vscode-reduce-motion");
}

/** Runs `step` with shares from 0 to 1, once a frame; at once with 1 where motion is reduced. Returns what stops it. */
export function animate(step: (share: number) => void): () => void {
  if (isMotionReduced() || document.hidden) {
    step(1);
    return () => {};
  }
  let began: number | undefined;
  let request = requestAnimationFrame(function frame(now) {
    began ??= now;
    const passed = Math.min(1, (now - began) / duration);
    if (passed < 1) {
      request = requestAnimationFrame(frame);
    }
    // Slow at both ends.
    step(passed < 0.5 ? 2 * passed * passed : 1 - 2 * (1 - passed) ** 2);
  });
  return () => cancelAnimationFrame(request);
}

const slice = 7; // milliseconds of work in a frame

/** Does jobs in their order, a few milliseconds in each frame, so that the page stays quick. */
export class FrameQueue {
  private readonly jobs = new Map<object, () => void>();
  private running = false;

  /** A job takes the place of an earlier one of the same owner. */
  add(owner: object, job: () => void): void {
    this.jobs.set(owner, job);
    if (this.running) {
      return;
    }
    this.running = true;
    this.next();
  }

  drop(owner: object): void {
    this.jobs.delete(owner);
  }

  private next(): void {
    // A hidden page has no frames, and yet is to be up to date when it is seen again.
    if (document.hidden) {
      setTimeout(() => this.run());
    } else {
      requestAnimationFrame(() => this.run());
    }
  }

  private run(): void {
    const end = performance.now() + slice;
    for (const [owner, job] of this.jobs) {
      this.jobs.delete(owner);
      job();
      if (performance.now() > end) {
        break;
      }
    }
    this.running = this.jobs.size > 0;
    if (this.running) {
      this.next();
    }
  }
}

/** Work that is under way; each step of it is short. */
export class SlicedWork {
  private request: number | undefined;

  constructor(private readonly steps: Iterator<unknown>) {
    this.go();
  }

  /** Does all the rest at once. */
  finish(): void {
    if (this.request === undefined) {
      return;
    }
    cancelAnimationFrame(this.request);
    this.request = undefined;
    while (!this.steps.next().done) {}
  }

  /** Leaves the rest undone. */
  stop(): void {
    if (this.request !== undefined) {
      cancelAnimationFrame(this.request);
    }
    this.request = undefined;
  }

  private go(): void {
    this.request = undefined;
    const end = performance.now() + slice;
    while (performance.now() < end) {
      if (this.steps.next().done) {
        return;
      }
    }
    this.request = requestAnimationFrame(() => this.go());
  }
}
