import type { Page } from "playwright-core";
import { bodyClasses, type ThemeName, themeNames, themeVariables } from "./harness.js";
import { wearTheme } from "./in-page.mjs";

/** Has an open page wear one theme after the other, as when its user changes them. It ends as it began: dark. */
export async function inThemes(page: Page, look: (theme: ThemeName) => Promise<void>): Promise<void> {
  for (const theme of themeNames) {
    await changeTheme(page, theme);
    await look(theme);
  }
  await changeTheme(page, "dark");
}

async function changeTheme(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(wearTheme, {
    all: Object.values(bodyClasses).join(" "),
    classes: bodyClasses[theme],
    variables: themeVariables(theme),
  });
}
