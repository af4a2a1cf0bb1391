import { expect, test } from "vitest";
import { enumerateDiagrams } from "../../src/diagram/index.js";
import { describePage, type Known, knownOf } from "./harness.js";
import { cardsInSight, drawnInCards } from "./in-page.mjs";

/** A file of many diagrams, d0, d1, …; of few shapes, so that it is made quickly. */
async function many(count: number): Promise<Known> {
  const shapes = [...enumerateDiagrams(3, {})].map(({ diagram }) => diagram);
  const few = await knownOf(
    shapes.map((diagram, number) => ({
      diagram,
      name: `shape${number}`,
      nodeNames: diagram.parents.map((_, node) => `n${node}`),
      partNames: Array.from({ length: Math.max(...diagram.parts) + 1 }, () => undefined),
    })),
  );
  const diagrams = Array.from({ length: count }, (_, number) => {
    const shape = few.file.diagrams[number % shapes.length]!;
    return { ...shape, name: `d${number}`, id: `d${number}`, key: `k${number}` };
  });
  const drawings = diagrams.map(({ key }, number) => [
    key,
    few.drawings[few.file.diagrams[number % shapes.length]!.key]!,
  ]);
  return { file: { ...few.file, diagrams }, drawings: Object.fromEntries(drawings) };
}

describePage("the gallery", (open) => {
  test("of a thousand diagrams has in the document, and has drawn, only what is near the sight", async () => {
    const known = await many(1000);
    const { page, said } = await open({ known });
    await page.locator(".card svg[data-id=d0] [data-kind=node]").first().waitFor();
    const asked = async (): Promise<string[]> =>
      (await said()).flatMap((message) =>
        message.type === "request" && message.request.method === "draw" ? message.request.ids : [],
      );
    expect(await page.locator(".card").count()).toBeLessThan(60);
    expect((await asked()).length).toBeLessThan(60);
    const first = new Set(await asked());
    await page.locator(".gallery").evaluate((gallery) => gallery.scrollTo(0, gallery.scrollHeight));
    await page.locator(".card svg[data-id=d999] [data-kind=node]").first().waitFor();
    expect(await page.locator(".card").count()).toBeLessThan(60);
    const all = await asked();
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeLessThan(120);
    expect(all.filter((id) => !first.has(id))).toContain("d999");
    expect(all).not.toContain("d500");
    // A screen reader is told how many there are, though few are in the document.
    expect(await page.locator(".card[data-id=d999]").getAttribute("aria-setsize")).toBe("1000");
  });

  test("draws all cards at one scale, a star of ten edges too, whose nodes stand apart and have their names", async () => {
    const star = { parents: [...Array<number>(10).fill(10), -1], parts: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 3] };
    const chain = { parents: [1, 2, 3, 4, -1], parts: [0, 1, 0, 2, 3] };
    const pair = { parents: [2, 2, -1], parts: [0, 0, 1] };
    const known = await knownOf(
      [star, chain, pair].map((diagram, number) => ({
        diagram,
        name: `d${number}`,
        nodeNames: diagram.parents.map((_, node) => `n${node}`),
        partNames: ["S", undefined, undefined, undefined],
      })),
    );
    for (const width of [400, 700, 1400]) {
      const { page, complaints } = await open({ known, size: { width, height: 900 }, reducedMotion: true });
      for (const id of ["d0", "d1", "d2"]) {
        await page.locator(`.card svg[data-id=${id}] [data-kind=node]`).first().waitFor();
      }
      const seen = await page.evaluate(drawnInCards);
      expect(new Set(seen.map(({ scale }) => scale)).size).toBe(1);
      expect(seen[0]!.scale).toBeGreaterThanOrEqual(0.6);
      for (const { nearest, namesShown, isInside } of seen) {
        expect(nearest).toBeGreaterThanOrEqual(20);
        expect(namesShown).toBe(true);
        expect(isInside).toBe(true);
      }
      expect(complaints).toEqual([]);
    }
  });

  test("keeps its place when diagrams come in before it", async () => {
    const known = await many(200);
    const one = await open({ known });
    const { page } = one;
    await page.locator(".card svg[data-id=d0] [data-kind=node]").first().waitFor();
    await page.locator(".gallery").evaluate((gallery) => gallery.scrollTo(0, 3000));
    const seen = () => page.evaluate(cardsInSight);
    await expect.poll(async () => (await seen()).length).toBeGreaterThan(0);
    const before = await seen();
    const columns = new Set(
      await page
        .locator(".card")
        .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().left)),
    ).size;
    const row = Array.from({ length: columns }, (_, number) => ({
      ...known.file.diagrams[0]!,
      name: `new${number}`,
      id: `new${number}`,
    }));
    await one.know({
      ...known,
      file: { ...known.file, version: 2, diagrams: [...row, ...known.file.diagrams] },
    });
    await expect
      .poll(() => page.locator(".card").first().getAttribute("aria-setsize"))
      .toBe(String(200 + columns));
    const after = await seen();
    expect(after.find(({ id }) => id === before[0]!.id)).toEqual(before[0]);
  });

  test("is searched by names, and tells how many were found", async () => {
    const { page } = await open({ known: await many(300), size: { width: 1300, height: 700 } });
    await page.locator(".card").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("d29");
    await expect.poll(() => page.locator(".card").count()).toBe(11);
    await page.getByText("11 of 300", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".card").first().getAttribute("aria-setsize")).toBe("300");
  });

  test("shows one diagram alone, and comes back to where it was", async () => {
    const { page, said } = await open({ known: await many(300) });
    await page.locator(".card").first().waitFor();
    await page.locator(".gallery").evaluate((gallery) => gallery.scrollTo(0, 4000));
    // One that is wholly in sight, so that nothing has to be scrolled to click it.
    await expect
      .poll(async () => (await page.evaluate(cardsInSight)).filter(({ top }) => top > 0).length)
      .toBeGreaterThan(0);
    const { id } = (await page.evaluate(cardsInSight)).find(({ top }) => top > 0)!;
    await page.locator(`.card[data-id="${id}"] .card-name`).click();
    await page.locator(`.stage svg[data-id="${id}"] [data-kind=node]`).first().waitFor();
    expect((await said()).at(-1)).toBeDefined();
    await page.keyboard.press("Escape");
    await page.locator(`.card[data-id="${id}"]`).waitFor();
    expect(await page.locator(".gallery").evaluate(({ scrollTop }) => scrollTop)).toBe(4000);
    const shows = (await said()).flatMap((message) => (message.type === "shows" ? [message.id] : []));
    expect(shows.slice(-2)).toEqual([id, undefined]);
  });

  // What a list has become while one diagram was shown alone: its own key alone is another, fewer, none, those of another file.
  test.each(["edited", "fewer", "none", "another file"])(
    "behind a diagram that is shown alone is that of the present file: %s",
    async (what) => {
      const known = await many(6);
      const { page, know } = await open({ known });
      await page.locator(".card-name", { hasText: /^d3$/ }).click();
      await page.locator('.stage svg[data-id="d3"] [data-kind=node]').first().waitFor();
      const { diagrams, uri } = known.file;
      const edited = diagrams.map((one) => (one.id === "d3" ? { ...one, key: "k4" } : one));
      const others = diagrams.slice(0, 2).map((one) => ({ ...one, id: `o${one.id}`, key: `o${one.key}` }));
      const now = { edited, fewer: diagrams.slice(3, 6), none: [], "another file": others }[what]!;
      const drawings = { ...known.drawings, ok0: known.drawings.k0!, ok1: known.drawings.k1! };
      const isOther = what === "another file";
      const problem = "line 3: a sign is missing";
      const file = {
        ...known.file,
        problem,
        version: 2,
        diagrams: now,
        uri: isOther ? "file:///other.diag" : uri,
      };
      await know({ file, drawings });
      if (!isOther) {
        await page
          .getByRole("status")
          .getByText(/line 3: a sign|has no diagram d3/)
          .waitFor();
        await page.keyboard.press("Escape");
      }
      const count = page.locator(".toolbar, header").getByText(/^\d+ diagrams?$/);
      await count.waitFor();
      await expect
        .poll(() => count.textContent())
        .toBe(`${now.length} diagram${now.length === 1 ? "" : "s"}`);
      const cards = page.locator(".card");
      await expect.poll(() => cards.count()).toBe(now.length);
      await expect
        .poll(() => cards.locator("svg [data-kind=node]").count())
        .toBeGreaterThanOrEqual(now.length);
    },
  );
});
