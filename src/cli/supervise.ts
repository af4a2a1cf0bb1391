import { getHeapStatistics } from "node:v8";
import { startThread } from "../work/beside.js";
import { Thread } from "../work/child.js";
import { type Stop, type StopSignal, statusOfSignal } from "../work/stop.js";
import type { ListenerMessage, WorkGiven, WorkMessage } from "./conversation.js";
import { Phases } from "./phases.js";
import type { Printer } from "./printer.js";
import { knownAtStart } from "./stopped.js";
import { type ExitStatus, type KnownAnswer, printJson } from "./verb.js";

/** How often a thread that is to end in order is asked whether it hears, in milliseconds. */
const askEvery = 50;

/** How many such questions it may leave open. They are counted, since this thread may be kept waiting too. */
const mostUnheard = 8;

/** How many may be asked at all: a device that hangs may keep a thread that hears from its end. */
const mostAsked = 100;

/** How long a reader may take for what is still to be written when somebody asks to end, in milliseconds. */
const patienceWithReader = 300;

const mebibyte = 2 ** 20;

/**
 * Runs a verb in a thread of its own, so that this one hears signals and can say what is done whatever the work is busy
 * with. A verb that says that it ends in order is asked to, as long as it has time to hear that; otherwise the thread is ended,
 * and what it has told by then is the answer.
 * @param words what stands behind `diag`.
 * @returns the exit status, when all is printed.
 */
export function supervise(words: readonly string[], stop: Stop, printer: Printer): Promise<number> {
  return new Promise((resolve) => new Supervision(words, stop, printer, resolve).start());
}

class Supervision {
  private readonly words: readonly string[];
  private readonly stop: Stop;
  private readonly printer: Printer;
  private readonly phases: Phases;
  private readonly resolve: (status: number) => void;
  private readonly isJson: boolean;
  private thread: Thread | undefined;
  private known: KnownAnswer | undefined;
  private status: ExitStatus | undefined;
  private isOver = false;
  /** How often the thread was asked since it was last heard of. */
  private unheard = 0;
  private asking: NodeJS.Timeout | undefined;

  constructor(words: readonly string[], stop: Stop, printer: Printer, resolve: (status: number) => void) {
    this.words = words;
    this.stop = stop;
    this.printer = printer;
    this.resolve = resolve;
    this.isJson = words.includes("--json");
    this.known = knownAtStart(words[0]);
    this.phases = new Phases(printer, () => performance.now());
  }

  start(): void {
    const { signal } = this.stop;
    this.stop.endAtOnce = () => this.breakOff();
    if (signal.aborted) {
      this.breakOff();
    } else {
      this.begin();
    }
  }

  private begin(): void {
    if (!isInFolder()) {
      this.fail(
        "the folder that this was started in is gone; go to one that is there (cd), and start it again",
      );
      return;
    }
    this.stop.signal.addEventListener("abort", () => this.askToEnd(), { once: true });
    const memory = Math.ceil(getHeapStatistics().heap_size_limit / mebibyte);
    const worker = startThread(
      { asking: import.meta.url, bundle: "./diag-worker.js" },
      {
        workerData: { words: this.words, columns: this.printer.room } satisfies WorkGiven,
        // What libraries and Node print by themselves is printed by us.
        ...{ stdout: true, stderr: true },
        resourceLimits: { maxOldGenerationSizeMb: memory },
      },
    );
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.printer.noteLines(text));
    }
    const said = (message: unknown) => this.hear(message as WorkMessage);
    this.thread = new Thread(worker, said, ({ outOfMemory, failure }) =>
      this.fail(
        outOfMemory
          ? `this needs more than ${memory} MiB of memory; ask for less, or give it more by NODE_OPTIONS=--max-old-space-size=…`
          : failure === undefined
            ? "unexpected: the work ended without an answer (please report it)"
            : `unexpected: ${failure} (please report it with the file that shows it)`,
      ),
    );
    this.thread.keep(true);
    this.phases.start();
    this.phases.begin("starting");
  }

  private hear(message: WorkMessage): void {
    // What comes from a thread that was given up is late.
    if (this.isOver) {
      return;
    }
    this.unheard = 0;
    const { kind } = message;
    if (kind === "print") {
      this.printer.print(message.text);
    } else if (kind === "note") {
      this.printer.note(message.text);
    } else if (kind === "progress") {
      this.phases.progress(message.text);
    } else if (kind === "doing") {
      this.phases.begin(message.text);
    } else if (kind === "known") {
      this.known = message.answer;
    } else if (kind === "end") {
      this.end(message.status);
    }
  }

  /** The work is done; what is printed is still to be taken by its reader. */
  private end(status: ExitStatus): void {
    this.status = status;
    this.close();
    void this.printer.written().then(() => this.resolve(status));
  }

  private fail(message: string): void {
    if (this.isOver) {
      return;
    }
    this.printer.note(`diag: ${message}`);
    if (this.isJson && !this.printer.hasPrinted) {
      printJson(this.printer, { error: message }, 2);
    }
    this.end(2);
  }

  private close(): void {
    this.isOver = true;
    clearInterval(this.asking);
    this.phases.end();
    this.printer.progress("");
    this.thread?.keep(false);
  }

  private askToEnd(): void {
    // The answer is there: whoever reads it has a moment to take it.
    if (this.status !== undefined || !this.known?.endsInOrder) {
      this.breakOff();
      return;
    }
    const tell = (message: ListenerMessage) => this.thread!.post(message);
    tell("stop");
    let asked = 0;
    this.asking = setInterval(() => {
      if (this.unheard++ > mostUnheard || asked++ > mostAsked) {
        this.breakOff();
      } else {
        tell("answer");
      }
    }, askEvery);
  }

  /** Ends the process with what is known. */
  private breakOff(): void {
    const answered = this.status;
    const status = answered ?? this.tellKnown();
    void this.printer.written(patienceWithReader).then((isWritten) => {
      // An answer of which its reader has all stands.
      process.exit(answered === undefined || isWritten ? status : statusOfSignal[this.by]);
    });
  }

  private get by(): StopSignal {
    return this.stop.by ?? "SIGINT";
  }

  /** @returns the exit status. */
  private tellKnown(): number {
    const known = this.known;
    if (!this.isOver) {
      this.close();
      const note = known?.note ?? `stopped by ${this.by} before there was an answer`;
      if (!this.printer.hasPrinted) {
        if (this.isJson) {
          printJson(this.printer, known?.json ?? { error: note }, 3);
        } else if (known?.text) {
          this.printer.print(known.text);
        }
      }
      this.printer.note(known === undefined ? `diag: ${note}` : note);
    }
    return known?.status ?? statusOfSignal[this.by];
  }
}

/** Whether the folder that the process is in is there: no thread starts without one. */
function isInFolder(): boolean {
  try {
    process.cwd();
    return true;
  } catch {
    return false;
  }
}
