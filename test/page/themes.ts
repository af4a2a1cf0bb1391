import type { Page } from "playwright-core";
import { expect } from "vitest";
import { takesPictures } from "../pictures.js";
import { atLength } from "../times.js";
import { bodyClasses, type ThemeName, themeNames, themeVariables } from "./harness.js";
import { wearTheme } from "./in-page.mjs";

/**
 * Has an open page wear one theme after the other, as when its user changes them. It ends as it began: dark. All of them where
 * there is time or pictures are taken; otherwise the dark one and another, which differs from test to test.
 */
export async function inThemes(page: Page, look: (theme: ThemeName) => Promise<void>): Promise<void> {
  const [dark, ...others] = themeNames;
  const { currentTestName = "" } = expect.getState();
  const some = atLength || takesPictures ? others : [others[currentTestName.length % others.length]!];
  for (const theme of [dark, ...some]) {
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
