import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddingsParameters, PageState } from "../../src/preview/index.js";
import { answerEmbeddings } from "../../src/server/preview/embeddings.js";
import { ReadingEditor } from "../language/lsp/reading-editor.js";
import { takesPictures } from "../pictures.js";
import { describePage, type OpenOptions, type OpenPage } from "./harness.js";
import { answerHovers } from "./hovers.js";
import { answerWith, untilDrawn } from "./in-page.mjs";
import { lookedAt, wrongPlaces } from "./layout.js";
import { type Recording, record } from "./recorder.js";
import { longName } from "./results-runs.js";

/** A name of 60 characters, one of several. */
const named = (letter: string): string => `${letter}${longName.slice(1)}`;

const text = `
/** ${"What a reader wrote of it, in many words. ".repeat(6)} */
diagram ${named("d")} {
  ${named("a")}, ${named("b")}, c -> ${named("m")} -> ${named("r")}
  part ${named("p")} = {${named("a")}, ${named("b")}}
}
diagram short = (012-3)(03-13-23)
diagram ${named("w")} { a -> b -> test  part ${named("q")} = {a, b} }
diagram wide { a, b, c, d, e, f, g, h, i, j -> test  part S = {a, c, e}  part R = {b, j} }
diagram cycle { a -> b -> c  c -> a  d -> test }
diagram nothing { }
multi_epoch diagram ties { a -> b -> c -> d -> test  part ${named("t")} = {a, c}  part ${named("u")} = {b, d} }
landscape ${named("l")} { weights h = 1e-30 data x ~ normal(0, 1e38) loss (h + x^2 * exp(-h)) / 2 }
verify ${named("v")} { landscape ${named("l")} sgd(N = 4, E = 1, B = 1) eta = 1e-30 observe test_loss predict short }
`;

let editor: ReadingEditor;
let known: Recording;

beforeAll(async () => {
  editor = await ReadingEditor.open(text);
  known = await record(text, { inDepth: [named("d")] });
});

afterAll(() => editor.close());

const disc = (page: Page, node: number) =>
  page.locator(`.stage [data-kind=node][data-index="${node}"] > .disc`);

/** Everything that the page can show, in an order in which each can be opened behind the one before. */
const sights: readonly (readonly [
  name: string,
  show: (one: OpenPage) => Promise<void>,
  hide?: (page: Page) => Promise<void>,
])[] = [
  [
    "gallery",
    async ({ page }) => page.locator(".card svg[data-id=short] [data-kind=node]").first().waitFor(),
  ],
  [
    "search",
    async ({ page }) => {
      await page.getByRole("textbox", { name: "Search diagrams" }).fill("nothing has this for its name");
      await page.locator(".card").first().waitFor({ state: "detached" });
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "syntax",
    async (one) => {
      const problem = `line 3: expected one of '->', ',' or '}' and found '${longName}'`;
      await one.know({ ...known, file: { ...known.file, problem } });
      await one.page.getByRole("status").getByText("expected one of").waitFor();
    },
  ],
  [
    "single",
    async (one) => {
      await one.know(known);
      await one.send({ type: "show", id: named("d") });
      await one.page.locator(".single-formula img").first().waitFor();
      await one.page.getByText(/^\d more formula/).click();
    },
  ],
  [
    "selected",
    async (one) => {
      await one.send({ type: "cursor", id: named("d"), element: { kind: "part", index: 0 } });
      await disc(one.page, 0).click();
      await one.page.locator(".stage .cursor[data-kind]").waitFor();
    },
  ],
  [
    "menu",
    async ({ page }) => {
      await page.keyboard.press("Shift+F10");
      await page.getByRole("menu").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "part-menu",
    async ({ page }) => {
      await page.locator(".stage [data-kind=part] text").first().click({ button: "right" });
      await page.getByRole("menu").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "rename",
    async ({ page }) => {
      await disc(page, 0).click();
      await page.keyboard.press("F2");
      await page.locator(".rename").waitFor();
      await page.evaluate(answerWith, {
        method: "rename",
        answer: { problem: `${longName} is the name of another node already; choose another one` },
      });
      await page.locator(".rename input").fill(`${longName}${longName}`);
      await page.keyboard.press("Enter");
      await page.locator(".rename").getByText("choose another one").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "refused",
    async ({ page }) => {
      await page.keyboard.press("Home");
      await disc(page, 4).click();
      await page.keyboard.press("Delete");
      await page.locator(".toast:not([hidden])").waitFor();
    },
    (page) => page.locator(".toast").click(),
  ],
  [
    "hover",
    async ({ page }) => {
      await disc(page, 4).click();
      await page.keyboard.press("i");
      await page.locator(".hover-card img").first().waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "keys",
    async ({ page }) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "more",
    async ({ page }) => {
      const more = page.getByRole("button", { name: "More", exact: true });
      if (await more.isVisible()) {
        await more.click();
        await page.getByRole("menu").waitFor();
      }
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "export",
    async (one) => {
      await one.send({ type: "show", id: named("d") });
      await one.send({ type: "command", command: "export" });
      await one.page.getByRole("dialog", { name: "Export the diagram" }).waitFor();
      await one.page.evaluate(answerWith, {
        method: "export",
        answer: { problem: `${longName} is broken; mend it first` },
      });
      await one.page.getByRole("button", { name: "Copy", exact: true }).click();
      await one.page.getByRole("status").getByText("mend it first").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "import",
    async ({ page }) => {
      await page.evaluate(answerWith, {
        method: "insert",
        answer: { problem: `(0-1${"23".repeat(40)} is not a short form; close the bracket` },
      });
      await page.getByRole("button", { name: "Import" }).click();
      await page.getByRole("dialog", { name: "Import a diagram" }).getByRole("textbox").fill("(01-2");
      await page.keyboard.press("Enter");
      await page.getByRole("status").getByText("is not a short form").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "warned",
    async (one) => {
      await one.send({ type: "show", id: named("w") });
      await one.page
        .locator(`.stage svg[data-id="${named("w")}"] [data-kind=node]`)
        .first()
        .waitFor();
      await one.page.locator(".mark").first().waitFor();
    },
  ],
  [
    "cycle",
    async (one) => {
      await one.send({ type: "show", id: "cycle" });
      await one.page.locator(".stage svg[data-id=cycle] [data-kind=node]").first().waitFor();
    },
  ],
  [
    "nothing",
    async (one) => {
      await one.send({ type: "show", id: "nothing" });
      await one.page.locator(".single-name").getByText("nothing", { exact: true }).waitFor();
    },
  ],
  [
    "wide",
    async (one) => {
      await one.send({ type: "show", id: "wide" });
      await one.page.locator(".stage svg[data-id=wide] [data-kind=node]").first().waitFor();
    },
  ],
  [
    "ties",
    async (one) => {
      await one.send({ type: "show", id: "ties" });
      await one.page.locator(".stage svg[data-id=ties] [data-kind=node]").first().waitFor();
    },
  ],
  [
    "lasso",
    async ({ page }) => {
      await page.locator(".edit-bar").getByRole("button").last().click();
      await page.locator(".stage.lasso").waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "spacetime",
    async (one) => {
      await one.send({ type: "show", id: named("d") });
      await one.page
        .locator(`.stage svg[data-id="${named("d")}"] [data-kind=node]`)
        .first()
        .waitFor();
      await one.page.keyboard.press("s");
      await one.page.locator(".st-picture .st-node").first().waitFor();
    },
  ],
  [
    "spacetime-list",
    async ({ page }) => {
      await page.getByRole("combobox", { name: "Landscape" }).click();
      await page.getByRole("option", { name: named("l") }).waitFor();
    },
    (page) => page.keyboard.press("Escape"),
  ],
  [
    "spacetime-wrong",
    async ({ page }) => {
      await page.getByRole("combobox", { name: "Space-time" }).click();
      await page.getByRole("option", { name: "type another…", exact: true }).click();
      await page
        .locator(".st-form vscode-text-field input")
        .first()
        .fill(`sgd(N = ${"4".repeat(60)})`);
      await page.keyboard.press("Enter");
      await page.locator(".st-side > .form-status:not(:empty)").waitFor();
    },
  ],
  [
    "spacetime-gaps",
    async ({ page }) => {
      await page.locator(".st-form vscode-text-field input").first().fill("sgd(N = 1000, E = 4, B = 1)");
      await page.locator(".st-gap").first().waitFor();
      await page.locator(".st-facts").getByText("left out").waitFor();
    },
  ],
];

/** Of pictures in all themes there are a hundred. */
const patience = takesPictures ? 900_000 : 120_000; // milliseconds

async function openAt(
  open: (options: OpenOptions) => Promise<OpenPage>,
  width: number,
  state?: Partial<PageState>,
): Promise<OpenPage> {
  const one = await open({
    known,
    size: { width, height: 760 },
    reducedMotion: true,
    ...(state && { state: { uri: known.file.uri, search: "", scroll: 0, cameras: {}, ...state } }),
  });
  await one.page.exposeFunction("askServer", (question: Omit<EmbeddingsParameters, "uri">) =>
    answerEmbeddings(editor.editor.diag, { uri: editor.main.uri, ...question }),
  );
  await answerHovers(one.page, editor);
  await one.page.evaluate("editor.answers.embeddings = ({ question }) => window.askServer(question)");
  return one;
}

describePage("the preview, whatever names are", (open) => {
  test.each(lookedAt)(
    "has every word in its place at %i px",
    async (width) => {
      const one = await openAt(open, width);
      const faults: string[] = [];
      for (const [name, show, hide] of sights) {
        await show(one);
        await one.page.evaluate(untilDrawn);
        faults.push(...(await wrongPlaces(one.page, `preview-${name}-${width}`)));
        await hide?.(one.page);
      }
      expect(faults).toEqual([]);
    },
    patience,
  );

  test.each(lookedAt)("of a file without diagrams has them too, at %i px", async (width) => {
    const one = await openAt(open, width);
    await one.know({ ...known, file: { ...known.file, diagrams: [] }, drawings: {} });
    await one.page.evaluate(untilDrawn);
    expect(await wrongPlaces(one.page, `preview-empty-${width}`)).toEqual([]);
  });
});
