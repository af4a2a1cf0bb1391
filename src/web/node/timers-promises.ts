import { setImmediate as soon } from "./globals.js";

/** What is used of `node:timers/promises`. */

function waitSoon(): Promise<void> {
  return new Promise((resolve) => soon(() => resolve()));
}

function waitLong(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => {
    globalThis.setTimeout(resolve, milliseconds);
  });
}

export { waitLong as setTimeout, waitSoon as setImmediate };
