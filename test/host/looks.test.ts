import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import { takePicture, takesPictures } from "../pictures.js";
import { shared } from "../shared.js";
import {
  changeTheme,
  focusText,
  openScreen,
  patience,
  pictureFailure,
  runCommand,
  settings,
  themeNames,
} from "./screen.js";
import { Workbench } from "./workbench.js";

/** A name of 60 characters, one of several. */
const named = (letter: string): string =>
  `${letter}_name_of_sixty_characters_that_goes_on_and_on_until_it_ends`;

// `pair` alone leaves out the −η of order 1, so that this prediction is wrong. Numbers are as small and as large as may be.
const text = `landscape ${named("l")} {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
landscape small { weights h = 1e-30 data x ~ normal(0, 1e-15) loss h * x^2 * 1e-30 }
landscape large { weights h = 1e38 data x ~ normal(0, 1) loss h^2 * (1 + x) / 2 }
/** ${"What a reader wrote of it, in many words. ".repeat(6)} */
diagram ${named("d")} = (01-2)(02-12)
diagram ${named("w")} { ${named("a")} -> b -> test  part ${named("q")} = {${named("a")}, b} }
verify ${named("v")} {
  landscape ${named("l")}
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1, 0.2
  observe test_loss
  predict ${named("d")}
  trials = 20000
}
verify tiny { landscape small sgd(N = 2, E = 1, B = 1) eta = 1e-30 observe test_loss predict order 2 trials = 2000 }
verify huge { landscape large sgd(N = 2, E = 1, B = 1) eta = 0.1 observe test_loss predict order 2 trials = 2000 }
`;

/** At the widest all can be opened; the others are those that pages are looked at in, too. */
const widths = [1400, 700, 400] as const;

const height = 760; // px

type Sight = readonly [
  name: string,
  show: (page: Page) => Promise<void>,
  hide?: (page: Page) => Promise<void>,
];

const pressEscape = async (page: Page): Promise<void> => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
};

const closeEditor = async (page: Page): Promise<void> => {
  await runCommand(page, "View: Close Editor");
};

/** All that the workbench shows of ours, in an order in which each can be opened behind the one before. */
const sights: readonly Sight[] = [
  ["text", (page) => focusText(page, "Home")],
  ["text-end", (page) => focusText(page, "End")],
  [
    "hover",
    async (page) => {
      await focusText(page, "Home");
      for (let line = 1; line < 9; line++) {
        await page.keyboard.press("ArrowDown");
      }
      await page.keyboard.press("Control+ArrowRight");
      await page.keyboard.press("Control+ArrowRight");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      await page.locator(".monaco-hover:visible img").first().waitFor({ timeout: 20_000 });
    },
    pressEscape,
  ],
  [
    "completion",
    async (page) => {
      await focusText(page, "End");
      await page.keyboard.type("verify more { landscape small predict ");
      await page.keyboard.press("Control+Space");
      await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor({ timeout: patience });
    },
    async (page) => {
      await pressEscape(page);
      await runCommand(page, "File: Revert File");
    },
  ],
  [
    "palette",
    async (page) => {
      await page.keyboard.press("F1");
      await page.locator(".quick-input-widget input").first().fill(">diag:");
      await page.locator(".quick-input-list .monaco-list-row").first().waitFor({ timeout: patience });
    },
    pressEscape,
  ],
  [
    "questions",
    async (page) => {
      await focusText(page, "Home");
      await runCommand(page, "Diag: Verify Against SGD");
      await page.locator(".quick-input-title", { hasText: "Verify" }).waitFor({ timeout: patience });
    },
    pressEscape,
  ],
  ["problems", (page) => runCommand(page, "Problems: Focus on Problems View")],
  [
    "tests",
    async (page) => {
      await runCommand(page, "Test: Run Tests in Current File");
      await page.locator(".test-error-content-widget").first().waitFor({ timeout: patience });
      await runCommand(page, "Testing: Focus on Test Explorer View");
      await page
        .locator(".test-explorer .monaco-list-row", { hasText: ".diag" })
        .first()
        .waitFor({ timeout: patience });
    },
  ],
  [
    "failure",
    async (page) => {
      await runCommand(page, "View: Close Primary Side Bar");
      await runCommand(page, "Test: Peek Output");
      await page.locator(".test-output-peek, .peekview-widget").first().waitFor({ timeout: patience });
    },
    pressEscape,
  ],
  ["test-results", (page) => runCommand(page, "Test Results: Focus on Test Results View")],
  [
    "outline",
    async (page) => {
      await runCommand(page, "Explorer: Focus on Outline View");
      await page.locator(".outline-tree .monaco-list-row").first().waitFor({ timeout: patience });
    },
    async (page) => {
      await runCommand(page, "View: Close Primary Side Bar");
      await runCommand(page, "View: Hide Panel");
    },
  ],
  [
    "progress",
    async (page) => {
      await focusText(page, "End");
      const block = `verify ${named("u")} { landscape ${named("l")} sgd(N = 50, E = 1, B = 1) eta = 0.1 observe test_loss predict ${named("d")} trials = 1000000000 }`;
      await page.keyboard.insertText(block);
      await runCommand(page, "Diag: Verify Against SGD");
      await page
        .locator(".notification-toast", { hasText: /Verifying .*: [1-9]/ })
        .first()
        .waitFor({ timeout: 60_000 });
    },
    async (page) => {
      await page.locator(".notification-toast .monaco-button", { hasText: "Cancel" }).first().click();
      await focusText(page, "End");
      await runCommand(page, "File: Revert File");
    },
  ],
  [
    "notification",
    async (page) => {
      await runCommand(page, "Diag: Verify File Against SGD");
      await page
        .locator(".notification-toast", { hasText: "of 3 verifications" })
        .first()
        .waitFor({ timeout: patience });
    },
    (page) => runCommand(page, "Notifications: Clear All Notifications"),
  ],
  [
    "settings",
    async (page) => {
      await runCommand(page, "Preferences: Open Settings (UI)");
      await page.locator(".settings-editor .suggest-input-container").first().click({ timeout: patience });
      await page.keyboard.press("Control+A");
      await page.keyboard.type("@ext:descent-diagrams.descent-diagrams");
      await page.keyboard.press("Escape");
      await page
        .locator(".setting-item-contents", { hasText: "Hover" })
        .first()
        .waitFor({ timeout: patience });
    },
  ],
  [
    "settings-machine",
    async (page) => {
      // Those of the machine.
      await page
        .locator(".settings-editor .action-label", { hasText: "Remote" })
        .first()
        .click({ timeout: patience });
      // The list has no more than is in sight.
      await page
        .locator(".settings-tree-container .setting-item-contents")
        .last()
        .hover({ timeout: patience });
      await page.mouse.wheel(0, 1200);
    },
    closeEditor,
  ],
  [
    "walkthrough",
    async (page) => {
      await runCommand(page, "Welcome: Open Walkthrough");
      await page
        .locator(".quick-input-list .monaco-list-row", { hasText: "Descent" })
        .click({ timeout: patience });
      await page.locator(".getting-started-step").first().waitFor({ timeout: patience });
    },
  ],
  ...["Preview", "Hover", "Verify", "Read the Result"].map(
    (title): Sight =>
      [
        `walkthrough-${title.split(" ")[0]!.toLowerCase()}`,
        async (page) => {
          await page
            .locator(".getting-started-step", { has: page.locator("h3", { hasText: title }) })
            .first()
            .click({ timeout: patience });
          await page.waitForTimeout(500);
        },
        title === "Read the Result" ? closeEditor : undefined,
      ] as Sight,
  ),
];

// For people who look at pictures, as page/widths does for our own pages: what the workbench makes of our words it cuts and colours itself.
describe.skipIf(inject("workbenchLacks") !== "" || !takesPictures)(
  "the workbench, whatever names and numbers are",
  () => {
    let page: Page | undefined;
    const opened = shared(() =>
      Workbench.open(inject("installation"), async (one) => {
        await writeFile(join(one.workspace, "names.diag"), text);
        await one.writeSettings({
          ...settings,
          "workbench.colorTheme": "Dark Modern",
          "workbench.editor.useModal": "off",
        });
        const browser = await one.start(["--disable-workspace-trust"]);
        page = await openScreen(one, browser, "names.diag", { reducedMotion: "reduce" });
      }),
    );

    afterEach(({ task }) => pictureFailure(page, task));
    afterAll(async () => (await opened()).remove());

    test.each(themeNames)(
      "shows each of its sights in the theme %s",
      async (theme) => {
        await opened();
        const shown = page!;
        await changeTheme(shown, theme);
        for (const [name, show, hide] of sights) {
          await show(shown);
          for (const width of widths) {
            await shown.setViewportSize({ width, height });
            // What is laid out for another width moves there.
            await shown.waitForTimeout(400);
            await takePicture(shown, "host", `looks-${name}-${width}-${theme}`);
          }
          await shown.setViewportSize({ width: widths[0], height });
          await hide?.(shown);
        }
        // All was opened behind the one before, and the file is still what it was opened on.
        expect(await shown.locator(".tab[data-resource-name='names.diag']").count()).toBe(1);
      },
      900_000,
    );
  },
);
