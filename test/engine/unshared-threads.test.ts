import { afterEach, describe, expect, test, vi } from "vitest";
import { openSimulator } from "../../src/engines/processor/local.js";
import { expectedLoss } from "../../src/observables/index.js";
import { spaceTimeOf, stochasticGradientDescent } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { gauss } from "./simulate-landscapes.js";

const request: SimulationRequest = {
  landscape: gauss,
  spacetime: spaceTimeOf(stochasticGradientDescent, { N: 10, E: 1, B: 1 }),
  eta: 0.1,
  numbers: [{ label: "loss", combination: [{ factor: 1, quantity: expectedLoss }] }],
  trials: 20_001,
  firstTrial: 77,
  seed: 5,
};

// A page of a browser that is not isolated has no memory that workers share.
describe("threads that share no memory", () => {
  const unshared = async <Result>(use: (threads: ReturnType<typeof openSimulator>) => Promise<Result>) => {
    vi.stubGlobal("SharedArrayBuffer", ArrayBuffer);
    const threads = openSimulator(3);
    try {
      return await use(threads);
    } finally {
      await threads.close();
    }
  };
  afterEach(() => vi.unstubAllGlobals());

  test("have the bits of the asking thread, from run to run", async () => {
    const own = openSimulator(0);
    const expected = await own.simulate(request);
    await own.close();
    await unshared(async (threads) => {
      for (const trials of [request.trials, 3, request.trials]) {
        const found = await threads.simulate({ ...request, trials });
        expect(found.trials).toBe(trials);
        if (trials === request.trials) {
          expect(found.statistics).toEqual(expected.statistics);
        }
      }
    });
  });

  test("stop with the first trials done, all of them", async () => {
    const stop = new AbortController();
    const stopped = await unshared((threads) =>
      threads.simulate(
        { ...request, trials: 50_000_000 },
        { signal: stop.signal, onProgress: () => stop.abort() },
      ),
    );
    expect(stopped.cancelled).toBe(true);
    expect(stopped.scattered).not.toBe(true);
    expect(stopped.trials).toBeGreaterThan(0);
    expect(stopped.trials).toBeLessThan(50_000_000);
    const own = openSimulator(0);
    const again = await own.simulate({ ...request, trials: stopped.trials });
    await own.close();
    expect(again.statistics).toEqual(stopped.statistics);
  });
});
