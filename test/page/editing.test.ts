import { expect, test } from "vitest";
import type { DiagramEdit } from "../../src/preview/index.js";
import { describePage, type OpenOptions, type OpenPage } from "./harness.js";
import { answerWith, focusedOf, pressInTurn } from "./in-page.mjs";
import { recorded } from "./recorder.js";

/** A diagram of the recording `gauss`, shown alone. */
class Drift {
  private constructor(
    readonly one: OpenPage,
    private readonly numbers: ReadonlyMap<string, number>,
  ) {}

  static async open(open: (options: OpenOptions) => Promise<OpenPage>): Promise<Drift> {
    const known = await recorded("gauss");
    const one = await open({ known, reducedMotion: true });
    await one.send({ type: "show", id: "drift" });
    const { nodes } = known.file.diagrams.find(({ id }) => id === "drift")!;
    const numbers = new Map(nodes.map(({ name }, number) => [name, number]));
    await one.page.locator(".stage [data-kind=node]").first().waitFor();
    return new Drift(one, numbers);
  }

  number(name: string): number {
    return this.numbers.get(name)!;
  }

  node(name: string) {
    return this.one.page.locator(`.stage [data-kind=node][data-index="${this.number(name)}"] .disc`);
  }

  async place(name: string): Promise<{ x: number; y: number }> {
    const { x, y, width, height } = (await this.node(name).boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  }

  async edits(): Promise<DiagramEdit[]> {
    return (await this.one.said()).flatMap((message) =>
      message.type === "request" && message.request.method === "edit" ? [message.request.edit] : [],
    );
  }

  async selects(): Promise<number> {
    return (await this.one.said()).filter(({ type }) => type === "select").length;
  }

  /** Draws a loop round some nodes. */
  async loop(...names: string[]): Promise<void> {
    const places = await Promise.all(names.map((name) => this.place(name)));
    const [left, right] = [
      Math.min(...places.map(({ x }) => x)) - 22,
      Math.max(...places.map(({ x }) => x)) + 22,
    ];
    const [top, bottom] = [
      Math.min(...places.map(({ y }) => y)) - 22,
      Math.max(...places.map(({ y }) => y)) + 22,
    ];
    const { mouse } = this.one.page;
    await mouse.move(left, top);
    await mouse.down();
    for (const [x, y] of [
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const) {
      await mouse.move(x, y, { steps: 6 });
    }
  }
}

describePage("a diagram edited by the pointer", (open) => {
  test("Delete at a card deletes its diagram, and the menu's command the one that is shown", async () => {
    const one = await open({ known: await recorded("gauss"), reducedMotion: true });
    const { page } = one;
    const deleted = async () =>
      (await one.said()).flatMap((message) =>
        message.type === "request" && message.request.method === "edit"
          ? [[message.request.id, message.request.edit.kind]]
          : [],
      );
    await page.evaluate(answerWith, { method: "edit", answer: {} });
    await page.locator(".card[data-id=drift] svg [data-kind=node]").first().waitFor();
    await page.locator(".card[data-id=drift] .card-name").focus();
    await page.keyboard.press("Delete");
    await expect.poll(deleted).toEqual([["drift", "deleteDiagram"]]);
    // Shown before the answer has come, it would go with that.
    await page.getByText("drift is deleted").waitFor({ state: "attached" });
    await one.send({ type: "show", id: "drift" });
    await page.locator(".stage [data-kind=node]").first().waitFor();
    await one.send({ type: "delete" });
    await expect.poll(async () => (await deleted()).length).toBe(2);
    // What is deleted is not shown alone any longer.
    await page.locator(".card[data-id=drift]").waitFor();
    const refusal = "drift is used by the verify v (line 4); take it out there first";
    await page.evaluate(answerWith, { method: "edit", answer: { problem: refusal } });
    await one.send({ type: "delete", id: "drift" });
    await page.getByText(refusal).first().waitFor();
  });

  test("a node dragged onto another hangs from it; valid targets are shown meanwhile", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const camera = await page.locator(".stage .camera").getAttribute("transform");
    const [from, to] = [await drift.place("a"), await drift.place("test")];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, to.y - 60, { steps: 5 });
    // From b or test, but neither from itself nor from bend, where it hangs.
    expect(await page.locator(".gesture-marks .target").count()).toBe(2);
    expect(await page.locator(".gesture-marks .target.chosen").count()).toBe(0);
    await page.mouse.move(to.x, to.y, { steps: 5 });
    expect(await page.locator(".gesture-marks .target.chosen").count()).toBe(1);
    await page.mouse.up();
    await expect
      .poll(() => drift.edits())
      .toEqual([{ kind: "reattach", node: drift.number("a"), parent: drift.number("test") }]);
    expect(await page.locator(".gesture-marks > *").count()).toBe(0);
    expect(await page.locator(".stage .camera").getAttribute("transform")).toBe(camera);
    expect(await drift.selects()).toBe(0);
    await page.getByText("a hangs from test now").waitFor({ state: "attached" });
  });

  test("dropped on nothing, or let go by Escape, it stays where it was", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const [from, to] = [await drift.place("a"), await drift.place("test")];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y - 60, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.keyboard.press("Escape");
    expect(await page.locator(".gesture-marks > *").count()).toBe(0);
    await page.mouse.up();
    // Escape took the gesture back and nothing else: the diagram is still shown alone.
    expect(await page.locator(".stage svg[data-id=drift]").count()).toBe(1);
    expect(await drift.edits()).toEqual([]);
  });

  test("a node hangs from none of its own", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const [from, to] = [await drift.place("bend"), await drift.place("b")];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    expect(await page.locator(".gesture-marks .target").count()).toBe(0);
    await page.mouse.up();
    await page.getByText("b hangs from bend itself; choose a node outside of what hangs").first().waitFor();
    expect(await drift.edits()).toEqual([]);
  });

  test("a loop with Shift held makes a part of the nodes it goes round", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    await page.keyboard.down("Shift");
    await drift.loop("a", "b", "bend");
    expect(await page.locator(".gesture-marks .caught").count()).toBe(3);
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const nodes = ["a", "b", "bend"].map((name) => drift.number(name)).sort((a, b) => a - b);
    await expect.poll(() => drift.edits()).toEqual([{ kind: "group", nodes }]);
  });

  test("the lasso tool does so without a key, and is put down by Escape or when it has caught", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const lasso = page.getByRole("button", { name: /Lasso/ });
    const isUp = () => page.locator(".stage.lasso").count();
    await lasso.click();
    expect(await isUp()).toBe(1);
    await page.keyboard.press("Escape");
    expect(await isUp()).toBe(0);
    await lasso.click();
    await drift.loop("bend");
    await page.mouse.up();
    await page.getByText("the loop goes round one node; a part needs two or more").first().waitFor();
    await drift.loop("a", "b", "bend");
    await page.mouse.up();
    const nodes = ["a", "b", "bend"].map((name) => drift.number(name)).sort((a, b) => a - b);
    await expect.poll(() => drift.edits()).toEqual([{ kind: "group", nodes }]);
    await expect.poll(isUp).toBe(0);
  });

  test("the + of the selected node adds a child", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    expect(await page.locator(".add-child").count()).toBe(0);
    await drift.node("bend").click();
    await page.locator(".add-child").click();
    await expect.poll(() => drift.edits()).toEqual([{ kind: "addChild", parent: drift.number("bend") }]);
    expect(await drift.selects()).toBe(1);
  });

  test("what the language server refuses is told in its words", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const problem = "the text has changed meanwhile; try again";
    await page.evaluate(answerWith, { method: "edit", answer: { problem } });
    await drift.node("bend").click();
    await page.locator(".add-child").click();
    await page.locator(".toast.error", { hasText: problem }).waitFor();
  });
});

describePage("a diagram edited by the keyboard", (open) => {
  test("Insert adds a child and Delete removes; the root stays", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    await drift.node("bend").click();
    await page.keyboard.press("Insert");
    await page.keyboard.press("Delete");
    const bend = drift.number("bend");
    await expect
      .poll(() => drift.edits())
      .toEqual([
        { kind: "addChild", parent: bend },
        { kind: "remove", node: bend },
      ]);
    await drift.node("test").click();
    await page.keyboard.press("Delete");
    await page.getByText("test is the root, and a diagram has one").first().waitFor();
    expect((await drift.edits()).length).toBe(2);
  });

  test("the menu hangs a node from another, and gives the keyboard back", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    await drift.node("a").click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu", { name: "Edit a" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(focusedOf)).toBe("Hang a from…");
    await page.keyboard.press("Enter");
    await page.getByRole("menu", { name: "Hang a from" }).waitFor();
    await page.keyboard.press("t");
    expect(await page.locator(".stage .choice").count()).toBe(1);
    await page.keyboard.press("Enter");
    await expect
      .poll(() => drift.edits())
      .toEqual([{ kind: "reattach", node: drift.number("a"), parent: drift.number("test") }]);
    expect(await page.locator(".stage .choice").count()).toBe(0);
    expect(await page.evaluate(focusedOf)).toMatch(/^node a,/);
  });

  test("the menu makes parts, and takes a node out of its part", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    await drift.node("a").click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Make a part of a and…" }).press("Enter");
    const box = (name: string) => page.getByRole("menuitemcheckbox", { name, exact: true });
    // It shares a part with b already.
    expect(await box("b").getAttribute("aria-checked")).toBe("true");
    await box("b").press(" ");
    await box("bend").press(" ");
    expect(await page.locator(".stage .choice").count()).toBe(2);
    await page.getByRole("menuitem", { name: "Make the part" }).press("Enter");
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Take a out of its part" }).press("Enter");
    const [a, bend] = [drift.number("a"), drift.number("bend")];
    await expect
      .poll(() => drift.edits())
      .toEqual([
        { kind: "group", nodes: [a, bend].sort((one, other) => one - other) },
        { kind: "ungroup", node: a },
      ]);
  });

  test("what cannot be done is greyed and says why; Escape closes the menu only", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    await drift.node("test").click({ button: "right" });
    const remove = page.getByRole("menuitem", { name: /Remove test/ });
    expect(await remove.getAttribute("aria-disabled")).toBe("true");
    await remove.press("Enter");
    await page.locator(".toast", { hasText: "test is the root, and a diagram has one" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await page.locator(".stage svg[data-id=drift]").count()).toBe(1);
    expect(await drift.edits()).toEqual([]);
  });
});

describePage("a diagram edited while its text changes", (open) => {
  test("is not edited by the numbers of an older drawing", async () => {
    const drift = await Drift.open(open);
    const { one } = drift;
    const known = await recorded("gauss");
    await drift.node("bend").click();
    // The file is newer than the drawing, which does not come.
    const diagrams = known.file.diagrams.map((diagram) =>
      diagram.id === "drift" ? { ...diagram, key: "other" } : diagram,
    );
    await one.page.evaluate(answerWith, { method: "draw", answer: { version: 2, drawings: [] } });
    await one.know({ ...known, file: { ...known.file, version: 2, diagrams } });
    await one.page.getByText("older than the text").filter({ visible: true }).first().waitFor();
    await one.page.keyboard.press("Insert");
    await one.page.getByText("the text has changed meanwhile; try again once it is drawn").first().waitFor();
    expect(await drift.edits()).toEqual([]);
  });

  test("has no menu of the drawing before", async () => {
    const drift = await Drift.open(open);
    const { one } = drift;
    const known = await recorded("gauss");
    await drift.node("bend").click();
    await one.page.keyboard.press("Shift+F10");
    await one.page.getByRole("menu").waitFor();
    const skew = known.file.diagrams.find(({ id }) => id === "skew")!;
    const diagrams = known.file.diagrams.map((diagram) =>
      diagram.id === "drift" ? { ...skew, id: "drift", name: "drift" } : diagram,
    );
    await one.know({ ...known, file: { ...known.file, version: 2, diagrams } });
    await one.page.getByRole("menu").waitFor({ state: "detached" });
  });
});

describePage("a name changed in the picture", (open) => {
  const renames = async ({ one }: Drift) =>
    (await one.said()).flatMap((message) =>
      message.type === "request" && message.request.method === "rename" ? [message.request] : [],
    );

  test("by F2 at a node, a part and the diagram, and by the menu; what is refused stands below the field", async () => {
    const drift = await Drift.open(open);
    const { page } = drift.one;
    const field = page.getByRole("textbox", { name: /^N(ew n)?ame of/ });
    await drift.node("bend").click();
    await page.keyboard.press("F2");
    await expect.poll(() => field.inputValue()).toBe("bend");
    await page.evaluate(answerWith, { method: "rename", answer: { problem: "`a` is a node already" } });
    await field.fill("a");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("a is a node already").waitFor();
    await page.evaluate(answerWith, { method: "rename", answer: {} });
    await field.fill("link");
    await page.keyboard.press("Enter");
    await field.waitFor({ state: "detached" });
    expect(await page.evaluate(focusedOf)).toMatch(/^node bend,/);
    const element = { kind: "node", index: drift.number("bend") };
    expect((await renames(drift)).map(({ name, element }) => ({ name, element }))).toEqual([
      { name: "a", element },
      { name: "link", element },
    ]);
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: /Rename bend/ }).press("Enter");
    await field.waitFor();
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
    // Escape left the field, not the diagram.
    expect(await page.locator(".stage svg[data-id=drift]").count()).toBe(1);
    await page.locator(".stage [data-kind=part]").first().dispatchEvent("click");
    // The field has the keyboard from the first key on.
    await page.evaluate(pressInTurn, ["F2", "Escape"]);
    expect(await field.count()).toBe(0);
    expect(await page.locator(".stage svg[data-id=drift]").count()).toBe(1);
    await page.keyboard.press("F2");
    await field.waitFor();
    // It goes with what it names.
    await drift.one.send({ type: "show" });
    await field.waitFor({ state: "detached" });
    await page.locator(".card-name", { hasText: "drift" }).press("F2");
    await expect.poll(() => field.inputValue()).toBe("drift");
    await field.fill("bent");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await renames(drift)).at(-1))
      .toMatchObject({ id: "drift", name: "bent", element: { kind: "diagram" } });
  });
});

describePage("the card of formulas while a diagram is edited", (open) => {
  test("covers nothing of a gesture, nor of what it is about", async () => {
    const known = await recorded("gauss");
    const one = await open({ known, reducedMotion: true });
    const { page } = one;
    await one.send({ type: "show", id: "skew" });
    const disc = page.locator('.stage [data-kind=node][aria-label^="node test,"]');
    const card = page.locator(".hover-card");
    await disc.waitFor();
    const { x, y, width, height } = (await disc.locator(".disc").boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await card.locator("img").first().waitFor();
    const [over, about] = [(await card.boundingBox())!, (await disc.boundingBox())!];
    const apart =
      over.x >= about.x + about.width ||
      over.x + over.width <= about.x ||
      over.y >= about.y + about.height ||
      over.y + over.height <= about.y;
    expect(apart, JSON.stringify({ over, about })).toBe(true);
    await page.mouse.down();
    expect(await card.isVisible()).toBe(false);
    await page.mouse.move(x - 80, y - 40, { steps: 4 });
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
    // Longer than a resting pointer waits for its card.
    await page.waitForTimeout(600);
    expect(await card.isVisible()).toBe(false);
    await page.mouse.up();
    await page.locator(".toast", { hasText: "test is the root" }).waitFor();
    await page.waitForTimeout(600);
    expect(await card.isVisible()).toBe(false);
    await page.mouse.move(8, 8);
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
    await card.locator("img").first().waitFor();
  });
});
