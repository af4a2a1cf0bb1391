import { expect, test } from "vitest";
import type { FromPage } from "../../src/preview/index.js";
import { describePage, knownOf, type OpenPage } from "./harness.js";
import { focusedOf, placeOnPath, tagElements, tagsOf, valuesUntilStill } from "./in-page.mjs";
import { recorded } from "./recorder.js";

const before = "diagram d { a, b -> bend -> test  part S = {a, b} } diagram other { x, y -> z }";
const after = "diagram d { a, b, c -> bend -> test  part S = {a, b, c} } diagram other { x, y -> z }";

const camera = ".stage .camera";

async function show(one: OpenPage, id: string): Promise<void> {
  await one.send({ type: "show", id });
  await one.page.locator(`.stage svg[data-id="${id}"] [data-kind=node]`).first().waitFor();
}

/** The ids in the requests for drawings, one list for each. */
function asked(said: readonly FromPage[]): (readonly string[])[] {
  return said.flatMap((message) =>
    message.type === "request" && message.request.method === "draw" ? [message.request.ids] : [],
  );
}

describePage("while the text is edited", (open) => {
  test("elements are patched in place: zoom, pan, selection and the keyboard's place stay", async () => {
    const one = await open({ known: await knownOf(before), reducedMotion: true });
    const { page } = one;
    await show(one, "d");
    const stage = page.locator(".stage");
    await stage.hover();
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    await page.mouse.wheel(30, -20);
    await page.locator('.stage [data-kind=node][aria-label^="node b,"]').click();
    await expect.poll(async () => (await one.said()).some(({ type }) => type === "select")).toBe(true);
    const place = await page.locator(camera).getAttribute("transform");
    await page.evaluate(tagElements, "d");
    const all = await page.evaluate(tagsOf, "d");
    await one.know(await knownOf(after, 2));
    await page.locator('.stage [data-kind=node][aria-label^="node c,"]').waitFor();
    const kept = await page.evaluate(tagsOf, "d");
    expect([...kept.kept].sort()).toEqual([...all.kept].sort());
    // The node c and its edge.
    expect(kept.fresh).toBe(2);
    expect(await page.locator(camera).getAttribute("transform")).toBe(place);
    const selected = page.locator(".stage [data-kind].selected");
    expect(await selected.count()).toBe(1);
    expect(await selected.getAttribute("aria-label")).toMatch(/^node b,/);
    expect(await page.evaluate(focusedOf)).toMatch(/^node b,/);
  });

  test.each([
    ["nodes move there in many frames", false],
    ["nodes are there at once where motion is reduced", true],
  ])("%s", async (_, reducedMotion) => {
    const one = await open({ known: await knownOf(before), reducedMotion });
    await show(one, "d");
    const selector = '.stage [data-kind=node][aria-label^="node a,"]';
    const next = await knownOf(after, 2);
    const watching = one.page.evaluate(valuesUntilStill, { selector, attribute: "transform" });
    await one.know(next);
    const places = await watching;
    if (reducedMotion) {
      expect(places.length).toBe(2);
    } else {
      expect(places.length).toBeGreaterThan(3);
    }
  });

  test("only diagrams that changed are drawn again", async () => {
    const one = await open({ known: await knownOf(before) });
    await one.page.locator(".card svg[data-id=other] [data-kind]").first().waitFor();
    expect(
      asked(await one.said())
        .flat()
        .sort(),
    ).toEqual(["d", "other"]);
    await one.know(await knownOf(after, 2));
    await expect.poll(async () => asked(await one.said()).length).toBe(2);
    await one.page.locator(".card svg[data-id=d] circle.disc").nth(4).waitFor();
    expect(asked(await one.said())[1]).toEqual(["d"]);
  });

  test("says when a drawing is older than the text, and for how long", async () => {
    const one = await open({ known: await knownOf(before) });
    const { page } = one;
    await page.locator(".card svg [data-kind]").first().waitFor();
    const older = page.getByText("older than the text").filter({ visible: true });
    expect(await older.count()).toBe(0);
    await one.send({ type: "stale" });
    await older.first().waitFor();
    await one.know(await knownOf(after, 2));
    await expect.poll(() => older.count()).toBe(0);
    await one.send({ type: "stale", reason: "the language server has stopped" });
    await page.getByRole("status").getByText("the language server has stopped").waitFor();
    await one.know(await knownOf(after, 3));
    await expect
      .poll(() => page.getByText("the language server has stopped").filter({ visible: true }).count())
      .toBe(0);
  });

  test("a diagram that cannot be drawn now keeps its last drawing, marked as old", async () => {
    const known = await knownOf(before);
    const one = await open({ known });
    await show(one, "d");
    const next = await knownOf(after, 2);
    const problems = Object.fromEntries(
      Object.keys(next.drawings).map((key) => [key, { problem: "too large" }]),
    );
    await one.know({ ...next, drawings: problems });
    await one.page.getByText("older than the text").filter({ visible: true }).first().waitFor();
    expect(await one.page.locator(".stage [data-kind=node]").count()).toBe(4);
  });
});

describePage("the page and the text", (open) => {
  test("a click on a node, an edge or a part selects its text", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    await show(one, "drift");
    const selects = async () =>
      (await one.said()).flatMap((message) => (message.type === "select" ? [message] : []));
    const diagram = (await recorded("gauss")).file.diagrams.find(({ id }) => id === "drift")!;
    await page.locator('.stage [data-kind=node][aria-label^="node bend"] .disc').click();
    const bend = diagram.nodes.findIndex(({ name }) => name === "bend");
    await expect.poll(async () => (await selects()).at(-1)?.element).toEqual({ kind: "node", index: bend });
    const edge = page.locator(`.stage [data-kind=edge][data-index="${bend}"] .reach`);
    const middle = await edge.evaluate(placeOnPath, 0.5);
    await page.mouse.click(middle.x, middle.y);
    await expect.poll(async () => (await selects()).at(-1)?.element).toEqual({ kind: "edge", index: bend });
    const part = page.locator(".stage [data-kind=part]");
    const line = await part.locator(".line").evaluate(placeOnPath, 0);
    await page.mouse.click(line.x, line.y);
    const index = diagram.parts.findIndex(({ name }) => name === "C");
    await expect
      .poll(async () => (await selects()).at(-1))
      .toMatchObject({
        id: "drift",
        element: { kind: "part", index },
        focus: false,
      });
    await page.locator('.stage [data-kind=node][aria-label^="node bend"] .disc').dblclick();
    await expect.poll(async () => (await selects()).at(-1)?.focus).toBe(true);
  });

  test("the cursor's element is highlighted, in the gallery and alone", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    await page.locator(".card svg[data-id=drift] [data-kind=node]").first().waitFor();
    await one.send({ type: "cursor", id: "drift", element: { kind: "node", index: 2 } });
    await page.locator(".card.cursor [data-kind=node][data-index='2'].cursor").waitFor();
    await one.send({ type: "show", id: "drift" });
    await page.locator(".stage [data-kind=node][data-index='2'].cursor").waitFor();
    await one.send({ type: "cursor" });
    await expect.poll(() => page.locator(".cursor[data-kind]").count()).toBe(0);
  });

  test("what was seen is seen again after a reload", async () => {
    const known = await recorded("gauss");
    const one = await open({ known });
    await show(one, "drift");
    await one.page.locator(".stage").hover();
    await one.page.keyboard.down("Control");
    await one.page.mouse.wheel(0, -120);
    await one.page.keyboard.up("Control");
    await one.page.locator('.stage [data-kind=node][aria-label^="node bend"] .disc').click();
    const place = await one.page.locator(camera).getAttribute("transform");
    await expect.poll(async () => Object.keys((await one.state()) ?? {})).toContain("selected");
    const state = (await one.state()) as object;
    expect(state).toMatchObject({ uri: known.file.uri, id: "drift", selected: { id: "drift" } });
    const again = await open({ known, state });
    await again.page.locator(".stage [data-kind=node].selected").waitFor();
    expect(await again.page.locator(camera).getAttribute("transform")).toBe(place);
    expect((await again.said()).find(({ type }) => type === "shows")).toEqual({ type: "shows", id: "drift" });
  });

  test("broken diagrams are drawn as far as they go, and say what is wrong where", async () => {
    const known = await recorded("broken");
    const one = await open({ known, reducedMotion: true });
    for (const { id, nodes, marks, edges, strays = [] } of known.file.diagrams) {
      if (nodes.length === 0) {
        continue;
      }
      await show(one, id);
      const seen = (kind: string) => one.page.locator(`.stage [data-kind=${kind}]`);
      expect([id, await seen("node").count()]).toEqual([id, nodes.length]);
      expect([id, await seen("edge").count()]).toEqual([id, edges.length + strays.length]);
      expect(await one.page.locator(".stage .stray").count()).toBe(strays.length);
      expect(await one.page.locator(".marks li").count()).toBe(marks.length);
      for (const { severity, elements } of marks) {
        for (const element of elements) {
          if (element.kind !== "diagram") {
            expect([
              id,
              element,
              await one.page
                .locator(`.stage [data-kind=${element.kind}][data-index="${element.index}"].${severity}`)
                .count(),
            ]).toEqual([id, element, 1]);
          }
        }
      }
    }
  });
});
