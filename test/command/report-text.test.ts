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
