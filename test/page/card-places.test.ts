import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inFrame } from "./framed.js";
import { describePage } from "./harness.js";
import { type Recording, record } from "./recorder.js";
import { longName } from "./results-runs.js";

/** A name of 60 characters, one of several. */
const named = (letter: string): string => `${letter}${longName.slice(1)}`;

const text = `diagram deep {
  ${named("a")}, b -> ${named("m")} -> c -> test
  part ${named("p")} = {${named("a")}, b}
}
diagram star { a, b, c, d, e, f -> test  part S = {a, c}  part R = {b, f} }
`;

let known: Recording;

beforeAll(async () => {
  known = await record(text, { inDepth: ["deep", "star"] });
});

/** px of one box that another covers, at most. */
async function coveredOf(page: Page, selector: string): Promise<number> {
  const [card, box] = [
    await page.locator(".hover-card").boundingBox(),
    await page.locator(selector).first().boundingBox(),
  ];
  if (card === null || box === null) {
    return 0;
  }
  const wide = Math.min(card.x + card.width, box.x + box.width) - Math.max(card.x, box.x);
  const high = Math.min(card.y + card.height, box.y + box.height) - Math.max(card.y, box.y);
  return Math.max(0, Math.min(wide, high));
}

describePage("the card of formulas", (open) => {
  test.each([
    [400, 760],
    [700, 760],
    [1400, 760],
  ])(
    "stands where the element and all that is beside the drawing stay in sight, at %i × %i px",
    async (width, height) => {
      const { page, send } = await open({ known, size: { width, height }, reducedMotion: true });
      for (const id of ["deep", "star"]) {
        await send({ type: "show", id });
        const elements = page.locator(`.stage svg[data-id=${id}] :is([data-kind=node], [data-kind=part])`);
        await elements.first().waitFor();
        for (let index = 0; index < (await elements.count()); index++) {
          const element = elements.nth(index);
          await element.focus();
          await page.keyboard.press("Space");
          await page.keyboard.press("i");
          await page.locator(".hover-card p").first().waitFor();
          await page.waitForFunction(`document.querySelector(".hover-card").style.top !== ""`);
          await page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
          );
          const name = `${id} ${await element.getAttribute("aria-label")}`;
          const shape = `.stage svg[data-id=${id}] [data-kind=${await element.getAttribute("data-kind")}][data-index="${await element.getAttribute("data-index")}"]`;
          for (const selector of [shape, ".single-head", ".single-foot", ".toolbar"]) {
            expect(await coveredOf(page, selector), `${name}: ${selector}`).toBeLessThan(1);
          }
          await page.keyboard.press("Escape");
          await page.locator(".hover-card").waitFor({ state: "hidden" });
        }
      }
    },
  );
});

describePage("the card of formulas under a pointer", (open) => {
  test("is gone when the pointer has left the page, unless it went into the card", async () => {
    const { window, frame, send } = await inFrame(await open({ known }), known);
    await send({ type: "show", id: "star" });
    const card = frame.locator(".hover-card");
    const disc = frame.locator(".stage [data-kind=node] > .disc").first();
    await disc.hover();
    await card.waitFor();
    await card.hover();
    await window.waitForTimeout(500);
    expect(await card.isVisible()).toBe(true);
    await window.locator("textarea").hover();
    await card.waitFor({ state: "hidden" });
    // Nor does one come that the pointer has not waited for.
    await disc.hover();
    await window.locator("textarea").hover();
    await window.waitForTimeout(700);
    expect(await card.isVisible()).toBe(false);
  });
});
