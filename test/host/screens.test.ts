import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, inject } from "vitest";
import { shared } from "../shared.js";
import { type OpenWindow, openScreen, pictureFailure, writeTheme } from "./screen.js";
import { describeHovers } from "./screens/hovers.js";
import { describePreview, previewed } from "./screens/preview.js";
import { describeTrust, untrusted } from "./screens/trust.js";
import { Workbench } from "./workbench.js";

// One window for all that is looked at and runs nothing: to open one takes longer than most of these tests.
describe.skipIf(inject("workbenchLacks") !== "")("on the screen", () => {
  let open: OpenWindow | undefined;

  const opened = shared(async (): Promise<OpenWindow> => {
    const complaints: string[] = [];
    let found: Omit<OpenWindow, "workbench"> | undefined;
    const workbench = await Workbench.open(inject("installation"), async (one) => {
      for (const [name, text] of Object.entries(previewed)) {
        await writeFile(join(one.workspace, name), text);
      }
      await writeTheme(one, "dark", untrusted);
      const page = await openScreen(one, await one.start(), "gauss.diag");
      page.on("console", (message) => {
        if (/Content.Security.Policy/i.test(message.text())) {
          complaints.push(message.text());
        }
      });
      found = { page, complaints };
    });
    return { workbench, ...found! };
  });

  const window = (): OpenWindow => open!;

  beforeEach(async () => {
    open = await opened();
  });

  afterEach(({ task }) => pictureFailure(open?.page, task));

  afterAll(() => open?.workbench.remove());

  describeTrust(window);
  describeHovers(window);
  describePreview(window);
});
