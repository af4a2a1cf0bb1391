import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddingsParameters, FromPage, PageState } from "../../src/preview/index.js";
import { answerEmbeddings } from "../../src/server/preview/embeddings.js";
import { answerDraw, answerFile } from "../../src/server/preview/index.js";
import { ReadingEditor } from "../language/lsp/reading-editor.js";
import { takePicture } from "../pictures.js";
import { complaintsOf } from "./access.js";
import { describePage, type Known, type OpenOptions, type OpenPage } from "./harness.js";
import { valuesUntilStill } from "./in-page.mjs";
import { inThemes } from "./themes.js";

const text = `landscape gauss { weights h = 0.4 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }
diagram fork { part S = {a, b} a, b -> out }
multi_epoch diagram comb { part p = {a, c} part q = {b, d} a, b -> mid  c, mid -> top  d, top -> out }
verify v { landscape gauss sgd(N = 4, E = 2, B = 1) eta = 0.1 observe test_loss predict fork }
verify w { landscape gauss sgd(N = 4, E = 2, B = 1) metric h: 2 eta = 0.1 observe test_loss predict fork }`;

let editor: ReadingEditor;
let known: Known;

beforeAll(async () => {
  editor = await ReadingEditor.open(text);
  const services = editor.editor.diag;
  const { uri } = editor.main;
  const file = (await answerFile(services, { uri }))!;
  const { drawings } = await answerDraw(services, { uri, ids: file.diagrams.map(({ id }) => id) });
  known = { file, drawings: Object.fromEntries(drawings.map(({ id: _, key, ...rest }) => [key, rest])) };
});

afterAll(() => editor.close());

/** A page whose questions about embeddings the language server's own code answers. */
async function openPanel(
  open: (options: OpenOptions) => Promise<OpenPage>,
  id: string,
  options: Partial<OpenOptions> = {},
): Promise<OpenPage> {
  const state = { uri: known.file.uri, id, search: "", scroll: 0, cameras: {} } satisfies PageState;
  const one = await open({
    known,
    size: { width: 1100, height: 900 },
    state,
    reducedMotion: true,
    ...options,
  });
  const { page } = one;
  await page.exposeFunction("askServer", (question: Omit<EmbeddingsParameters, "uri">) =>
    answerEmbeddings(editor.editor.diag, { uri: known.file.uri, ...question }),
  );
  await page.evaluate("editor.answers.embeddings = ({ question }) => window.askServer(question)");
  await page.locator(".stage [data-kind=node]").first().waitFor();
  await page.keyboard.press("s");
  await page.locator(".st-picture .st-node").first().waitFor();
  return one;
}

const sentence = (one: OpenPage): Promise<string | null> =>
  one.page.locator(".st-picture").getAttribute("aria-label");
const said = (one: OpenPage): Promise<string | null> =>
  one.page.locator(".unseen[aria-live=polite]").textContent();
const times = async (one: OpenPage): Promise<string[]> =>
  one.page.locator(".st-table tbody td:nth-of-type(2)").allTextContents();

async function choose(one: OpenPage, label: string, option: string): Promise<void> {
  await one.page.getByRole("combobox", { name: label }).click();
  await one.page.getByRole("option", { name: option, exact: true }).click();
}

async function type(one: OpenPage, spacetime: string): Promise<void> {
  await choose(one, "Space-time", "type another…");
  await one.page.locator(".st-form vscode-text-field input").first().fill(spacetime);
  await one.page.keyboard.press("Enter");
}

describePage("the space-time panel", (open) => {
  test("begins with what the file's verifications use and its only landscape, at the first embedding", async () => {
    const one = await openPanel(open, "fork");
    // What it contributes to the landscape is evaluated meanwhile.
    await expect
      .poll(() => sentence(one))
      .toBe(
        "embedding 1 of 16: a at (n = 0, t = 0), b at (n = 0, t = 4), out at t = 8; |Aut_f| = 1; contribution 0.0002677",
      );
    expect(await one.page.locator(".st-facts").textContent()).toContain("4 training points × 8 updates");
    expect(await one.page.locator(".st-note").textContent()).toContain("|Aut| = 2");
    await expect
      .poll(async () => ((await one.state()) as PageState).spacetime)
      .toEqual({
        text: "sgd(N = 4, E = 2, B = 1)",
        landscape: "gauss",
        eta: 0.1,
      });
  });

  test("begins with the learning rate that the file has there, and goes on with one that is written", async () => {
    const [first, second] = ["sgd(N = 4, E = 2, B = 1)", "gd(N = 3, T = 2)"];
    const rates = [
      { spacetime: first!, landscape: "gauss", eta: 0.05 },
      { spacetime: second!, landscape: "gauss", eta: 0.02 },
    ];
    const one = await openPanel(open, "fork", {
      known: { ...known, file: { ...known.file, spacetimes: [first!, second!], rates } },
    });
    const chosen = async () => ((await one.state()) as PageState).spacetime?.eta;
    await expect.poll(chosen).toBe(0.05);
    await choose(one, "Space-time", second!);
    await expect.poll(chosen).toBe(0.02);
    await one.page.locator(".st-form vscode-text-field input").nth(1).fill("0.03");
    await one.page.keyboard.press("Enter");
    await expect.poll(chosen).toBe(0.03);
    await choose(one, "Space-time", first!);
    await expect
      .poll(async () => ((await one.state()) as PageState).spacetime)
      .toMatchObject({ text: first, eta: 0.03 });
  });

  test("chooses no landscape of several", async () => {
    const landscapes = ["gauss", "tal"];
    const one = await openPanel(open, "fork", {
      known: { ...known, file: { ...known.file, landscapes } },
    });
    await expect
      .poll(async () => ((await one.state()) as PageState).spacetime)
      .toEqual({ text: "sgd(N = 4, E = 2, B = 1)" });
  });

  test.each([4, 30, 120])("shows every row of %i, with its number, and headings stay in sight", async (N) => {
    const one = await openPanel(open, "fork", { size: { width: 460, height: 760 } });
    const { page } = one;
    await type(one, `sgd(N = ${N}, E = 1, B = 1)`);
    await expect.poll(() => sentence(one)).toMatch(new RegExp(`, out at t = ${N};`));
    const seen = await page.evaluate(`(async () => {
      const frame = document.querySelector(".st-grid");
      const aside = document.querySelector(".single-aside");
      const [columns, rows] = [...document.querySelectorAll(".st-headings")].map((group) =>
        [...group.querySelectorAll("text")]);
      const numbers = rows.map(({ textContent }) => textContent);
      const inSight = (element) => {
        const { top, bottom } = element.getBoundingClientRect();
        const [a, b] = [frame.getBoundingClientRect(), aside.getBoundingClientRect()];
        return top >= Math.max(a.top, b.top) - 1 && bottom <= Math.min(a.bottom, b.bottom) + 1;
      };
      let unseen = 0;
      for (const row of rows) {
        row.scrollIntoView({ block: "center" });
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        if (!inSight(row) || !inSight(columns.at(-1))) {
          unseen++;
        }
      }
      return { numbers, unseen };
    })()`);
    expect(seen).toEqual({ numbers: Array.from({ length: N }, (_, row) => String(row)), unseen: 0 });
  });

  test("steps by keys, buttons and numbers, and says where it is", async () => {
    const one = await openPanel(open, "fork");
    const { page } = one;
    const number = page.locator(".st-field");
    const at = async (): Promise<string> =>
      number.evaluate((field) => (field as unknown as { value: string }).value);
    await page.locator(".st-grid").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(at).toBe("2");
    await expect.poll(() => said(one)).toMatch(/^embedding 2 of 16: a at/);
    await page.keyboard.press("End");
    await expect.poll(at).toBe("16");
    // There is nothing behind the last one.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("PageUp");
    await expect.poll(at).toBe("6");
    await page.getByRole("button", { name: "Previous embedding" }).click();
    await expect.poll(at).toBe("5");
    await page.getByRole("button", { name: "First embedding" }).click();
    await expect.poll(at).toBe("1");
    await page.locator(".st-field input").fill("12");
    await page.keyboard.press("Enter");
    await expect.poll(() => sentence(one)).toMatch(/^embedding 12 of 16/);
    // Keys of the panel are not those of the drawing.
    expect(await page.locator(".stage [data-kind].selected").count()).toBe(0);
  });

  test("shows each node in its cell, shaded, and the root behind the last update", async () => {
    const one = await openPanel(open, "comb");
    for (const number of ["1", "500", "99999"]) {
      await one.page.locator(".st-field input").fill(number);
      await one.page.keyboard.press("Enter");
      await expect.poll(() => times(one)).toHaveLength(7);
      const misplaced = await one.page.evaluate(`(() => {
        const rows = [...document.querySelectorAll(".st-table tbody tr")].map((row) =>
          [...row.querySelectorAll("td")].map((cell) => parseInt(cell.textContent)));
        const shaded = document.querySelector(".st-shaded");
        const labels = [...document.querySelectorAll(".st-number")].map((label) => label.getBoundingClientRect());
        return [...document.querySelectorAll(".st-node:not(.root)")].filter((group, node) => {
          const place = group.transform.baseVal.consolidate().matrix;
          const point = document.querySelector(".st-picture").createSVGPoint();
          point.x = place.e; point.y = place.f;
          const column = labels[rows[node][1]]; // columns are labelled first
          const x = group.getScreenCTM().e;
          return !shaded.isPointInFill(point) || Math.abs(x - (column.x + column.width / 2)) > column.width / 2 + 14;
        }).length;
      })()`);
      expect(misplaced).toBe(0);
    }
  });

  test("shows both descents of a difference, each with its embeddings, and one again when it is none", async () => {
    const one = await openPanel(open, "fork");
    const { page } = one;
    await type(one, "sgd(N = 4, E = 1, B = 1) - gd(N = 2, T = 3)");
    const sides = page.locator(".st-side");
    await expect.poll(() => sides.count()).toBe(2);
    const grids = page.locator(".st-picture");
    await expect
      .poll(() => grids.nth(1).getAttribute("aria-label"))
      .toMatch(/^embedding 1 of 18: a at .*, out at t = 3;/);
    expect(await grids.nth(0).getAttribute("aria-label")).toMatch(/^embedding 1 of 4: /);
    expect(await page.locator(".st-side-title").allTextContents()).toEqual([
      "The first descent: sgd(N = 4, E = 1, B = 1)",
      "Taken off: gd(N = 2, T = 3)",
    ]);
    await page.locator(".st-grid").nth(1).focus();
    await page.keyboard.press("End");
    await expect.poll(() => grids.nth(1).getAttribute("aria-label")).toMatch(/^embedding 18 of 18/);
    expect(await grids.nth(0).getAttribute("aria-label")).toMatch(/^embedding 1 of 4: /);
    await takePicture(page, "page", "preview-spacetime-difference");
    await type(one, "gd(N = 2, T = 3)");
    await expect.poll(() => sides.count()).toBe(1);
    await expect.poll(() => page.locator(".st-side-title").isVisible()).toBe(false);
  });

  test("shows contributions and their sum when a landscape is chosen, and keeps the choice", async () => {
    const one = await openPanel(open, "fork");
    await choose(one, "Landscape", "none: no contributions");
    await choose(one, "Landscape", "gauss");
    const facts = one.page.locator(".st-facts");
    await expect
      .poll(() => facts.textContent(), { timeout: 60_000 })
      .toMatch(/contribution−?\d\S* to the test loss/);
    await expect.poll(() => said(one)).toMatch(/; contribution −?\d/);
    expect(await facts.textContent()).toMatch(/sum over all−?\d/);
    await expect
      .poll(async () => ((await one.state()) as PageState).spacetime)
      .toEqual({
        text: "sgd(N = 4, E = 2, B = 1)",
        landscape: "gauss",
        eta: 0.1,
      });
    const before = await facts.textContent();
    await one.page.getByRole("textbox", { name: "eta" }).fill("0.2");
    await expect.poll(() => facts.textContent(), { timeout: 60_000 }).not.toBe(before);
    await one.page.getByRole("textbox", { name: "eta" }).fill("-1");
    await expect.poll(() => one.page.locator("#st-eta-problem").textContent()).toContain("positive");
  });

  test("offers the file's metrics where a landscape is chosen", async () => {
    const one = await openPanel(open, "fork");
    const facts = one.page.locator(".st-facts");
    const metrics = one.page.locator(".chooser", { hasText: "Metric" });
    await choose(one, "Landscape", "none: no contributions");
    await expect.poll(() => metrics.isVisible()).toBe(false);
    await choose(one, "Landscape", "gauss");
    await expect.poll(() => facts.textContent(), { timeout: 60_000 }).toMatch(/sum over all−?\d/);
    const before = await facts.textContent();
    await choose(one, "Metric", "h: 2");
    await expect.poll(() => facts.textContent(), { timeout: 60_000 }).not.toBe(before);
    await expect
      .poll(async () => ((await one.state()) as PageState).spacetime)
      .toMatchObject({ landscape: "gauss", metric: "h: 2" });
    await expect
      .poll(() => one.page.locator(".st-panel").textContent())
      .toContain("times the metric diag(2)");
  });

  test("tells what is wrong with a typed space-time, and keeps the grid", async () => {
    const one = await openPanel(open, "fork");
    await type(one, "sgd(N = 4, E = 1, B = 3)");
    const problem = one.page.locator(".st-side > .form-status");
    await expect.poll(() => problem.textContent()).toContain("does not divide");
    expect(await sentence(one)).toMatch(/^embedding 1 of 16/);
    await one.page.locator(".st-form vscode-text-field input").first().fill("gd(N = 3, T = 2)");
    await expect.poll(() => sentence(one)).toMatch(/^embedding 1 of 12/);
    expect(await problem.textContent()).toBe("");
  });

  test("shows all nodes of an embedding in a grid of any size", async () => {
    const one = await openPanel(open, "comb");
    await type(one, "sgd(N = 100000, E = 1000, B = 10)");
    await expect.poll(() => sentence(one)).toMatch(/ of ≈ \d\.\d+·10/);
    await one.page.getByRole("button", { name: "Last embedding" }).click();
    await expect.poll(() => sentence(one)).not.toMatch(/^embedding 1 of/);
    expect(await one.page.locator(".st-gap").count()).toBeGreaterThan(1);
    const outside = await one.page.evaluate(`(() => {
      const picture = document.querySelector(".st-picture").getBoundingClientRect();
      return [...document.querySelectorAll(".st-node .st-disc")].filter((disc) => {
        const { left, right, top, bottom } = disc.getBoundingClientRect();
        return left < picture.left || right > picture.right || top < picture.top || bottom > picture.bottom;
      }).length;
    })()`);
    expect(outside).toBe(0);
    // What is left out is told: all rows and columns but those whose numbers are there.
    const [columns, rows] = (await one.page.evaluate(`[...document.querySelectorAll(".st-headings")].map(
      (group) => [...group.querySelectorAll("text")].filter(({ textContent }) => /^\\d+$/.test(textContent)).length)`)) as number[];
    const left = (all: number, shown: number | undefined): string => (all - shown!).toLocaleString("en-US");
    const facts = one.page.locator(".st-facts > div:visible");
    expect(await facts.filter({ hasText: "left out" }).locator("dd").textContent()).toBe(
      `${left(1e5, rows)} of 100,000 training points (⋮) and ${left(1e7, columns)} of 10,000,000 updates (⋯), at which no node is`,
    );
    await one.page.locator(".st-form vscode-text-field input").first().fill("sgd(N = 4, E = 1, B = 1)");
    await expect.poll(() => facts.filter({ hasText: "left out" }).count()).toBe(0);
  });

  test("chooses nodes with the drawing and the text", async () => {
    const one = await openPanel(open, "comb");
    await one.page.locator(".st-node-button", { hasText: "mid" }).click();
    await expect.poll(() => one.page.locator(".stage .selected[aria-label^='node mid']").count()).toBe(1);
    const selections = (await one.said()).filter(
      (message): message is Extract<FromPage, { type: "select" }> => message.type === "select",
    );
    expect(selections.at(-1)).toMatchObject({ id: "comb", element: { kind: "node" }, focus: false });
    await one.page.locator(".stage [data-kind=node][aria-label^='node top'] .disc").click();
    await expect.poll(() => one.page.locator(".st-table tr.selected").textContent()).toMatch(/^top/);
    expect(await one.page.locator(".st-node.selected").count()).toBe(1);
    const { element } = selections.at(-1)!;
    await one.send({ type: "cursor", id: "comb", element });
    await expect.poll(() => one.page.locator(".st-node.cursor").count()).toBe(1);
  });

  test("says why there is no embedding", async () => {
    const one = await openPanel(open, "comb");
    await type(one, "gd(N = 3, T = 1)");
    await expect.poll(() => one.page.locator(".st-note").textContent()).toContain("There is no embedding");
    expect(await one.page.locator(".st-total").textContent()).toBe("of 0");
    expect(await one.page.locator(".st-node").count()).toBe(0);
  });

  test("comes back as it was, and closes by Escape", async () => {
    const spacetime = { text: "gd(N = 2, T = 2)" };
    const embeddings = await answerEmbeddings(editor.editor.diag, {
      uri: known.file.uri,
      id: "fork",
      spacetime: spacetime.text,
      first: "0",
      count: 16,
    });
    if ("problem" in embeddings) {
      throw new Error(embeddings.problem);
    }
    const state = { uri: known.file.uri, id: "fork", search: "", scroll: 0, cameras: {}, spacetime };
    const one = await open({ known: { ...known, embeddings }, state, size: { width: 1000, height: 800 } });
    await expect.poll(() => sentence(one)).toMatch(/^embedding 1 of 8/);
    await one.page.locator(".st-grid").focus();
    await one.page.keyboard.press("Escape");
    await expect.poll(() => one.page.locator(".single-aside").isHidden()).toBe(true);
    await expect.poll(async () => ((await one.state()) as PageState).spacetime).toBeUndefined();
  });

  test.each([
    ["moves nodes in many frames", false],
    ["has nodes there at once where motion is reduced", true],
  ])("%s", async (_, reducedMotion) => {
    const one = await openPanel(open, "fork", { reducedMotion });
    // Nodes of the next embeddings are known already.
    const seen = one.page.evaluate(valuesUntilStill, {
      selector: ".st-node",
      attribute: "transform",
    });
    await one.page.getByRole("button", { name: "Last embedding" }).click();
    const places = (await seen).length;
    if (reducedMotion) {
      expect(places).toBe(2);
    } else {
      expect(places).toBeGreaterThan(3);
    }
  });
});

describePage("the space-time panel looks and can be used in all themes", (open) => {
  test("with an embedding", async () => {
    const one = await openPanel(open, "comb", { size: { width: 1000, height: 760 } });
    const { page } = one;
    await page.locator(".st-field input").fill("321");
    await page.keyboard.press("Enter");
    await page.locator(".st-node-button", { hasText: "mid" }).click();
    await expect
      .poll(() => page.locator(".st-facts").textContent(), { timeout: 60_000 })
      .toContain("to the test loss");
    await inThemes(page, async (theme) => {
      expect(await complaintsOf(page, theme), theme).toEqual([]);
      await takePicture(page, "page", `preview-spacetime-${theme}`);
    });
  });
});
