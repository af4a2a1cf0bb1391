import { describe, expect, test } from "vitest";
import { clickLens, focusText, hoverOver, type OpenWindow, patience, previewIn } from "../screen.js";

/** Settings of a window whose workspace is not trusted, and does not ask to be. */
export const untrusted = {
  "security.workspace.trust.startupPrompt": "never",
  "workbench.editor.useModal": "off",
};

/** Tests of a window with gauss.diag open, which they leave trusted. */
export function describeTrust(window: () => OpenWindow): void {
  describe("trust", () => {
    test("in Restricted Mode one can read and preview, and is told before one tries why one cannot simulate", async () => {
      const { page } = window();
      await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ timeout: patience });
      expect(await (await hoverOver(page, "skew")).locator("img").count()).toBeGreaterThan(0);
      expect(await page.locator(".codelens-decoration a", { hasText: /Evaluate|Verify/ }).count()).toBe(0);
      await clickLens(page, "Preview", "Home", 1);
      await previewIn(page).locator(".stage svg [data-kind=node]").first().waitFor({ timeout: patience });
      await page.locator(".tab", { hasText: "Preview" }).click({ button: "middle", timeout: patience });
      await focusText(page, "End");
      await page.keyboard.press("F1");
      const words = page.locator(".quick-input-widget input");
      const offered = page.locator(".quick-input-list .monaco-list-row");
      await words.fill(">Diag: Enumerate");
      await offered.filter({ hasText: "Enumerate Diagrams" }).waitFor({ timeout: patience });
      await words.fill(">Diag: Verif");
      // What needs trust is not offered, but the way to it is.
      await offered.filter({ hasText: "Trust This Workspace to Evaluate and Verify" }).click();
      await page.locator(".workspace-trust-editor").waitFor({ timeout: patience });
    });

    test("trust that is granted counts at once", async () => {
      const { page } = window();
      await page.locator(".workspace-trust-editor a.monaco-button", { hasText: /^Trust$/ }).click();
      await page.locator(`.tab[data-resource-name="gauss.diag"]`).first().click();
      await page
        .locator(".codelens-decoration a", { hasText: "Evaluate" })
        .first()
        .waitFor({ timeout: patience });
      await page.locator(".tab", { hasText: "Workspace Trust" }).click({ button: "middle" });
    });
  });
}
