import { describe, expect, it as test } from "vitest";
import { openSimulator, simulateLocally } from "../../src/engines/index.js";
import { mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import { gauss, meanEstimation, mixed, requestOf, sgd } from "./simulate-landscapes.js";

/** What must not depend on how the work was split. */
const known = ({ statistics, trials, diverged, steps }: SimulationResult) => ({
  statistics,
  trials,
  diverged,
  steps,
});

describe("local simulation", () => {
  test("gives the same bits for any number of workers, either back end and any shards", async () => {
    const request = requestOf(mixed, sgd(6, 2, 2, "reshuffled"), { trials: 700 });
    const whole = await simulateLocally(request, { workers: 0 });
    expect(known(await simulateLocally(request, { workers: 1 }))).toEqual(known(whole));
    expect(known(await simulateLocally(request, { workers: 3 }))).toEqual(known(whole));
    expect(known(await simulateLocally(request, { workers: 0, backend: "js" }))).toEqual(known(whole));
    const cuts = [0, 1, 130, 131, 533, 700];
    const shards: SimulationResult[] = [];
    for (let i = 0; i + 1 < cuts.length; i++) {
      const shard = { ...request, firstTrial: cuts[i]!, trials: cuts[i + 1]! - cuts[i]! };
      shards.push(await simulateLocally(shard, { workers: 0 }));
    }
    expect(known(shards.reverse().reduce(mergeResults))).toEqual(known(whole));
  });

  test("measures mean estimation's expectation, which is known exactly", async () => {
    // θ_T = k^T θ_0 − ηS Σ k^i x_i with k = 1 − ηH, so E l = H/2 (k^2T θ_0² + η²S² (1 − k^2T) / (1 − k²)).
    const [H, S, start, eta, T] = [0.8, 1.3, 0.7, 0.2, 12];
    const k = 1 - eta * H;
    const moment = k ** (2 * T) * start ** 2 + (eta * S) ** 2 * ((1 - k ** (2 * T)) / (1 - k * k));
    const result = await simulateLocally(
      requestOf(meanEstimation(H, S, start), sgd(T), { eta, trials: 200_000, seed: 3 }),
      { workers: 0 },
    );
    const [test, , , displacement] = result.statistics;
    expect(test!.label).toBe("test_loss");
    expect(Math.abs(test!.mean - (H / 2) * moment)).toBeLessThan(4 * test!.standardError);
    expect(test!.standardError).toBeLessThan(1e-3);
    expect(displacement!.label).toBe("displacement(t)");
    expect(Math.abs(displacement!.mean - (k ** T - 1) * start)).toBeLessThan(4 * displacement!.standardError);
  });

  test("measures the gap of gradient descent, which is known exactly", async () => {
    // THEORY §5, mean estimation: S²/(NH) (1 − (1 − ηH)^T).
    const [H, S, N, T, eta] = [1.5, 0.9, 6, 5, 0.15];
    const gap = ((S * S) / (N * H)) * (1 - (1 - eta * H) ** T);
    const result = await simulateLocally(
      requestOf(
        meanEstimation(H, S, 0),
        { optimiser: "gd", parameters: { N, T } },
        { eta, trials: 100_000, seed: 9, observables: [{ name: "gen_gap", weights: [] }] },
      ),
      { workers: 0 },
    );
    const [measured] = result.statistics;
    expect(Math.abs(measured!.mean - gap)).toBeLessThan(4 * measured!.standardError);
    expect(result.steps).toBe(100_000 * T);
  });

  test("reshuffling changes the trials and not the first epoch", async () => {
    const request = (E: number, shuffle: "same" | "reshuffled") =>
      requestOf(gauss, sgd(8, E, 1, shuffle), {
        trials: 50,
        observables: [{ name: "displacement", weights: [0] }],
      });
    const run = async (E: number, shuffle: "same" | "reshuffled") =>
      (await simulateLocally(request(E, shuffle), { workers: 0 })).statistics[0]!.mean;
    expect(await run(1, "reshuffled")).toBe(await run(1, "same"));
    expect(await run(2, "reshuffled")).not.toBe(await run(2, "same"));
  });

  test("stops when told to, keeps what it has, and says so", async () => {
    const request = requestOf(gauss, sgd(1000), {
      trials: 10 ** 9,
      observables: [{ name: "test_loss", weights: [] }],
    });
    for (const workers of [0, 2]) {
      const controller = new AbortController();
      const reports: number[] = [];
      const run = simulateLocally(request, {
        workers,
        signal: controller.signal,
        onProgress: ({ trials, total, statistics }) => {
          reports.push(trials);
          expect(total).toBe(10 ** 9);
          expect(statistics[0]!.count).toBe(trials);
          if (reports.length === 2) {
            controller.abort();
          }
        },
      });
      const result = await run;
      expect(result.cancelled).toBe(true);
      expect(result.trials).toBeGreaterThanOrEqual(reports[1]!);
      expect(result.trials).toBeLessThan(10 ** 9);
      expect(result.statistics[0]!.count).toBe(result.trials);
      expect(reports[1]).toBeGreaterThan(reports[0]!);
    }
  });

  test("stops inside a trial that would take hours", async () => {
    const request = requestOf(gauss, sgd(4 * 10 ** 9), {
      trials: 4,
      observables: [{ name: "test_loss", weights: [] }],
    });
    const signal = AbortSignal.timeout(300);
    const result = await simulateLocally(request, { workers: 1, signal });
    expect(result).toMatchObject({ cancelled: true, trials: 0 });
  });

  test("does nothing when stopped before it begins", async () => {
    const result = await simulateLocally(requestOf(gauss, sgd(10)), {
      workers: 0,
      signal: AbortSignal.abort(),
    });
    expect(result).toMatchObject({ cancelled: true, trials: 0, steps: 0 });
    expect(result.statistics[0]!.mean).toBeNaN();
  });

  test("keeps its workers between runs, and refuses two at once", async () => {
    const simulator = openSimulator(2);
    try {
      const request = requestOf(gauss, sgd(10), { trials: 400 });
      const first = await simulator.simulate(request);
      expect(known(await simulator.simulate(request))).toEqual(known(first));
      // Kernels of one shape are compiled once; their numbers must still be their own.
      const moved = { ...request, landscape: { ...gauss, weights: [{ name: "h", start: 0.5 }] } };
      expect(known(await simulator.simulate(moved))).toEqual(
        known(await simulateLocally(moved, { workers: 0 })),
      );
      const together = [simulator.simulate(request), simulator.simulate(request)];
      await expect(Promise.all(together)).rejects.toThrow(/busy/);
      await Promise.allSettled(together);
    } finally {
      await simulator.close();
    }
  });

  test.each([
    ["a batch that does not divide", requestOf(gauss, sgd(10, 1, 3)), /B = 3 does not divide N = 10/],
    ["a learning rate of zero", requestOf(gauss, sgd(10), { eta: 0 }), /eta = 0 is not a positive number/],
    ["no trials", requestOf(gauss, sgd(10), { trials: 0 }), /trials = 0/],
    [
      "a weight that does not exist",
      requestOf(gauss, sgd(2), { observables: [{ name: "displacement", weights: [4] }] }),
      /no weight number 4/,
    ],
    ["nothing to observe", requestOf(gauss, sgd(2), { observables: [] }), /nothing to observe/],
    [
      "more data than memory",
      requestOf(gauss, sgd(10 ** 9)),
      /N = 1000000000 needs \d+ MiB .* N = \d+ would fit/,
    ],
  ])("refuses %s in one line", async (_, request, message) => {
    const failure = await simulateLocally(request, { workers: 1 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain("\n");
  });
});
