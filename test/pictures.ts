import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Pictures are for people: with DIAG_SCREENSHOTS=1 those of the documentation are renewed, with DIAG_PICTURES=1 there are some in out/. */
function folderOf(room: "host" | "page"): string | undefined {
  if (process.env.DIAG_SCREENSHOTS) {
    return join(root, "docs", "images");
  }
  return process.env.DIAG_PICTURES ? join(root, "out", room) : undefined;
}

/** Whether pictures are taken at all. */
export const takesPictures = folderOf("page") !== undefined;

/** Takes a picture of a page, or of a part of it, where pictures are asked for. */
export async function takePicture(
  page: Page,
  room: "host" | "page",
  name: string,
  clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<void> {
  const folder = folderOf(room);
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    const picture = await page.screenshot({ ...(clip && { clip }) });
    // Pictures ship in the packages. What a screen shows has few colours, of which a palette takes less than half the bytes.
    await sharp(picture)
      .png({ palette: true, effort: 10, dither: 0 })
      .toFile(join(folder, `${name}.png`));
  }
}
