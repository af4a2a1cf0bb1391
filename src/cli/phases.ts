/** Nobody wonders about what takes less, in milliseconds. */
const quiet = 2000;

/** How often is looked whether something is to be said, in milliseconds. */
const lookEvery = 200;

/** How what is being done is said: once where lines stay, again and again where a person watches one line. */
export interface PhaseSpeech {
  readonly isWatched: boolean;
  note(line: string): void;
  progress(line: string): void;
}

/** Says what a command does, once it has done it for two seconds. */
export class Phases {
  private readonly speech: PhaseSpeech;
  private readonly now: () => number;
  private readonly begun: number;
  private phase = "";
  private since: number;
  /** What was last said. */
  private said = "";
  /** Whether a line is shown that says more. */
  private hasProgress = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param now a clock of milliseconds that never goes back. */
  constructor(speech: PhaseSpeech, now: () => number) {
    this.speech = speech;
    this.now = now;
    this.begun = now();
    this.since = this.begun;
  }

  /** Looks from now on; it does not keep the process alive. */
  start(): this {
    this.timer = setInterval(() => this.look(), lookEvery);
    this.timer.unref();
    return this;
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** What is being done from now on; nothing when empty. */
  begin(phase: string): void {
    this.phase = phase;
    this.since = this.now();
    this.hasProgress = false;
    // What is shown is over; what is not shown may be over soon.
    if (this.speech.isWatched) {
      this.look();
    }
  }

  /** How far it has come, which says more than what it is. */
  progress(line: string): void {
    this.hasProgress = line !== "";
    this.speech.progress(line);
  }

  /** Says what is to be said by now. */
  look(): void {
    const now = this.now();
    if (this.phase === "" || now - this.begun < quiet) {
      return;
    }
    const seconds = Math.floor((now - this.since) / 1000);
    if (this.speech.isWatched) {
      const words = `${this.phase} …${seconds === 0 ? "" : ` ${seconds} s`}`;
      if (!this.hasProgress && words !== this.said) {
        this.speech.progress(words);
      }
      this.said = words;
    } else if (this.said !== this.phase && (this.said === "" || now - this.since >= quiet)) {
      this.speech.note(`${this.phase} …`);
      this.said = this.phase;
    }
  }
}
