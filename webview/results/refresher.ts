const interval = 250; // milliseconds between two refreshes while numbers stream in

/** Refreshes the page: at once after what a person did, a few times a second while numbers stream in. */
export class Refresher {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly refresh: () => void) {}

  /** After the present task. */
  soon(): void {
    this.plan(performance.now());
  }

  /** When the last refresh is long enough ago. */
  later(): void {
    this.plan(Math.max(performance.now(), this.last + interval));
  }

  private plan(at: number): void {
    if (at >= this.due) {
      return;
    }
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(
      () => {
        this.due = Number.POSITIVE_INFINITY;
        this.last = performance.now();
        this.refresh();
      },
      Math.max(0, at - performance.now()),
    );
  }
}
