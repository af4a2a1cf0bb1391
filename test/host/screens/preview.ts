import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { takePicture, takesPictures } from "../../pictures.js";
import { colorsOf, focusedIn, hasKeyboard, policyOf } from "../in-page.mjs";
import {
  changeTheme,
  choose,
  clickLens,
  elementIn,
  focusText,
  loadWindowAgain,
  type OpenWindow,
  openAnother,
  patience,
  previewIn,
  runCommand,
  showTextOnly,
  themeNames,
} from "../screen.js";
import type { Workbench } from "../workbench.js";

/** Files of the workspace that these tests are of, by name. */
export const previewed = {
  "trees.diag": `diagram skew {
  a, b, c -> test
  part S = {a, b, c}
}

diagram drift {
  a, b -> j -> out
  part {a, b}
}

diagram pair = (01-2)(02-12)
`,
  "other.diag": "diagram lone {\n  leaf -> root\n}\n",
} as const;

/** Tests of a window in which no preview is open; each goes on where the one before was. */
export function describePreview(window: () => OpenWindow): void {
  describe("the preview in the workbench", () => {
    let workbench: Workbench;
    let page: Page;
    let preview: FrameLocator;

    beforeEach(() => {
      ({ workbench, page } = window());
      preview = previewIn(page);
    });

    const file = (name: string): string => join(workbench.workspace, name);
    const tab = (label: RegExp) => page.locator(".tabs-container .tab", { hasText: label });
    const lockedTab = () => tab(/^\[Preview\] lone \(other\.diag\)/);
    const nodes = (): Promise<number> =>
      preview.locator('.stage svg [data-kind="node"]:not(.leaving)').count();
    const camera = (): Promise<string | null> =>
      preview.locator(".stage svg g[transform*=scale]").first().getAttribute("transform");
    /** The text of the editor, as far as it is in sight. */
    const lines = async (): Promise<string> =>
      (await page.locator(".monaco-editor .view-line").allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
    /** Where the cursor is and how much is selected, as the status bar says once the keyboard is in the text. */
    async function place(): Promise<string> {
      await page.keyboard.press("Control+1");
      return page.locator("#status\\.editor\\.selection").innerText({ timeout: patience });
    }
    const isKeyboardInPreview = (): Promise<boolean> =>
      page.evaluate("document.activeElement?.tagName === 'IFRAME'");

    /** Whether keys reach the page already: its frame gets the keyboard after the frames around it. */
    const isKeyboardInPage = async (): Promise<boolean> =>
      (await isKeyboardInPreview()) && (await preview.locator("body").evaluate(hasKeyboard));

    async function loadAgain(): Promise<void> {
      await loadWindowAgain(workbench, page);
      await showTextOnly(page);
    }

    /** Makes the preview what commands are for. Files and lists that are still opening or closing may take that away. */
    async function activatePreview(): Promise<void> {
      const active = page.locator(".editor-group-container.active .tab.active", { hasText: "Preview" });
      const stays = async (): Promise<boolean> => {
        await tab(/Preview\]? /)
          .first()
          .click({ timeout: patience });
        await page.waitForTimeout(500);
        return (await active.count()) === 1;
      };
      await expect.poll(stays, { timeout: patience }).toBe(true);
    }

    async function typeAfter(words: string, typed: string): Promise<void> {
      await focusText(page, "Home");
      await page.keyboard.press("Control+F");
      await page.locator(".find-widget textarea").first().fill(words);
      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.type(typed);
    }

    test("the lens Preview shows that diagram alone, in a page that its policy protects", async () => {
      await openAnother(page, "trees.diag");
      await clickLens(page, "Preview", "Home", 0);
      await elementIn(preview, "node", 0).waitFor({ timeout: patience });
      expect(await nodes()).toBe(4);
      await tab(/^Preview skew \(trees\.diag\)/).waitFor({ timeout: patience });
      expect(window().complaints).toEqual([]);
      const found = await preview.locator("body").evaluate(policyOf);
      expect(found.policy).toContain("default-src 'none'");
      expect(found.policy).not.toMatch(/unsafe|https?:\/\/(?!\*\.vscode)\*/);
      expect(found).toMatchObject({ scriptsWithoutNonce: 0, inlineScriptRan: false, fetched: false });
      expect(await preview.locator("body").evaluate(colorsOf)).toEqual(
        expect.objectContaining({ color: expect.not.stringMatching(/^rgb\(0, 0, 0\)/) }),
      );
    });

    test("an edit changes the drawing and keeps the zoom", async () => {
      await preview.getByRole("button", { name: /zoom in/i }).click();
      await preview.getByRole("button", { name: /zoom in/i }).click();
      await expect.poll(camera).toMatch(/scale\(/);
      await page.waitForTimeout(500);
      const before = await camera();
      await typeAfter("a, b, c", ", d");
      await expect.poll(nodes, { timeout: patience }).toBe(5);
      expect(await camera()).toBe(before);
      expect(await preview.getByText(/Older than the text/).count()).toBe(0);
    });

    test("a click on a node selects its text, and the keyboard stays", async () => {
      await focusText(page, "End");
      const node = preview.locator('.stage svg [data-kind="node"]', { hasText: "c" }).first();
      await node.click();
      await expect.poll(() => node.getAttribute("class"), { timeout: patience }).toMatch(/\bcursor\b/);
      expect(await isKeyboardInPreview()).toBe(true);
      expect(await place()).toBe("Ln 2, Col 10 (1 selected)");
      await preview.locator('.stage svg [data-kind="part"] text').first().dblclick();
      await expect.poll(isKeyboardInPreview, { timeout: patience }).toBe(false);
      expect(await place()).toMatch(/^Ln 3, .*selected/);
    });

    test("the element that the cursor is in is highlighted", async () => {
      await focusText(page, "Home");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("End");
      const highlighted = preview.locator(".stage svg g.cursor");
      await expect.poll(() => highlighted.getAttribute("aria-label"), { timeout: patience }).toMatch(/test/);
      await page.keyboard.press("Control+Home");
      await expect.poll(() => highlighted.count(), { timeout: patience }).toBe(0);
    });

    test("a child added by hand is in the text, and is undone there", async () => {
      const before = await lines();
      await preview.locator('.stage svg [data-kind="node"]', { hasText: "test" }).first().click();
      await preview.locator('.stage svg [data-kind="node"]', { hasText: "test" }).first().focus();
      await page.keyboard.press("Insert");
      await expect.poll(nodes, { timeout: patience }).toBe(6);
      expect(await lines()).not.toBe(before);
      await page
        .locator(".monaco-editor .view-lines")
        .first()
        .click({ position: { x: 300, y: 40 } });
      await page.keyboard.press("Control+Z");
      await expect.poll(nodes, { timeout: patience }).toBe(5);
      await expect.poll(lines, { timeout: patience }).toBe(before);
    });

    test("the keys of undo, redo and save work in the picture, and the keyboard stays there", async () => {
      const before = await lines();
      const parent = preview.locator('.stage svg [data-kind="node"]', { hasText: "test" }).first();
      await parent.click();
      await parent.focus();
      await page.keyboard.press("Insert");
      await expect.poll(nodes, { timeout: patience }).toBe(6);
      await expect.poll(isKeyboardInPage, { timeout: patience }).toBe(true);
      for (const [key, count] of [
        ["Control+Z", 5],
        ["Control+Shift+Z", 6],
        ["Control+Z", 5],
        ["Control+Y", 6],
      ] as const) {
        await page.keyboard.press(key);
        await expect.poll(nodes, { timeout: patience }).toBe(count);
        await expect.poll(isKeyboardInPage, { timeout: patience }).toBe(true);
      }
      await page.keyboard.press("Control+S");
      const saved = (): Promise<string> => readFile(file("trees.diag"), "utf8");
      await expect.poll(saved, { timeout: patience }).toMatch(/a, b, c, d, \w+ -> test/);
      await page.keyboard.press("Control+Z");
      await expect.poll(nodes, { timeout: patience }).toBe(5);
      await expect.poll(lines, { timeout: patience }).toBe(before);
      await expect.poll(isKeyboardInPage, { timeout: patience }).toBe(true);
      // In a field of the page they are the field's.
      await page.keyboard.press("f");
      const search = preview.getByRole("textbox", { name: "Search diagrams" });
      await search.waitFor({ timeout: patience });
      await search.fill("");
      await page.keyboard.type("drift");
      await page.keyboard.press("Control+Z");
      await expect.poll(() => search.inputValue(), { timeout: patience }).not.toBe("drift");
      expect(await lines()).toBe(before);
      await search.fill("");
      await preview.getByRole("button", { name: /^skew/ }).press("Enter");
      await expect.poll(nodes, { timeout: patience }).toBe(5);
    });

    test("a node renamed in the picture keeps the keyboard, also when undo takes the name back", async () => {
      const before = await lines();
      const focused = (): Promise<string> => preview.locator("body").evaluate(focusedIn);
      // Where the pointer rests there may be a card over the picture.
      await page.mouse.move(5, 5);
      await preview.locator(".hover-card").waitFor({ state: "hidden", timeout: patience });
      await preview.locator('.stage svg [data-kind="node"]', { hasText: "c" }).first().click();
      await expect.poll(focused, { timeout: patience }).toMatch(/^node c\b/);
      await page.keyboard.press("F2");
      await preview.getByRole("textbox", { name: "New name of c" }).fill("fresh");
      await page.keyboard.press("Enter");
      await expect.poll(focused, { timeout: patience }).toMatch(/^node fresh\b/);
      for (const [key, name] of [
        ["Control+Z", "c"],
        ["Control+Shift+Z", "fresh"],
        ["Control+Z", "c"],
      ] as const) {
        await page.keyboard.press(key);
        await expect.poll(focused, { timeout: patience }).toMatch(new RegExp(`^node ${name}\\b`));
        await expect.poll(isKeyboardInPage, { timeout: patience }).toBe(true);
      }
      // Keys are for it, as for what was chosen.
      await page.keyboard.press("Insert");
      await expect.poll(nodes, { timeout: patience }).toBe(6);
      await page.keyboard.press("Control+Z");
      await expect.poll(nodes, { timeout: patience }).toBe(5);
      expect(await lines()).toBe(before);
    });

    test("export writes a file, and copies", async () => {
      await rm(file("skew.svg"), { force: true });
      await focusText(page, "Home");
      await runCommand(page, "Diag: Export Diagram…");
      await choose(page, "skew");
      await choose(page, "SVG");
      await choose(page, "Save to File");
      const field = page.locator(".quick-input-widget input[type=text]:visible").first();
      await expect.poll(() => field.inputValue(), { timeout: patience }).toMatch(/skew\.svg$/);
      await page.keyboard.press("Enter");
      await expect
        .poll(() => readFile(file("skew.svg"), "utf8").catch(() => ""), { timeout: patience })
        .toMatch(/^<svg[\s\S]*<\/svg>\s*$/);

      await preview.getByRole("button", { name: "Export" }).click();
      const form = preview.getByRole("dialog", { name: "Export the diagram" });
      const format = form.locator("vscode-dropdown").first();
      // The list hears keys once it has been made, which a busy machine takes its time for.
      const choosesTikz = async (): Promise<string> => {
        await format.press("t");
        return format.evaluate((list) => (list as unknown as { readonly value: string }).value);
      };
      await expect.poll(choosesTikz, { timeout: patience, interval: 1000 }).toBe("tikz");
      await preview.getByRole("button", { name: "Copy" }).click();
      await expect
        .poll(() => page.evaluate("navigator.clipboard.readText()"), { timeout: patience })
        .toContain("\\begin{tikzpicture}");
      await page.keyboard.press("Escape");
    });

    test("a pasted short form becomes a diagram of the text", async () => {
      await focusText(page, "End");
      await runCommand(page, "Diag: Insert Diagram From Short Form…");
      const box = page.locator(".quick-input-widget input[type=text]:visible").first();
      await box.fill("\\sdia{c(012-3)(03-13");
      await page.keyboard.press("Enter");
      await page
        .locator(
          ".quick-input-widget .quick-input-message .codicon-error, .quick-input-widget .monaco-inputbox.error",
        )
        .first()
        .waitFor({ timeout: patience });
      await box.fill("\\sdia{c(012-3)(03-13-23)}");
      await page.keyboard.press("Enter");
      await expect.poll(lines, { timeout: patience }).toContain("(012-3)(03-13-23)");
      await box.waitFor({ state: "hidden", timeout: patience });
    });

    test("all diagrams of the file, and one of them, by commands", async () => {
      await activatePreview();
      await runCommand(page, "Diag: Preview All Diagrams of the File");
      await expect.poll(() => preview.locator(".card").count(), { timeout: patience }).toBe(4);
      await tab(/^Preview trees\.diag/).waitFor({ timeout: patience });
      await focusText(page, "Home");
      await runCommand(page, "Diag: Preview Only This Diagram");
      await tab(/^Preview skew \(trees\.diag\)/).waitFor({ timeout: patience });
    });

    test("the lenses of a diagram deleted in the picture are there again when undo brings it back", async () => {
      const lenses = (): Promise<number> => page.locator(".codelens-decoration").count();
      const before = await lenses();
      await activatePreview();
      await runCommand(page, "Diag: Preview All Diagrams of the File");
      const cards = preview.locator(".card");
      await expect.poll(() => cards.count(), { timeout: patience }).toBe(4);
      await preview.locator(".card[data-id=drift] .card-name").focus();
      await page.keyboard.press("Delete");
      await expect.poll(() => cards.count(), { timeout: patience }).toBe(3);
      await expect.poll(lenses, { timeout: patience }).toBe(before - 1);
      await page.keyboard.press("Control+Z");
      await expect.poll(() => cards.count(), { timeout: patience }).toBe(4);
      await expect.poll(lenses, { timeout: patience }).toBe(before);
      await focusText(page, "Home");
      await runCommand(page, "Diag: Preview Only This Diagram");
      await tab(/^Preview skew \(trees\.diag\)/).waitFor({ timeout: patience });
    });

    test("a hidden preview shows the newest text when it is shown again", async () => {
      await activatePreview();
      await runCommand(page, "File: New Untitled Text File");
      await tab(/^Untitled/).waitFor({ timeout: patience });
      await expect.poll(() => page.locator("iframe.webview.ready:visible").count()).toBe(0);
      await typeAfter("a, b, c, d", ", e");
      await tab(/^Preview skew/).click();
      await expect.poll(nodes, { timeout: patience }).toBe(6);
      await tab(/^Untitled/).click({ button: "middle" });
    });

    test("it follows to other files, unless it is locked", async () => {
      await focusText(page, "Home");
      await page.keyboard.press("Control+P");
      await page.locator(".quick-input-widget input").first().fill("other.diag");
      await choose(page, "other.diag");
      await tab(/^Preview other\.diag/).waitFor({ timeout: patience });
      await expect.poll(() => preview.locator(".card").count(), { timeout: patience }).toBe(1);
      await preview.locator(".card .card-name").click();
      await tab(/^Preview lone/).waitFor({ timeout: patience });
      await activatePreview();
      await runCommand(page, "Diag: Toggle Preview Locking");
      await lockedTab().waitFor({ timeout: patience });
      await tab(/^trees\.diag/).click();
      await page.waitForTimeout(500);
      expect(await lockedTab().count()).toBe(1);
    });

    test("all come back as they were when the window is loaded again, also a locked one", async () => {
      await clickLens(page, "Preview", "Home", 0);
      await tab(/^Preview skew \(trees\.diag\)/).waitFor({ timeout: patience });
      await elementIn(preview, "node", 0).waitFor({ timeout: patience });
      await preview.getByRole("button", { name: /zoom in/i }).click();
      await page.waitForTimeout(500);
      const before = await camera();
      await focusText(page, "Home");
      await page.keyboard.press("Control+S");
      await loadAgain();
      await elementIn(preview, "node", 0).waitFor({ timeout: patience });
      await tab(/^Preview skew \(trees\.diag\)/).waitFor({ timeout: patience });
      expect(await nodes()).toBe(6);
      expect(await camera()).toBe(before);
      await typeAfter("a, b, c, d, e", ", f");
      await expect.poll(nodes, { timeout: patience }).toBe(7);
      await lockedTab().click();
      await expect.poll(nodes, { timeout: patience }).toBe(2);
      expect(await lockedTab().count()).toBe(1);
      await lockedTab().click({ button: "middle" });
      await tab(/^Preview skew/).click({ button: "middle" });
    });

    test.each(takesPictures ? themeNames : ["light" as const])(
      "at the side of its text, in %s",
      async (name) => {
        await changeTheme(page, name);
        await tab(/^trees\.diag/).click();
        await focusText(page, "Home");
        await page.keyboard.press("Control+K");
        await page.keyboard.press("V");
        await preview.locator(".card svg [data-kind=node]").first().waitFor({ timeout: patience });
        await takePicture(page, "host", `preview-gallery-${name}`);
        await clickLens(page, "Preview", "Home", 0);
        await elementIn(preview, "node", 0).waitFor({ timeout: patience });
        await takePicture(page, "host", `preview-${name}`);
        await tab(/^Preview/).click({ button: "middle" });
      },
    );
  });
}
