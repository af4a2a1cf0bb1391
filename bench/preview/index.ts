import type { Browser } from "playwright-core";
import { type Figure, milliseconds } from "../figure.js";
import { type Known, knownOf, openBrowser, openPage } from "./fake-editor.js";
import { benchPreviewServer } from "./server.js";

// The page's part of the preview's promises, in a real browser, from the arrival of the editor's messages: the
// first drawings of a file, an update after an edit, and a gallery of 1,000 diagrams, all without a long task.

const runs = 5;

const shapes = [
  "  a, b -> j -> out\n  part {a, b}",
  "  a, b, c -> out\n  part S = {a, b, c}",
  "  a -> out\n  b -> out",
  "  a, b -> j\n  c, j -> out\n  part P = {a, c}",
  "  a, b -> m\n  c, d -> n\n  m, n -> out\n  part A = {a, c}\n  part B = {b, d}",
];

function fileOf(count: number, first = shapes[0]!): string {
  return Array.from(
    { length: count },
    (_, index) => `diagram d${index} {\n${index === 0 ? first : shapes[index % shapes.length]}\n}\n`,
  ).join("\n");
}

interface Measured {
  readonly time: number;
  /** The longest task over 50 ms, or 0. */
  readonly longest: number;
}

function median(of: readonly Measured[], field: keyof Measured): number {
  return of.map((one) => one[field]).sort((a, b) => a - b)[Math.floor(of.length / 2)]! / 1000;
}

/** Shows a file to a fresh page until all that is in sight is drawn; tasks count from the start of the page. */
async function first(browser: Browser, known: Known): Promise<Measured> {
  const page = await openPage(browser, known);
  const measured = await page.evaluate<Measured>(
    "(async () => { const since = performance.now(); know(known); return { time: await until(allDrawn), longest: await longest(0) }; })()",
  );
  await page.context().close();
  return measured;
}

/** Changes the first diagram of a file that is shown, until the new drawing is there and at rest. */
async function update(browser: Browser, before: Known, after: Known): Promise<Measured> {
  const page = await openPage(browser, before);
  await page.evaluate("know(known); until(allDrawn)");
  await page.evaluate((next) => Object.assign(globalThis, { next }), after);
  const measured = await page.evaluate<Measured>(
    `(async () => {
      const shows = () => document.querySelector('.card[data-id="d0"] [data-kind="node"][aria-label*="newcomer"], .card[data-id="d0"] svg')?.textContent.includes("newcomer");
      const since = performance.now();
      know(next);
      return { time: await until(shows), longest: await longest(since) };
    })()`,
  );
  await page.context().close();
  return measured;
}

/** Scrolls through a gallery, a screen at a time, and counts what was asked to be drawn. */
async function scroll(
  browser: Browser,
  known: Known,
): Promise<Measured & { asked: number; cards: number; slowest: number }> {
  const page = await openPage(browser, known);
  const measured = await page.evaluate<Measured & { asked: number; cards: number; slowest: number }>(
    `(async () => {
      const asked = () => new Set(editor.said.flatMap(({ request }) => request?.method === "draw" ? request.ids : [])).size;
      const since = performance.now();
      know(known);
      const time = await until(allDrawn);
      const atFirst = asked();
      const gallery = document.querySelector(".gallery");
      let slowest = 0;
      for (let step = 0; step < 20; step++) {
        gallery.scrollTop += gallery.clientHeight * 0.9;
        slowest = Math.max(slowest, await until(allDrawn));
      }
      return { time, asked: atFirst, cards: document.querySelectorAll(".card").length, slowest, longest: await longest(since) };
    })()`,
  );
  await page.context().close();
  return measured;
}

async function repeat<T>(work: () => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  // The first finds a cold browser.
  await work();
  for (let run = 0; run < runs; run++) {
    found.push(await work());
  }
  return found;
}

function taskFigure(what: string, measured: readonly Measured[]): Figure {
  const usual = median(measured, "longest");
  const worst = Math.max(...measured.map((one) => one.longest)) / 1000;
  const words = (longest: number): string => (longest === 0 ? "none over 50 ms" : milliseconds(longest));
  return {
    what,
    measured:
      worst === usual ? words(usual) : `${words(usual)}; in the worst of ${runs} runs ${words(worst)}`,
    goal: "none over 50 ms",
    met: usual === 0,
  };
}

/** The figures of the preview: of the server, and of the page. */
export async function benchPreview(): Promise<Figure[]> {
  return [...(await benchPreviewServer()), ...(await benchPage())];
}

async function benchPage(): Promise<Figure[]> {
  const browser = await openBrowser();
  if (typeof browser === "string") {
    return [{ what: "preview: the page in a browser", measured: `skipped: ${browser}` }];
  }
  try {
    const small = await knownOf(fileOf(50), 1);
    const edited = await knownOf(fileOf(50, "  a, b, newcomer -> j -> out\n  part {a, b}"), 2, small);
    const large = await knownOf(fileOf(1000), 1);
    const opened = await repeat(() => first(browser, small));
    const updated = await repeat(() => update(browser, small, edited));
    const scrolled = await repeat(() => scroll(browser, large));
    const worst = scrolled.reduce((one, other) => (other.asked > one.asked ? other : one));
    return [
      {
        what: "preview: 50 diagrams, from the editor's message to drawings on the screen",
        measured: milliseconds(median(opened, "time")),
        goal: "< 500 ms",
        met: median(opened, "time") < 0.5,
      },
      taskFigure("    longest task", opened),
      {
        what: "preview: an edit, from the editor's message to the new drawing on the screen",
        measured: milliseconds(median(updated, "time")),
        goal: "< 100 ms",
        met: median(updated, "time") < 0.1,
      },
      taskFigure("    longest task", updated),
      {
        what: "preview: 1000 diagrams in the gallery, to drawings on the screen",
        measured: milliseconds(median(scrolled, "time")),
        goal: "< 500 ms",
        met: median(scrolled, "time") < 0.5,
      },
      {
        what: "    drawings asked for, cards in the document after 20 screens",
        measured: `${worst.asked}, ${worst.cards}`,
        goal: "< 100",
        met: worst.asked < 100 && worst.cards < 100,
      },
      {
        what: "    a screen further, until it is drawn (the slowest of 20)",
        measured: milliseconds(Math.max(...scrolled.map(({ slowest }) => slowest)) / 1000),
      },
      taskFigure("    longest task", scrolled),
    ];
  } finally {
    await browser.close();
  }
}
