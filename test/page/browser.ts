import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

export const browserWords = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-sync",
];

/** The browser of this room, which all tests share; one of its own where that one has gone. */
export async function openBrowser(): Promise<Browser> {
  return chromium
    .connect(inject("browser"))
    .catch(() => chromium.launch({ executablePath: inject("chromium"), args: browserWords }));
}
