import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { drawn, harm } from "../unit/markdown/as-the-editor.js";
import { diag, withFolder } from "./diag.js";

test.skipIf(process.platform === "win32")("a report's Markdown is none of the names of files", async () => {
  await withFolder({}, async (folder) => {
    for (const name of [
      "![x](https:/host.example/a.diag)",
      "[x](command:workbench.action.quit).diag",
      "<img src=https:/host.example/a.diag>",
      "```\n[x](javascript:a).diag",
    ]) {
      // What a viewer of reports would draw of the name itself.
      expect(harm(drawn(`# ${name}`))).not.toEqual([]);
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), "diagram d { a -> b }");
      const { status, errors } = await diag(["report", name], { cwd: folder, state: folder });
      expect([errors, status]).toEqual(["", 0]);
      const report = await readFile(join(folder, "out", "report.md"), "utf8");
      const { links, images, html } = drawn(report);
      expect({ links, html }).toEqual({ links: [], html: [] });
      expect(new Set(images)).toEqual(new Set(["d.svg"]));
    }
  });
});

test("a report has each order beside what was measured of it", async () => {
  const text =
    "landscape bowl { weights w = 1 data x ~ discrete(-1: 1/2, 1: 1/2) loss (w - x)^2 / 2 }\n" +
    "verify two { landscape bowl gd(N = 1, T = 1) eta = 0.1 observe test_loss predict order 2 }";
  await withFolder({ "bowl.diag": text }, async (folder) => {
    const words = ["report", "bowl.diag", "--trials", "400"];
    const plain = await diag(words, { cwd: folder, state: folder });
    const report = await readFile(join(folder, "out", "report.md"), "utf8");
    // θ = 1 − eta·(1 − x): of (θ² + 1)/2 the first order is −1, the second 1 on the average.
    expect(report).toMatch(/two +0\.1 +test_loss +1 +-0\.1 /);
    expect(report).toMatch(/two +0\.1 +test_loss +2 +0\.01 /);
    expect(plain.output).toMatch(/two +0\.1 +test_loss /);
    expect(plain.output).not.toMatch(/two +0\.1 +test_loss +1 +-0\.1 /);
    const { output } = await diag([...words, "--orders"], { cwd: folder, state: folder });
    expect(output).toMatch(/two +0\.1 +test_loss +1 +-0\.1 /);
  });
});
