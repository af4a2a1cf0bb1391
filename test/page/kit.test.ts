import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import type { PageState } from "../../src/preview/index.js";
import { describePage, knownOf, type OpenPage } from "./harness.js";

const text = "diagram d = (01-2)(02-12)";

/** Opens the diagram alone. */
async function show({ page }: OpenPage): Promise<void> {
  await page.locator(".stage [data-kind=node]").first().waitFor();
}

const alone = { id: "d", uri: "file:///main.diag", search: "", scroll: 0, cameras: {} } satisfies PageState;

interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

async function cameraOf({ page }: OpenPage): Promise<Camera> {
  const words = (await page.locator(".stage .camera").getAttribute("transform"))!;
  const [x, y, scale] = words.match(/-?[\d.]+/g)!.map(Number);
  return { x: x!, y: y!, scale: scale! };
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await locator.boundingBox())!;
}

describePage("the camera", (open) => {
  test("pans as far as it is dragged, and a drag is no click; a press that trembles is one", async () => {
    const one = await open({ known: await knownOf(text), state: alone, reducedMotion: true });
    await show(one);
    const { mouse } = one.page;
    const stage = await boxOf(one.page.locator(".stage"));
    const [x, y] = [stage.x + stage.width - 60, stage.y + stage.height - 40];
    const before = await cameraOf(one);
    const clicks = async (): Promise<number> =>
      (await one.said()).filter(({ type }) => type === "select").length;
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x - 2, y + 1);
    expect(await cameraOf(one)).toEqual(before);
    await mouse.up();
    await expect.poll(clicks).toBe(1);
    expect(await cameraOf(one)).toEqual(before);
    await mouse.down();
    await mouse.move(x - 30, y - 20, { steps: 3 });
    await mouse.up();
    // A trembling press has left the pointer at (−2, 1).
    const after = await cameraOf(one);
    expect(after.x - before.x).toBeCloseTo(-28, 1);
    expect(after.y - before.y).toBeCloseTo(-21, 1);
    expect(after.scale).toBe(before.scale);
    await one.page.keyboard.press("0");
    expect(await cameraOf(one)).toEqual(before);
    expect(await clicks()).toBe(1);
  });

  test("zooms about the pointer, within its limits, and never the page", async () => {
    const one = await open({ known: await knownOf(text), state: alone, reducedMotion: true });
    await show(one);
    const { page } = one;
    const stage = await boxOf(page.locator(".stage"));
    const [x, y] = [200, 150];
    await page.mouse.move(stage.x + x, stage.y + y);
    const before = await cameraOf(one);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -30);
    await expect.poll(async () => (await cameraOf(one)).scale).toBeCloseTo(before.scale * 2 ** 0.2, 3);
    const after = await cameraOf(one);
    const seen = (camera: Camera): number[] => [(x - camera.x) / camera.scale, (y - camera.y) / camera.scale];
    expect(seen(after)[0]).toBeCloseTo(seen(before)[0]!, 0);
    expect(seen(after)[1]).toBeCloseTo(seen(before)[1]!, 0);
    for (let notch = 0; notch < 12; notch++) {
      await page.mouse.wheel(0, -500);
    }
    await expect.poll(async () => (await cameraOf(one)).scale).toBe(8);
    await page.mouse.wheel(0, -500);
    await page.keyboard.up("Control");
    expect(await page.evaluate("visualViewport.scale * devicePixelRatio")).toBe(1);
    expect((await cameraOf(one)).scale).toBe(8);
    await page.keyboard.press("0");
    await page.mouse.wheel(5000, 5000);
    await expect.poll(async () => (await cameraOf(one)).x).toBeLessThan(0);
    // However far it is panned, some of the drawing stays in sight.
    const drawn = await boxOf(page.locator(".stage .camera"));
    expect(drawn.x + drawn.width).toBeGreaterThan(stage.x + 5);
    expect(drawn.y + drawn.height).toBeGreaterThan(stage.y + 5);
  });

  test("is moved by one finger and zoomed by two", async () => {
    const one = await open({ known: await knownOf(text), state: alone, reducedMotion: true, touch: true });
    await show(one);
    const stage = await boxOf(one.page.locator(".stage"));
    const session = await one.page.context().newCDPSession(one.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...places: [number, number][]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: places.map(([x, y], id) => ({ x: stage.x + x, y: stage.y + y, id })),
      });
    const before = await cameraOf(one);
    await touch("touchStart", [30, 300]);
    await touch("touchMove", [60, 310]);
    await touch("touchEnd");
    await expect.poll(async () => (await cameraOf(one)).x).toBeCloseTo(before.x + 30, 1);
    await touch("touchStart", [30, 300], [90, 300]);
    await touch("touchMove", [30, 300], [120, 300]);
    await touch("touchEnd");
    await expect.poll(async () => (await cameraOf(one)).scale).toBeCloseTo(before.scale * 1.5, 2);
  });
});

describePage("what lies over a page", (open) => {
  test("stays inside of the window, and below what it belongs to where there is room", async () => {
    const one = await open({ known: await knownOf(text), state: alone, size: { width: 420, height: 360 } });
    await show(one);
    const { page } = one;
    const inside = async (box: Locator): Promise<void> => {
      const { x, y, width, height } = await boxOf(box);
      expect(Math.min(x, y, 420 - x - width, 360 - y - height)).toBeGreaterThanOrEqual(3.9);
    };
    const button = page.getByRole("button", { name: "Export" });
    await button.click();
    const form = page.getByRole("dialog", { name: "Export the diagram" });
    await form.waitFor();
    const anchor = await boxOf(button);
    await expect.poll(async () => (await boxOf(form)).y).toBeCloseTo(anchor.y + anchor.height + 4, 0);
    await inside(form);
    // The form follows its button.
    await page.setViewportSize({ width: 700, height: 360 });
    const moved = await boxOf(button);
    const wanted = Math.min(moved.x, 700 - (await boxOf(form)).width - 4);
    await expect.poll(async () => (await boxOf(form)).x).toBeCloseTo(wanted, 0);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 420, height: 360 });
    // At the lower right a card or a menu opens to where there is room.
    const node = page.locator(".stage [data-kind=node]").last();
    await node.click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu").waitFor();
    await inside(page.getByRole("menu"));
  });
});
