import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DeviceLost, type GpuDevice, type RunTrials, type ShaderJob } from "../../../src/device/index.js";
import { type Dispatch, FakeGpu, type FakeOptions, job } from "./fake-gpu.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A fake GPU with a job loaded, whose clock everybody goes by. */
async function loaded({
  job: own,
  visits,
  ...options
}: FakeOptions & { job?: Partial<ShaderJob>; visits?: number } = {}): Promise<{
  gpu: FakeGpu;
  device: GpuDevice;
}> {
  const gpu = new FakeGpu(options);
  vi.spyOn(performance, "now").mockImplementation(() => gpu.now);
  const device = await gpu.open(visits);
  await device.load({ ...job, ...own });
  gpu.dispatches.length = 0;
  return { gpu, device };
}

const run = (device: GpuDevice, trials: RunTrials, signal = new AbortController().signal) =>
  device.run(trials, signal, () => undefined);

/** Blocks that a dispatch visits in all its trials together. */
const blocksOf = ({ fromTrial, toTrial, firstEpoch, endEpoch, firstBlock, endBlock }: Dispatch) =>
  (toTrial - fromTrial) * (endEpoch - firstEpoch) * (endBlock - firstBlock);

describe("a run", () => {
  test("takes every trial once through every block of every epoch, in order, whatever its dispatches", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 2, max: 4000 }),
        async (descentBlocks, epochs, trials, visits, memory) => {
          const first = 2 ** 32 - 10;
          const own = { blocks: descentBlocks, descentBlocks, epochs, trainLoss: true };
          const { gpu, device } = await loaded({ job: own, visits, largestBuffer: 1024 + 8 * memory });
          await run(device, { first, trials });
          /** For each trial the next block, counted over all epochs, of its descent and of its train loss. */
          const next = { descend: new Uint32Array(trials), train: new Uint32Array(trials) };
          const measured = new Uint8Array(trials);
          for (const part of gpu.dispatches) {
            const { entry, fromTrial, toTrial, firstEpoch, endEpoch, firstBlock, endBlock } = part;
            expect(part.workgroups).toBe(Math.ceil((toTrial - fromTrial) / (entry === "reduce" ? 256 : 64)));
            expect(toTrial).toBeLessThanOrEqual(part.stride);
            if (entry === "reduce") {
              continue;
            }
            const range = [part.first - first + fromTrial, part.first - first + toTrial] as const;
            if (entry === "measure") {
              expect(new Set(next.descend.subarray(...range))).toEqual(new Set([epochs * descentBlocks]));
              expect(new Set(next.train.subarray(...range))).toEqual(new Set([descentBlocks]));
              expect(new Set(measured.subarray(...range))).toEqual(new Set([0]));
              measured.fill(1, ...range);
              continue;
            }
            const at = next[entry as "descend" | "train"];
            const known = at[range[0]]!;
            expect(new Set(at.subarray(...range))).toEqual(new Set([known]));
            expect(part.begin).toBe(known === 0);
            expect(firstEpoch * descentBlocks + firstBlock).toBe(known);
            // Parts of an epoch are parts of one only.
            if (endEpoch - firstEpoch > 1) {
              expect([firstBlock, endBlock]).toEqual([0, descentBlocks]);
            }
            at.fill((endEpoch - 1) * descentBlocks + endBlock, ...range);
          }
          expect(measured.every((one) => one === 1)).toBe(true);
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });

  test.each([
    ["fast", 1e-12],
    ["slow", 1e-7],
    ["very slow", 3e-6],
  ])("on a %s GPU has dispatches far from any watchdog, and soon as few as may be", async (_, each) => {
    const seconds = (dispatch: Dispatch) => 2e-4 + 4 * each * blocksOf(dispatch);
    const { gpu, device } = await loaded({ job: { blocks: 250, descentBlocks: 250, epochs: 40 }, seconds });
    await run(device, { first: 0, trials: 4096 });
    const times = gpu.dispatches.filter(({ entry }) => entry === "descend").map(seconds);
    expect(Math.max(...times)).toBeLessThan(0.7);
    expect(Math.max(...times.slice(8))).toBeLessThan(0.12);
    const least = 4 * each * 250 * 40 * 4096;
    expect(times.length).toBeLessThan(14 + (1.5 * least) / 0.05);
  });

  test("recovers from a dispatch that took long for another reason", async () => {
    let count = 0;
    const seconds = (dispatch: Dispatch) => (count++ === 20 ? 3 : 2e-4 + 4e-9 * blocksOf(dispatch));
    const { gpu, device } = await loaded({ job: { blocks: 2500, descentBlocks: 2500, epochs: 40 }, seconds });
    await run(device, { first: 0, trials: 2 ** 14 });
    const sizes = gpu.dispatches.filter(({ entry }) => entry === "descend").map(blocksOf);
    expect(Math.max(...sizes.slice(30, 40))).toBeGreaterThan(0.7 * Math.max(...sizes.slice(10, 20)));
  });

  test("measures few trials at once when each takes long", async () => {
    const seconds = ({ entry, fromTrial, toTrial }: Dispatch) =>
      entry === "measure" ? 1e-6 * 10_000 * (toTrial - fromTrial) : 1e-3;
    const { gpu, device } = await loaded({ job: { extraVisits: 10_000 }, seconds });
    await run(device, { first: 0, trials: 1000 });
    const parts = gpu.dispatches.filter(({ entry }) => entry === "measure");
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.every(({ fromTrial, toTrial }) => toTrial - fromTrial <= 64)).toBe(true);
  });

  test("that is stopped does no more and tells of no trials", async () => {
    const controller = new AbortController();
    const stop = (dispatch: Dispatch) => {
      if (dispatch.firstBlock > 0) {
        controller.abort();
      }
    };
    const { gpu, device } = await loaded({
      job: { blocks: 99, descentBlocks: 99 },
      visits: 4000,
      onDispatch: stop,
    });
    const done = await run(device, { first: 0, trials: 100 }, controller.signal);
    expect(done).toMatchObject({ trials: 0, count: 0 });
    expect(gpu.dispatches).toHaveLength(2);
  });

  test("says between dispatches that it goes on", async () => {
    const { gpu, device } = await loaded({ visits: 400 });
    let told = 0;
    await device.run({ first: 0, trials: 500 }, new AbortController().signal, () => told++);
    expect(gpu.dispatches.length).toBeGreaterThan(10);
    expect(told).toBe(gpu.dispatches.length - 1);
  });
});

describe("memory", () => {
  test("is taken for as many trials as run side by side, and let go", async () => {
    const { gpu, device } = await loaded({ job: { state: 10, columns: 3 } });
    await run(device, { first: 0, trials: 1000 });
    const first = gpu.held;
    await run(device, { first: 0, trials: 400 });
    expect(gpu.held).toBe(first);
    await run(device, { first: 0, trials: 5000 });
    expect(gpu.held - first).toBe(4 * (10 + 3 + 1) * 4000);
    await device.load({ ...job, state: 1 });
    expect(gpu.held).toBeLessThan(4000);
  });

  test("that a GPU lacks makes fewer trials side by side", async () => {
    const { gpu, device } = await loaded({ job: { stored: 1000, descentBlocks: 6, epochs: 2 } });
    gpu.memory = 4 * 1000 * 300;
    await run(device, { first: 0, trials: 2000 });
    const strides = new Set(gpu.dispatches.map(({ stride }) => stride));
    expect([...strides]).toEqual([125]);
    expect(gpu.dispatches.filter(({ entry }) => entry === "reduce")).toHaveLength(16);
    expect(gpu.held).toBeLessThan(gpu.memory);
  });

  test("that a GPU lacks altogether is told in one line", async () => {
    const { gpu, device } = await loaded({ job: { stored: 10_000, descentBlocks: 6, epochs: 2 } });
    gpu.memory = 1;
    const failure = await run(device, { first: 0, trials: 2000 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(DeviceLost);
    expect((failure as Error).message).toMatch(/^the GPU has no \d MiB of memory left$/);
  });

  test("is not taken by more than a fair share", async () => {
    const { gpu, device } = await loaded({ job: { stored: 10_000, descentBlocks: 6, epochs: 2 } });
    await run(device, { first: 0, trials: 2 ** 18 });
    expect(gpu.held).toBeLessThanOrEqual(2 ** 30 + 2 ** 16);
    expect(gpu.held).toBeGreaterThan(2 ** 29);
  });

  test.each([
    [
      "a trial's data",
      { stored: 2 ** 20 },
      /^one trial's training data, 1048576 numbers, do not fit .*; lower N$/,
    ],
    [
      "tables",
      { table: new Array(2 ** 17).fill(0) as number[] },
      /^the landscape's tables, 131072 numbers, do not fit/,
    ],
  ])("of one buffer may be too little for %s", async (_, own, message) => {
    const gpu = new FakeGpu({ largestBuffer: 2 ** 18 });
    const device = await gpu.open();
    await expect(device.load({ ...job, ...own })).rejects.toThrow(message);
    expect(gpu.held).toBe(0);
    await expect(run(device, { first: 0, trials: 1 })).rejects.toThrow(/nothing was loaded/);
  });
});

describe("a device that goes", () => {
  test("in the middle of a run ends it with one line", async () => {
    const { gpu, device } = await loaded({
      visits: 400,
      onDispatch: ({ firstBlock }) => {
        if (firstBlock > 0) {
          gpu.lose("the driver\nwas reset");
        }
      },
    });
    const failure = await run(device, { first: 0, trials: 500 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(DeviceLost);
    expect((failure as Error).message).toBe("the GPU is lost: the driver");
    // It stays lost.
    await expect(run(device, { first: 0, trials: 1 })).rejects.toThrow("the GPU is lost: the driver");
  });

  test("fails with a run when something fails that no call reports", async () => {
    const { gpu, device } = await loaded({
      visits: 400,
      onDispatch: ({ firstBlock }) => {
        if (firstBlock > 0) {
          gpu.fail("a buffer is invalid\n - While calling");
        }
      },
    });
    const failure = await run(device, { first: 0, trials: 500 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(DeviceLost);
    expect((failure as Error).message).toBe("the GPU failed: a buffer is invalid");
  });
});
