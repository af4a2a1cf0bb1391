import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ToGpuPage } from "../../../src/device/index.js";
import { PageDevice, type PageListener } from "../../../src/extension/gpu/page-device.js";

/** A tab, and what was said to it. */
class Tab {
  readonly told: ToGpuPage[] = [];
  settles = 0;
  closed = false;

  constructor(readonly listener: PageListener) {}

  post = (message: ToGpuPage) => void this.told.push(message);
  settled = () => void this.settles++;
  close = () => {
    this.closed = true;
    this.listener.gone();
  };
  ready = () => this.listener.hear({ type: "ready" });
  answer = (id: number, answer: unknown) => this.listener.hear({ type: "answer", id, answer });
  refuse = (id: number, message: string, lost = false) =>
    this.listener.hear({ type: "refusal", id, message, lost });
}

const open = { name: "open", parameters: {} } as const;
const run = { name: "run", parameters: { first: 0, trials: 8 } } as const;
const found = { name: "GPU", software: false, facts: [] };
const done = { trials: 8, count: 8, sums: [], seconds: 0.1 };
const lost = (message: string) => ({ message, lost: true });

let tabs: Tab[];
let alive: number;
let device: PageDevice;

beforeEach(() => {
  vi.useFakeTimers();
  tabs = [];
  alive = 0;
  device = new PageDevice({
    open: (listener) => {
      const tab = new Tab(listener);
      tabs.push(tab);
      return tab;
    },
    alive: () => void alive++,
  });
});
afterEach(() => void vi.useRealTimers());

/** An opened device, and its tab. */
async function opened(): Promise<Tab> {
  const opening = device.ask(open);
  const tab = tabs.at(-1)!;
  tab.ready();
  await vi.advanceTimersByTimeAsync(0);
  tab.answer((tab.told.at(-1) as { id: number }).id, found);
  expect(await opening).toBe(found);
  return tab;
}

describe("a page's device", () => {
  test("opens a tab when it is first asked, and says no more until that listens", async () => {
    const opening = device.ask(open);
    await vi.advanceTimersByTimeAsync(5000);
    expect(tabs).toHaveLength(1);
    const [tab] = tabs;
    expect(tab!.told).toEqual([]);
    tab!.ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(tab!.told).toEqual([{ type: "ask", id: 0, question: open }]);
    expect(tab!.settles).toBe(1);
    tab!.listener.hear({ type: "alive" });
    tab!.listener.hear({ type: "alive", more: 1 });
    tab!.listener.hear("alive");
    expect(alive).toBe(2);
    tab!.answer(0, found);
    expect(await opening).toBe(found);
  });

  test("gives answers by their numbers, once", async () => {
    const tab = await opened();
    const [first, second] = [device.ask(run), device.ask(run)];
    await vi.advanceTimersByTimeAsync(0);
    tab.answer(2, done);
    tab.answer(7, done);
    tab.refuse(1, "two\nlines");
    tab.answer(1, done);
    expect(await second).toBe(done);
    await expect(first).rejects.toMatchObject({ message: "two", lost: false });
  });

  test("stops a run that is cancelled, also before it began", async () => {
    const tab = await opened();
    let cancel: () => void = () => undefined;
    const token = (isCancellationRequested: boolean) => ({
      isCancellationRequested,
      onCancellationRequested: (listener: () => void) => {
        cancel = listener;
        return { dispose: () => undefined };
      },
    });
    void device.ask(run, token(false));
    void device.ask(run, token(true));
    expect(tab.told.slice(1).map(({ type }) => type)).toEqual(["ask", "ask", "stop"]);
    cancel();
    expect(tab.told.at(-1)).toEqual({ type: "stop", id: 2 });
  });

  test("takes an answer that makes no sense for its end", async () => {
    const tab = await opened();
    const running = device.ask(run);
    await vi.advanceTimersByTimeAsync(0);
    tab.answer(1, { trials: "all" });
    await expect(running).rejects.toMatchObject(lost("the page answered something else"));
  });

  test("is lost with its tab; the next one that opens gets a new tab", async () => {
    const tab = await opened();
    const running = device.ask(run);
    tab.close();
    await expect(running).rejects.toMatchObject(lost("the tab with the GPU was closed"));
    await expect(device.ask(run)).rejects.toMatchObject(lost("the page with the GPU was closed"));
    await opened();
    // The old tab has no more to say.
    tab.listener.gone();
    const again = device.ask(run);
    tabs[1]!.answer(3, done);
    expect(await again).toBe(done);
  });

  test("is lost when its page is loaded again", async () => {
    const tab = await opened();
    const running = device.ask(run);
    tab.ready();
    await expect(running).rejects.toMatchObject(lost("the page with the GPU was loaded again"));
  });

  test("opens a tab that does not load anew, once", async () => {
    const opening = device.ask(open);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tabs.map(({ closed }) => closed)).toEqual([true, false]);
    tabs[1]!.ready();
    await vi.advanceTimersByTimeAsync(0);
    tabs[1]!.answer(0, found);
    expect(await opening).toBe(found);
  });

  test("has one tab for all who ask while it opens", async () => {
    const both = [device.ask(open), device.ask(open)];
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tabs).toHaveLength(2);
    tabs[1]!.ready();
    await vi.advanceTimersByTimeAsync(0);
    tabs[1]!.answer(0, found);
    tabs[1]!.answer(1, found);
    expect(await Promise.all(both)).toEqual([found, found]);
  });

  test("gives up tabs that do not load, and one that is closed before it does", async () => {
    const refusal = { message: "the page with the GPU did not load within 20 s", lost: false };
    const late = expect(device.ask(open)).rejects.toMatchObject(refusal);
    await vi.advanceTimersByTimeAsync(20_000);
    await late;
    await expect(device.ask(open)).rejects.toMatchObject(refusal);
    expect(tabs.map(({ closed }) => closed)).toEqual([true, true]);
    device.forget();
    const closed = expect(device.ask(open)).rejects.toMatchObject(lost("the tab with the GPU was closed"));
    tabs[2]!.close();
    await closed;
    expect(tabs).toHaveLength(3);
  });

  test("rests when it is let go, and then closes; until then the next run has the same tab", async () => {
    const tab = await opened();
    device.release();
    expect(tab.told.at(-1)).toEqual({ type: "release" });
    await vi.advanceTimersByTimeAsync(1000);
    const again = device.ask(open);
    await vi.advanceTimersByTimeAsync(0);
    tab.answer(1, found);
    await again;
    await vi.advanceTimersByTimeAsync(5000);
    expect(tab.closed).toBe(false);
    device.release();
    await vi.advanceTimersByTimeAsync(2000);
    expect(tab.closed).toBe(true);
    expect(tabs).toHaveLength(1);
  });

  test("opens no tab where one was of no use, until it is told to forget that", async () => {
    const opening = device.ask(open);
    tabs[0]!.ready();
    await vi.advanceTimersByTimeAsync(0);
    tabs[0]!.refuse(0, "no GPU was found");
    await expect(opening).rejects.toMatchObject({ message: "no GPU was found", lost: false });
    device.close();
    await expect(device.ask(open)).rejects.toMatchObject({ message: "no GPU was found", lost: false });
    expect(tabs).toHaveLength(1);
    device.forget();
    await opened();
    expect(tabs).toHaveLength(2);
  });
});
