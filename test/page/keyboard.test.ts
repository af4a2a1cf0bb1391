import { expect, test } from "vitest";
import { describePage, knownOf } from "./harness.js";
import { focusedOf } from "./in-page.mjs";
import { recorded } from "./recorder.js";

const text = `
diagram d {
  a, b -> bend -> test
  c -> test
  part S = {a, b}
}
diagram other { x, y -> z }`;

describePage("the keyboard alone", (open) => {
  test("walks the tree, its edges and its parts, and hears each", async () => {
    const one = await open({ known: await knownOf(text), reducedMotion: true });
    const { page } = one;
    await one.send({ type: "show", id: "d" });
    await page.locator(".stage [data-kind=node]").first().waitFor();
    const hear = async (key: string): Promise<string> => {
      await page.keyboard.press(key);
      return page.evaluate(focusedOf);
    };
    expect(await hear("Home")).toBe("node test, the root, degree 2");
    expect(await hear("ArrowLeft")).toMatch(/^node (bend|c), /);
    const first = await page.evaluate(focusedOf);
    const second = await hear("ArrowDown");
    expect([first.split(",")[0], second.split(",")[0]].sort()).toEqual(["node bend", "node c"]);
    const toBend = second.startsWith("node bend") ? "ArrowDown" : "ArrowUp";
    expect(await hear(toBend)).toMatch(/^node bend, degree 3, parent test/);
    expect(await hear("ArrowLeft")).toMatch(/^node (a|b), degree 1, in part S with (a|b), parent bend/);
    expect(await hear("p")).toMatch(/^part S, of nodes a and b/);
    expect(await hear("ArrowLeft")).toMatch(/^node a,/);
    expect(await hear("e")).toMatch(/^edge from a to bend/);
    expect(await hear("ArrowRight")).toMatch(/^node bend,/);
    expect(await hear("ArrowRight")).toMatch(/^node test,/);
    // At the end a key leads nowhere.
    expect(await hear("ArrowRight")).toMatch(/^node test,/);
  });

  test("selects text by Space, goes there by Enter, and comes back by Escape", async () => {
    const one = await open({ known: await knownOf(text), reducedMotion: true });
    const { page } = one;
    const selects = async () =>
      (await one.said()).flatMap((message) => (message.type === "select" ? [message] : []));
    await page.locator(".card svg[data-id=d] [data-kind=node]").first().waitFor();
    await page.keyboard.press("Tab");
    for (let presses = 0; presses < 12; presses++) {
      if ((await page.evaluate(focusedOf)).startsWith("d,")) {
        break;
      }
      await page.keyboard.press("Tab");
    }
    expect(await page.evaluate(focusedOf)).toMatch(/^d, /);
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(focusedOf)).toMatch(/^other,/);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.locator(".stage svg[data-id=d]").waitFor();
    await expect.poll(() => page.evaluate(focusedOf)).toBe("node test, the root, degree 2");
    await page.keyboard.press(" ");
    await expect.poll(async () => (await selects()).at(-1)).toMatchObject({ id: "d", focus: false });
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await selects()).at(-1)).toMatchObject({ id: "d", focus: true });
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(focusedOf)).toMatch(/^d,/);
  });

  test("a diagram reads as a sentence, in the gallery and alone", async () => {
    const known = await recorded("gauss");
    const one = await open({ known });
    const { drawing } = known.drawings[known.file.diagrams.find(({ id }) => id === "skew")!.key]!;
    expect(drawing!.description).toMatch(/^A diagram of 4 nodes/);
    await one.page.getByRole("img", { name: drawing!.description }).waitFor();
    await one.send({ type: "show", id: "skew" });
    await one.page.getByText(drawing!.description).waitFor();
    expect(await one.page.getByRole("tree").getByRole("treeitem").count()).toBe(4);
  });

  test("has a list of all keys", async () => {
    const one = await open({ known: await knownOf(text) });
    await one.page.locator(".card").first().waitFor();
    await one.page.keyboard.press("?");
    const help = one.page.getByRole("dialog", { name: "Keys" });
    await help.waitFor();
    for (const words of ["to the root", "formulas of the selected element", "Shift+F10", "Insert"]) {
      expect(await help.getByText(words, { exact: false }).count()).toBeGreaterThan(0);
    }
    await one.page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });
});
