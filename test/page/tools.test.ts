import { expect, test } from "vitest";
import type { PageRequest } from "../../src/preview/index.js";
import { describePage, type OpenPage } from "./harness.js";
import { answerWith, clipboardTypes, focusedOf, pasteText, pixelsOf } from "./in-page.mjs";
import { recorded } from "./recorder.js";

async function requests<M extends PageRequest["method"]>(
  one: OpenPage,
  method: M,
): Promise<Extract<PageRequest, { readonly method: M }>[]> {
  type Wanted = Extract<PageRequest, { readonly method: M }>;
  return (await one.said()).flatMap((message) =>
    message.type === "request" && message.request.method === method ? [message.request as Wanted] : [],
  );
}

async function show(one: OpenPage, id: string): Promise<void> {
  await one.send({ type: "show", id });
  await one.page.locator(`.stage svg[data-id="${id}"] [data-kind=node]`).first().waitFor();
}

async function choose(one: OpenPage, list: string, option: string): Promise<void> {
  await one.page.getByRole("combobox", { name: list }).click();
  await one.page.getByRole("option", { name: option, exact: true }).click();
}

describePage("exports", (open) => {
  test("texts are copied and saved as the language server writes them", async () => {
    const known = await recorded("gauss");
    const one = await open({ known });
    await show(one, "skew");
    await one.page.getByRole("button", { name: "Export" }).click();
    const text = (format: string): string => (known.exports[`skew ${format}`] as { text: string }).text;
    for (const [name, format, file] of [
      ["SVG", "svg", "skew.svg"],
      ["TikZ (LaTeX)", "tikz", "skew.tex"],
      ["Short form", "short", "skew.txt"],
      ["DOT (Graphviz)", "dot", "skew.dot"],
    ] as const) {
      await choose(one, "Format", name);
      await one.page.getByRole("button", { name: "Copy", exact: true }).click();
      await one.page.getByText(`${name} copied`).waitFor();
      expect((await requests(one, "copy")).at(-1)).toEqual({ method: "copy", text: text(format) });
      await one.page.getByRole("button", { name: "Save…" }).click();
      await one.page.getByText(`${name} saved`).waitFor();
      expect((await requests(one, "save")).at(-1)).toEqual({
        method: "save",
        suggestedName: file,
        format,
        content: text(format),
      });
    }
  });

  test("a picture has the scale asked for, and black ink on nothing in a dark theme", async () => {
    const known = await recorded("gauss");
    const one = await open({ known, theme: "dark" });
    const { page } = one;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await show(one, "skew");
    await page.getByRole("button", { name: "Export" }).click();
    await choose(one, "Format", "PNG");
    await choose(one, "Scale", "4 ×");
    await page.getByRole("button", { name: "Save…" }).click();
    await page.getByText("PNG saved").waitFor();
    const [save] = await requests(one, "save");
    expect(save).toMatchObject({ suggestedName: "skew.png", format: "png" });
    const { drawing } = known.drawings[known.file.diagrams.find(({ id }) => id === "skew")!.key]!;
    const seen = await page.evaluate(pixelsOf, save!.content);
    expect(Math.abs(seen.width - 4 * drawing!.width)).toBeLessThan(4);
    expect(Math.abs(seen.height - 4 * drawing!.height)).toBeLessThan(4);
    expect(seen.corner).toBe(0);
    expect(seen.clear).toBeGreaterThan(seen.width * seen.height * 0.4);
    // Discs, arcs and names; the part's outline has a colour of its own.
    expect(seen.black).toBeGreaterThan(2000);
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByText("PNG copied").waitFor();
    expect(await page.evaluate(clipboardTypes)).toEqual(["image/png"]);
  });

  test("failures stand in the form, and the form closes by Escape", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    expect(await page.getByRole("button", { name: "Export" }).isVisible()).toBe(false);
    await show(one, "skew");
    await one.send({ type: "command", command: "export" });
    const form = page.getByRole("dialog", { name: "Export the diagram" });
    await form.waitFor();
    await page.evaluate(answerWith, {
      method: "export",
      answer: { problem: "skew is broken; mend it first" },
    });
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await form.getByRole("status").getByText("skew is broken; mend it first").waitFor();
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    expect(await page.locator(".stage svg[data-id=skew]").count()).toBe(1);
    expect(await page.evaluate(focusedOf)).toMatch(/Export/);
  });
});

describePage("the card of formulas", (open) => {
  test("opens under a resting pointer, lets the pointer in, and goes when it leaves", async () => {
    const known = await recorded("gauss");
    const one = await open({ known });
    const { page } = one;
    await show(one, "skew");
    const card = page.locator(".hover-card");
    const disc = page.locator('.stage [data-kind=node][aria-label^="node test,"] .disc');
    await disc.hover();
    await card.locator("img").first().waitFor();
    expect(await card.locator("img").first().getAttribute("alt")).toContain("\\nabla");
    const { x, y } = (await card.boundingBox())!;
    await page.mouse.move(x + 20, y + 12, { steps: 8 });
    await page.waitForTimeout(500);
    expect(await card.isVisible()).toBe(true);
    await card.getByRole("button", { name: "Copy LaTeX" }).first().click();
    await expect.poll(async () => (await requests(one, "copy"))[0]?.text).toContain("\\nabla");
    await page.mouse.move(8, 8);
    await card.waitFor({ state: "hidden" });
  });

  test("is closed by Escape without moving the pointer, and Escape does nothing else", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    await show(one, "skew");
    await page.locator('.stage [data-kind=node][aria-label^="node test,"] .disc').hover();
    await page.locator(".hover-card img").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".hover-card").waitFor({ state: "hidden" });
    expect(await page.locator(".stage svg[data-id=skew]").count()).toBe(1);
  });

  test("opens by the keyboard, and gives it back", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    await show(one, "skew");
    await page.locator('.stage [data-kind=node][aria-label^="node test,"] .disc').click();
    await page.keyboard.press("i");
    await page.getByRole("dialog", { name: "Formulas of node test" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(focusedOf)).toBe("Copy LaTeX");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(focusedOf)).toMatch(/^node test,/);
  });
});

describePage("imports", (open) => {
  test("a short form goes from the form into the text", async () => {
    const known = await recorded("gauss");
    const one = await open({ known });
    const { page } = one;
    await page.getByRole("button", { name: "Import" }).click();
    const form = page.getByRole("dialog", { name: "Import a diagram" });
    await form.getByRole("textbox").fill("\\sdia{c(012-3)(03-13-23)}");
    await page.keyboard.press("Enter");
    await form.waitFor({ state: "hidden" });
    expect(await requests(one, "insert")).toEqual([
      { method: "insert", version: known.file.version, shortForm: "\\sdia{c(012-3)(03-13-23)}" },
    ]);
  });

  test("why a short form is refused stands beside the field", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    const problem = "node 1 stands in two parts; name each node once";
    await page.evaluate(answerWith, { method: "insert", answer: { problem } });
    await page.getByRole("button", { name: "Import" }).click();
    const form = page.getByRole("dialog", { name: "Import a diagram" });
    await form.getByRole("textbox").fill("(01-1)(01)");
    await form.getByRole("button", { name: "Insert" }).click();
    await form.getByRole("status").getByText(problem).waitFor();
    await form.getByRole("textbox").fill("(01-2)");
    expect(await form.getByRole("status").textContent()).toBe("");
  });

  test("a short form pasted onto the page is inserted; other texts are not", async () => {
    const one = await open({ known: await recorded("gauss") });
    const { page } = one;
    await show(one, "skew");
    await page.evaluate(pasteText, "nothing of the kind");
    await page.getByText("what was pasted is no short form of a diagram").first().waitFor();
    await page.evaluate(pasteText, " (01-2)(02-12)\n");
    await expect.poll(() => requests(one, "insert")).toMatchObject([{ shortForm: "(01-2)(02-12)" }]);
    // In the field a paste is the field's.
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByRole("textbox").first().focus();
    await page.evaluate(pasteText, "(0-1)(01)");
    expect((await requests(one, "insert")).length).toBe(1);
  });
});
