import { describe, expect, test } from "vitest";
import type { LogOutputChannel } from "vscode";
import { printableChannel } from "../../../src/extension/printable-channel.js";

/** A channel that keeps what it is told, in private as VS Code's. */
class Channel {
  private readonly told: unknown[][] = [];
  readonly name = "Diag";
  get lines() {
    return this.told;
  }
  info = (...words: unknown[]) => void this.told.push(words);
  error = this.info;
  appendLine(...words: unknown[]) {
    this.told.push(words);
  }
}

describe("the output channel", () => {
  test("shows what would control it", () => {
    const channel = new Channel();
    const shown = printableChannel(channel as unknown as LogOutputChannel);
    shown.info("a\u001b[1m\tb\nc", 1, "\u202e");
    shown.appendLine("\u009b");
    const error = new Error("no \u0007");
    error.stack = "Error: no \u0007\n  at x";
    shown.error(error);
    expect(channel.lines).toEqual([
      ["a\\x1b[1m\tb\nc", 1, "\\u{202e}"],
      ["\\x9b"],
      ["Error: no \\x07\n  at x"],
    ]);
    expect(shown.name).toBe("Diag");
  });
});
