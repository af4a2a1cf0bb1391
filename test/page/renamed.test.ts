import { expect, test } from "vitest";
import type { Drawing } from "../../src/drawing/drawing.js";
import { inFrame } from "./framed.js";
import { describePage, type Known } from "./harness.js";
import { focusedOf } from "./in-page.mjs";
import { recorded } from "./recorder.js";

const shown = "drift";
type Kind = "node" | "part";

/** A recording in which an element of the diagram that is shown has another name. */
function renamed(known: Known, kind: Kind, at: number, name: string, version: number): Known {
  const named = <Item extends object>(items: readonly Item[]): Item[] =>
    items.map((item, index) => (index === at ? { ...item, name } : item));
  const before = known.file.diagrams.find(({ id }) => id === shown)!;
  const key = `${shown} ${name}`;
  const after = {
    ...{ ...before, key },
    ...(kind === "part" ? { parts: named(before.parts) } : { nodes: named(before.nodes) }),
  };
  const { drawing } = known.drawings[before.key] as { readonly drawing: Drawing };
  const drawn =
    kind === "part"
      ? { ...drawing, outlines: drawing.outlines.map((one) => (one.part === at ? { ...one, name } : one)) }
      : { ...drawing, nodes: drawing.nodes.map((one) => (one.node === at ? { ...one, name } : one)) };
  const diagrams = known.file.diagrams.map((one) => (one === before ? after : one));
  return {
    ...known,
    file: { ...known.file, version, diagrams },
    drawings: { ...known.drawings, [key]: { drawing: drawn } },
  };
}

/** What has the old name, and where the text has it. */
function oldOf(known: Known, kind: Kind): { readonly at: number; readonly old: string } {
  const { nodes } = known.file.diagrams.find(({ id }) => id === shown)!;
  return kind === "part"
    ? { at: 0, old: "C" }
    : { at: nodes.findIndex(({ name }) => name === "bend"), old: "bend" };
}

const leaving = 300; // milliseconds after which what leaves is gone

describePage("what has another name since, or again", (open) => {
  test.each(["part", "node"] as const)("a %s keeps the keyboard, and is what keys are for", async (kind) => {
    const known = await recorded("gauss");
    const one = await open({ known, reducedMotion: true });
    const { page } = one;
    await one.send({ type: "show", id: shown });
    const { at, old } = oldOf(known, kind);
    const element = page.locator(`.stage [data-kind=${kind}][data-index="${at}"]`);
    const rename = async (name: string, version: number): Promise<void> => {
      await one.know(renamed(known, kind, at, name, version));
      await expect.poll(() => element.getAttribute("aria-label")).toContain(name);
    };
    const edits = async (): Promise<number> =>
      (await one.said()).filter(
        ({ type, ...said }) => type === "request" && /"edit"/.test(JSON.stringify(said)),
      ).length;
    await rename(old, 2);
    await element.dispatchEvent("click");
    for (const [version, name, isTyped] of [
      [3, "fresh", false],
      [4, old, false],
      [5, "typed", true],
    ] as const) {
      // The drawing may come before the answer.
      if (isTyped) {
        await page.keyboard.press("F2");
        await page.getByRole("textbox", { name: /^New name of/ }).waitFor();
      }
      await rename(name, version);
      await page.waitForTimeout(leaving);
      if (isTyped) {
        await page.keyboard.press("Escape");
      }
      expect(await page.evaluate(focusedOf)).toContain(name);
      const before = await edits();
      await page.keyboard.press("Delete");
      await expect.poll(edits).toBe(before + 1);
    }
    expect(await page.getByText("select a node or a part first").count()).toBe(0);
  });

  test.each([false, true])(
    "takes no keyboard that is in a text beside it, and has it when it comes back; motion reduced: %s",
    async (reducedMotion) => {
      const known = await recorded("gauss");
      const { window: page, frame, ...one } = await inFrame(await open({ known, reducedMotion }), known);
      const text = page.locator("textarea");
      await one.send({ type: "show", id: shown });
      const { at, old } = oldOf(known, "node");
      const node = frame.locator(`.stage [data-kind=node][data-index="${at}"]`);
      const holder = (): Promise<string> => page.evaluate("document.activeElement.tagName");
      const rename = async (name: string, version: number): Promise<void> => {
        await one.know(renamed(known, "node", at, name, version));
        await expect.poll(() => node.getAttribute("aria-label")).toContain(name);
        await page.waitForTimeout(leaving);
      };
      await node.locator(".disc").click();
      expect(await frame.evaluate(focusedOf)).toContain(old);
      await text.focus();
      await rename("fresh", 2);
      expect(await holder()).toBe("TEXTAREA");
      await page.keyboard.type("x");
      expect(await text.inputValue()).toBe("x");
      await page.evaluate('document.querySelector("iframe").contentWindow.focus()');
      await expect.poll(() => frame.evaluate(focusedOf)).toContain("fresh");
      // A menu that closes since the keyboard has gone does not get it back.
      await page.keyboard.press("Shift+F10");
      await frame.getByRole("menu").waitFor();
      await text.focus();
      await frame.getByRole("menu").waitFor({ state: "detached" });
      expect(await holder()).toBe("TEXTAREA");
      // What is chosen on the way back is what has it.
      await rename(old, 3);
      await frame.getByRole("button", { name: "Zoom in" }).click();
      expect(await holder()).toBe("IFRAME");
      expect(await frame.evaluate(focusedOf)).toContain("Zoom in");
    },
  );
});
