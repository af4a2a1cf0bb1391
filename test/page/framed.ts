import type { Frame, Page } from "playwright-core";
import type { ToPage } from "../../src/preview/index.js";
import type { Known, OpenPage } from "./harness.js";
import { know, post } from "./in-page.mjs";

/** A page that is a frame of a window in which there is a text, too, as in an editor. */
export interface Framed {
  readonly window: Page;
  readonly frame: Frame;
  know(known: Known): Promise<void>;
  send(message: ToPage): Promise<void>;
}

/** Loads an open page again, in a frame. */
export async function inFrame({ page }: OpenPage, known: Known): Promise<Framed> {
  await page.route("**/window", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: '<title>Window</title><textarea></textarea><iframe src="/" width="800" height="600"></iframe>',
    }),
  );
  await page.goto(new URL("/window", page.url()).href);
  const frame = page.frames().find((one) => one !== page.mainFrame())!;
  await frame.waitForLoadState();
  await frame.evaluate(know, known);
  return {
    window: page,
    frame,
    know: (next) => frame.evaluate(know, next),
    send: (message) => frame.evaluate(post, message),
  };
}
