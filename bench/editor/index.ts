import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { setUpWorkbench } from "../../scripts/workbench.mjs";
import { openScreen, runCommand, settings } from "../../test/host/screen.js";
import { installExtension, Workbench } from "../../test/host/workbench.js";
import { type Figure, milliseconds } from "../figure.js";

// What a long run costs a person who types: the time from a key to the frame that shows it, in a real workbench
// with the packaged extension, before and while ten million trials run, in turn.

const rounds = 3;
const keysOfARound = 40;
const betweenKeys = 60; // milliseconds
const patience = 60_000; // milliseconds

const text = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify long {
  landscape gauss
  sgd(N = 1000, E = 1, B = 1)
  eta = 0.01, 0.02, 0.03, 0.04
  observe test_loss
  predict order 2
  trials = 10000000
}
// `;

/** The figures of typing; one line that says why where there is no workbench. */
export async function benchEditor(): Promise<Figure[]> {
  const what = "editor: from a key to the frame that shows it, median and p95";
  try {
    await setUpWorkbench(() => undefined);
  } catch (error) {
    return [{ what, measured: `skipped: ${error instanceof Error ? error.message.split("\n")[0] : error}` }];
  }
  const installed = await mkdtemp(join(tmpdir(), "diag-installed-"));
  const workbench = await Workbench.create(await installExtension(installed));
  try {
    await writeFile(join(workbench.workspace, "typing.diag"), text);
    await workbench.writeSettings(settings);
    const browser = await workbench.start(["--disable-workspace-trust"]);
    const page = await openScreen(workbench, browser, "typing.diag");
    const alone: number[] = [];
    const beside: number[] = [];
    await type(page);
    for (let round = 0; round < rounds; round++) {
      alone.push(...(await type(page)));
      // The cursor is behind the verify block, which is therefore the one that is meant.
      await runCommand(page, "Diag: Verify Against SGD");
      await page
        .locator(".notification-list-item", { hasText: "Verifying long" })
        .waitFor({ timeout: patience });
      beside.push(...(await type(page)));
      // The command is there only while something runs, so that it also proves that the run was not over.
      await runCommand(page, "Diag: Cancel Run");
      await page
        .locator(".notification-list-item", { hasText: "stopped early" })
        .waitFor({ timeout: patience });
      await page.keyboard.press("Escape");
    }
    const words = (of: readonly number[]) =>
      `${milliseconds(at(of, 0.5) / 1000)}, ${milliseconds(at(of, 0.95) / 1000)}`;
    return [
      { what, measured: words(alone) },
      { what: "    while ten million trials of 1000 updates run", measured: words(beside) },
      {
        what: "    median beside the run over median alone",
        measured: (at(beside, 0.5) / at(alone, 0.5)).toFixed(2),
      },
    ];
  } finally {
    await workbench.remove();
    await rm(installed, { recursive: true, force: true });
  }
}

/** Types letters at the end of the file; for each, milliseconds from the key to the second frame after it. */
async function type(page: Page): Promise<number[]> {
  await page.keyboard.press("Control+1");
  await page.keyboard.press("Control+End");
  await page.evaluate(watchKeys);
  for (let key = 0; key < keysOfARound; key++) {
    await page.keyboard.press("a");
    await page.waitForTimeout(betweenKeys);
  }
  return page.evaluate<number[]>("window.keyTimes");
}

const watchKeys = `
window.keyTimes = [];
window.onKey ??= (event) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  frame().then(frame).then(() => window.keyTimes.push(performance.now() - event.timeStamp));
};
window.addEventListener("keydown", window.onKey, true);
`;

function at(of: readonly number[], share: number): number {
  const sorted = [...of].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
