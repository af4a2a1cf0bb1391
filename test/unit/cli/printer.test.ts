import { describe, expect, test } from "vitest";
import { type PrintedStream, Printer } from "../../../src/cli/printer.js";

/** A stream that keeps what it is given. */
class Stream implements PrintedStream {
  text = "";
  hear: (error: NodeJS.ErrnoException) => void = () => undefined;
  readonly pending: (() => void)[] = [];
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
    /** How it fails: a throw, an event, or the callback of a write. */
    readonly failing?: { readonly code: string; readonly by: "throw" | "event" | "callback" },
    readonly isSlow = false,
  ) {}
  on(_: "error", hear: (error: NodeJS.ErrnoException) => void): void {
    this.hear = hear;
  }
  write(text: string, done: (error?: Error | null) => void = () => undefined): void {
    const { failing } = this;
    if (failing === undefined) {
      this.text += text;
      if (this.isSlow) {
        this.pending.push(done);
      } else {
        queueMicrotask(done);
      }
      return;
    }
    const error = Object.assign(new Error(failing.code), { code: failing.code });
    if (failing.by === "throw") {
      throw error;
    }
    queueMicrotask(() => (failing.by === "event" ? this.hear(error) : done(error)));
  }
}

describe("printing", () => {
  test("shows what a terminal would act on, in answers, messages and progress", () => {
    const answers = new Stream();
    const messages = new Stream(true, 40);
    const printer = new Printer(answers, messages);
    printer.print("a\u001b[31m\n\tb\u202e");
    printer.note("one\nline\u009b");
    printer.progress(`half\r${"x".repeat(60)}`);
    printer.note("more");
    printer.noteLines("Warning: \u0007\r\nlast\n");
    expect(answers.text).toBe("a\\x1b[31m\n\tb\\u{202e}\n");
    expect(messages.text).toBe(
      `one\\nline\\x9b\nhalf\\r${"x".repeat(33)}\r\u001b[2Kmore\nWarning: \\x07\nlast\n`,
    );
  });

  test("knows how long a line is where answers go to a terminal", () => {
    const rooms = [new Stream(), new Stream(true, 40), new Stream(true, 0)].map(
      (answers) => new Printer(answers, new Stream(true, 60)).room,
    );
    expect(rooms).toEqual([undefined, 40, 80]);
  });

  test("shows no progress where nobody watches", () => {
    const messages = new Stream();
    const printer = new Printer(new Stream(), messages);
    printer.progress("10%");
    printer.progress("");
    expect([printer.isWatched, messages.text]).toEqual([false, ""]);
  });

  test.each(["throw", "event", "callback"] as const)("outlives readers that go, told by %s", async (by) => {
    for (const code of ["EPIPE", "ERR_STREAM_DESTROYED"]) {
      const gone = () => new Stream(false, 80, { code, by });
      const printer = new Printer(gone(), gone());
      printer.print("a");
      printer.note("b");
      expect(await printer.written()).toBe(true);
      await printer.lost();
      printer.print("c");
      expect(printer.fault).toBe(undefined);
    }
    const full = new Printer(new Stream(false, 80, { code: "ENOSPC", by }), new Stream());
    full.print("a");
    await full.written();
    await full.lost();
    expect(full.fault).toBe(
      "standard output cannot be written (ENOSPC): there is no space left; free some, or write elsewhere",
    );
  });

  test("waits for a slow reader, and not for ever", async () => {
    const slow = new Stream(false, 80, undefined, true);
    const printer = new Printer(slow, new Stream());
    printer.print("a");
    expect(await printer.written(1)).toBe(false);
    const written = printer.written();
    for (const done of slow.pending.splice(0)) {
      done();
    }
    expect(await written).toBe(true);
  });
});
