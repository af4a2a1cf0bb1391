import { printableLine, printableText } from "../printable/index.js";

/** As much of a stream of the process as is used. */
export interface PrintedStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): unknown;
  on(event: "error", hear: (error: NodeJS.ErrnoException) => void): unknown;
}

/** What a stream says whose reader has gone: it has had enough, which is no fault. */
const goneCodes: ReadonlySet<string | undefined> = new Set([
  ...["EPIPE", "ECONNRESET", "EOF"],
  ...["ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"],
]);

const fullCodes: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * Where the command prints: the one place that writes to standard output and standard error, so that nothing gets there
 * that a terminal would act on. Streams that cannot be written are no reason to fail: readers may go.
 */
export class Printer {
  private readonly answers: Channel;
  private readonly messages: Channel;
  private readonly columns: () => number;
  private readonly roomOfAnswers: () => number | undefined;
  /** Whether a person may watch, so that a line can be overwritten. */
  readonly isWatched: boolean;
  private isShown = false;
  private printed = false;

  constructor(answers: PrintedStream, messages: PrintedStream) {
    this.answers = new Channel(answers);
    this.messages = new Channel(messages);
    this.isWatched = messages.isTTY === true;
    // A terminal that does not know says 0.
    this.columns = () => messages.columns || 80;
    this.roomOfAnswers = () => (answers.isTTY === true ? answers.columns || 80 : undefined);
  }

  /** How many characters a line of standard output has, where that is a terminal. */
  get room(): number | undefined {
    return this.roomOfAnswers();
  }

  /** Whether anything was printed for standard output. */
  get hasPrinted(): boolean {
    return this.printed;
  }

  /** Why standard output could not be written, in one line, unless its reader has gone. */
  get fault(): string | undefined {
    const { fault } = this.answers;
    if (fault === undefined) {
      return undefined;
    }
    const why = fullCodes.has(fault.code) ? "there is no space left" : "the system refuses it";
    return `standard output cannot be written (${fault.code ?? fault.message}): ${why}; free some, or write elsewhere`;
  }

  /** Lines for standard output. */
  print(text: string): void {
    this.erase();
    this.printed = true;
    this.answers.write(`${printableText(text)}\n`);
  }

  /** One line for standard error. */
  note(line: string): void {
    this.erase();
    this.messages.write(`${printableLine(line)}\n`);
  }

  /** Lines for standard error that come from elsewhere, such as a warning of Node's. */
  noteLines(text: string): void {
    for (const line of text.replace(/\r?\n$/, "").split(/\r?\n/)) {
      this.note(line);
    }
  }

  /** A line on standard error that the next one overwrites; nothing unless a person watches. */
  progress(line: string): void {
    if (!this.isWatched) {
      return;
    }
    this.erase();
    if (line === "") {
      return;
    }
    this.isShown = true;
    // A line that fills the last column would be wrapped, and then not be erased.
    this.messages.write([...printableLine(line)].slice(0, Math.max(20, this.columns() - 1)).join(""));
  }

  /**
   * Waits until standard output is written, or will not be, but no longer than so many milliseconds.
   * @returns whether it came to that.
   */
  async written(patience = Number.POSITIVE_INFINITY): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      if (Number.isFinite(patience)) {
        timer = setTimeout(resolve, patience, false);
      }
    });
    const isWritten = await Promise.race([this.answers.settled().then(() => true), late]);
    clearTimeout(timer);
    return isWritten;
  }

  /** Resolves when standard output cannot be written any more. */
  lost(): Promise<void> {
    return this.answers.lost;
  }

  private erase(): void {
    if (!this.isShown) {
      return;
    }
    this.isShown = false;
    this.messages.write("\r\u001b[2K");
  }
}

/** One stream. */
class Channel {
  private readonly stream: PrintedStream;
  readonly lost: Promise<void>;
  private tellLost: () => void = () => undefined;
  private firstFault: NodeJS.ErrnoException | undefined;
  private isLost = false;
  private pending = 0;
  private waiting: (() => void)[] = [];

  constructor(stream: PrintedStream) {
    this.stream = stream;
    this.lost = new Promise((resolve) => {
      this.tellLost = resolve;
    });
    stream.on("error", (error) => this.lose(error));
  }

  get fault(): NodeJS.ErrnoException | undefined {
    return this.firstFault;
  }

  write(text: string): void {
    if (this.isLost) {
      return;
    }
    this.pending++;
    try {
      this.stream.write(text, (error) => {
        this.pending--;
        if (error) {
          this.lose(error);
        }
        if (this.pending === 0) {
          this.settle();
        }
      });
    } catch (error) {
      // Files and devices are written at once, and throw.
      this.lose(error as NodeJS.ErrnoException);
    }
  }

  settled(): Promise<void> {
    if (this.pending === 0 || this.isLost) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private lose(error: NodeJS.ErrnoException): void {
    // A terminal that was closed answers so.
    const isGone = goneCodes.has(error.code) || (error.code === "EIO" && this.stream.isTTY);
    if (!this.isLost && !isGone) {
      this.firstFault = error;
    }
    this.isLost = true;
    this.tellLost();
    this.settle();
  }

  private settle(): void {
    for (const resolve of this.waiting.splice(0)) {
      resolve();
    }
  }
}

/** The output of this process. */
export function processPrinter(): Printer {
  return new Printer(process.stdout, process.stderr);
}
