import { expect, test } from "vitest";
import { describePage, knownOf, type OpenPage } from "./harness.js";
import { answerWith } from "./in-page.mjs";

// A gesture either asks for an edit or says, in one line, why it does not.

const text = `diagram d {
  leaf, other -> mid -> out
  part S = {leaf, other}
}
`;

async function open(
  with_: (options: {
    known: Awaited<ReturnType<typeof knownOf>>;
    reducedMotion: boolean;
  }) => Promise<OpenPage>,
) {
  const known = await knownOf(text);
  const one = await with_({ known, reducedMotion: true });
  await one.send({ type: "show", id: "d" });
  await one.page.locator(".stage [data-kind=node]").first().waitFor();
  const { nodes } = known.file.diagrams[0]!;
  const number = (name: string): number => nodes.findIndex((node) => node.name === name);
  const disc = (name: string) =>
    one.page.locator(`.stage [data-kind=node][data-index="${number(name)}"] .disc`);
  const edits = async (): Promise<number> =>
    (await one.said()).filter((said) => said.type === "request" && said.request.method === "edit").length;
  const toast = one.page.locator(".toast");
  /** What a gesture came to: the sentence that refuses it, or nothing when it asked for an edit. */
  const outcome = async (gesture: () => Promise<void>): Promise<string | undefined> => {
    const before = await edits();
    await toast.evaluate((line) => {
      (line as unknown as { hidden: boolean }).hidden = true;
    });
    await gesture();
    await expect.poll(async () => (await edits()) > before || (await toast.isVisible())).toBe(true);
    return (await edits()) > before ? undefined : toast.innerText();
  };
  return { one, page: one.page, names: nodes.map(({ name }) => name), disc, outcome, toast };
}

describePage("a refused gesture says why", (openWith) => {
  test("for every node dragged to every node, and to none", async () => {
    const { page, names, disc, outcome } = await open(openWith);
    const places = new Map<string, { x: number; y: number }>();
    for (const name of names) {
      const { x, y, width, height } = (await disc(name).boundingBox())!;
      places.set(name, { x: x + width / 2, y: y + height / 2 });
    }
    const stage = (await page.locator(".stage").boundingBox())!;
    places.set("nothing", { x: stage.x + stage.width - 10, y: stage.y + stage.height - 10 });
    const drag = (from: string, to: string) =>
      outcome(async () => {
        const [start, end] = [places.get(from)!, places.get(to)!];
        await page.mouse.move(start.x, start.y);
        await page.mouse.down();
        await page.mouse.move(start.x + 30, start.y - 30);
        await page.mouse.move(end.x, end.y, { steps: 2 });
        await page.mouse.up();
      });
    const said: Record<string, string | undefined> = {};
    for (const from of names) {
      for (const to of places.keys()) {
        said[`${from} to ${to}`] = await drag(from, to);
      }
    }
    const parents: Record<string, string> = { leaf: "mid", other: "mid", mid: "out" };
    for (const [gesture, sentence] of Object.entries(said)) {
      const [from, to] = gesture.split(" to ") as [string, string];
      const possible =
        from !== "out" &&
        to !== "nothing" &&
        from !== to &&
        parents[from] !== to &&
        parents[to] !== from &&
        !(from === "mid" && parents[to] === "mid");
      expect(sentence === undefined, `${gesture}: ${sentence}`).toBe(possible);
      expect(sentence ?? from, gesture).toContain(from);
      expect(sentence ?? "", gesture).not.toMatch(/[`\n]/);
    }
    expect(said["mid to leaf"]).toBe(
      "leaf hangs from mid itself; choose a node outside of what hangs from mid",
    );
    expect(said["out to leaf"]).toContain("out is the root");
    expect(said["leaf to leaf"]).toContain("leaf cannot hang from itself");
    expect(said["leaf to mid"]).toContain("leaf hangs from mid already");
    expect(said["leaf to nothing"]).toContain("leaf stays where it is");
  });

  test("for every entry of every menu that is grey", async () => {
    const { page, names, disc, toast } = await open(openWith);
    let grey = 0;
    for (const name of names) {
      await disc(name).click({ button: "right" });
      const entries = page.locator('.menu [aria-disabled="true"]');
      for (const entry of await entries.all()) {
        grey++;
        await toast.evaluate((line) => {
          (line as unknown as { hidden: boolean }).hidden = true;
        });
        await entry.press("Enter");
        await toast.waitFor();
        expect(await toast.innerText()).toBe(await entry.getAttribute("title"));
        expect((await toast.innerText()).length).toBeGreaterThan(20);
      }
      await page.keyboard.press("Escape");
    }
    expect(grey).toBeGreaterThan(6);
  });

  test("for every key, with nothing, a part, a node or the root selected", async () => {
    const { page, disc, outcome } = await open(openWith);
    const press = (key: string) => outcome(() => page.keyboard.press(key));
    await page.keyboard.press("Home");
    for (const key of ["Insert", "Delete", "Backspace"]) {
      expect(await press(key), key).toContain("select a node or a part first");
    }
    await page.locator(".stage [data-kind=part] text").first().click();
    expect(await press("Insert")).toContain("select a node");
    expect(await press("Delete")).toBeUndefined();
    await disc("out").click();
    expect(await press("Delete")).toContain("out is the root");
    expect(await press("Insert")).toBeUndefined();
    await disc("leaf").click();
    expect(await press("Delete")).toBeUndefined();
  });

  test("with the lasso: round no node, one node, the whole part, and the root", async () => {
    const { page, disc, outcome } = await open(openWith);
    const loop = (...names: string[]) =>
      outcome(async () => {
        const boxes = await Promise.all(names.map(async (name) => (await disc(name).boundingBox())!));
        const stage = (await page.locator(".stage").boundingBox())!;
        const corner = { x: stage.x + stage.width - 40, y: stage.y + stage.height - 40 };
        const left = Math.min(...boxes.map(({ x }) => x - 14), corner.x);
        const top = Math.min(...boxes.map(({ y }) => y - 14), corner.y);
        const right = names.length > 0 ? Math.max(...boxes.map(({ x, width }) => x + width + 14)) : corner.x;
        const bottom =
          names.length > 0 ? Math.max(...boxes.map(({ y, height }) => y + height + 14)) : corner.y;
        await page.keyboard.down("Shift");
        await page.mouse.move(left, top);
        await page.mouse.down();
        for (const [x, y] of [
          [right, top],
          [right, bottom],
          [left, bottom],
        ] as const) {
          await page.mouse.move(x, y, { steps: 4 });
        }
        await page.mouse.up();
        await page.keyboard.up("Shift");
      });
    expect(await loop()).toContain("the loop goes round no node");
    expect(await loop("mid")).toContain("the loop goes round one node");
    expect(await loop("leaf", "other")).toContain("these nodes are one part already");
    expect(await loop("mid", "out")).toContain("out is the root");
    expect(await loop("leaf", "other", "mid")).toBeUndefined();
  });

  test("in the words of the language server, whatever is asked, without its signs of code", async () => {
    const { page, disc, outcome, toast } = await open(openWith);
    const problem = "`d` is broken; correct its text first";
    await page.evaluate(answerWith, { method: "edit", answer: { problem } });
    await disc("leaf").click();
    await outcome(() => page.keyboard.press("Insert"));
    await expect.poll(() => toast.innerText()).toBe("d is broken; correct its text first");
    expect(await toast.getAttribute("class")).toContain("error");
  });

  test("when the picture changes under it", async () => {
    const { one, page, disc, toast } = await open(openWith);
    const { x, y } = (await disc("leaf").boundingBox())!;
    await page.mouse.move(x + 4, y + 4);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 3 });
    await one.know(await knownOf(text.replace("leaf, other ->", "leaf, other, third ->"), 2));
    await toast.filter({ hasText: "the text has changed meanwhile" }).waitFor();
    await page.mouse.up();
  });
});
