import type { Page } from "playwright-core";
import type { HoverAnswer, HoverParameters } from "../../src/preview/index.js";
import { themeKinds } from "../../src/server/formulas/picture.js";
import { answerHover } from "../../src/server/preview/hover.js";
import type { ReadingEditor } from "../language/lsp/reading-editor.js";
import { bodyClasses } from "./harness.js";

/** From now on the language server says what hovers of a page say: in the colours that the page wears, for the room that it has. */
export async function answerHovers(page: Page, { editor, main }: ReadingEditor): Promise<void> {
  const { diag } = editor;
  const ask = (classes: string, question: Omit<HoverParameters, "uri">): Promise<HoverAnswer | null> => {
    // Those of high contrast are the longest.
    const theme = [...themeKinds].reverse().find((kind) => classes.includes(bodyClasses[kind])) ?? "dark";
    diag.editor.Preferences.hover = async () => ({
      ...{ format: "image", theme },
      ...{ markdown: true, commandLinks: true },
    });
    return answerHover(diag, { uri: main.uri, ...question });
  };
  await page.exposeFunction("askHover", ask);
  await page.evaluate(
    "editor.answers.hover = ({ method, ...question }) => askHover(document.body.className, question)",
  );
}
