/** What every place must keep to that carries out trials, whether it is a thread, a process or a cluster. */
import { describe, expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import type { SimulationRequest, SimulationResult } from "../../src/simulate/index.js";
import { gauss, requestOf, sgd } from "./simulate-landscapes.js";

/** A place where trials run, as it is tried. */
export interface TriedExecutor {
  /**
   * All trials of a request, cut into about so many parts.
   * @param begun called when some of them have begun.
   */
  simulate(
    request: SimulationRequest,
    parts: number,
    signal?: AbortSignal,
    begun?: () => void,
  ): Promise<SimulationResult>;
}

const request = (trials: number, steps = 20): SimulationRequest =>
  requestOf(gauss, sgd(steps), { eta: 0.02, trials, seed: 7 });

const known = ({ statistics, trials, diverged, unfound, steps }: SimulationResult) => ({
  statistics: statistics.map(({ label, moments, origin }) => ({ label, ...moments, origin })),
  ...{ trials, diverged, unfound, steps },
});

/** Tries a place. @param opened gives it, when its tests begin. @param long trials that take it seconds. */
export function describeExecutor(
  name: string,
  opened: () => TriedExecutor,
  {
    parts = [1, 3, 8],
    long = 4_000_000,
  }: { readonly parts?: readonly number[]; readonly long?: number } = {},
): void {
  describe(`trials on ${name}`, () => {
    test.each(parts)(
      "come to what the reference makes of them, in %i parts: none twice, none lost",
      async (count) => {
        const own = request(1000);
        const result = await opened().simulate(own, count);
        expect(result.cancelled).toBeUndefined();
        expect(known(result)).toEqual(known(await simulateLocally(own, { backend: "js", workers: 0 })));
      },
    );

    test("that are stopped are a part of them, counted once, and others are tried as before", async () => {
      const stop = new AbortController();
      const own = request(long, 100);
      const result = await opened().simulate(own, 4, stop.signal, () => stop.abort());
      expect(result.trials).toBeLessThan(long);
      expect(result.cancelled).toBe(true);
      if (result.trials > 0 && !result.scattered) {
        const same = await simulateLocally({ ...own, trials: result.trials }, { workers: 2 });
        expect(known(result)).toEqual(known(same));
      }
      const again = request(100);
      expect(known(await opened().simulate(again, 2))).toEqual(
        known(await simulateLocally(again, { backend: "js", workers: 0 })),
      );
    });

    test("that were stopped before they began are none", async () => {
      const result = await opened().simulate(request(1000), 2, AbortSignal.abort());
      expect(result).toMatchObject({ trials: 0, cancelled: true });
    });

    test("that cannot be are refused in one line", async () => {
      const wrong = { ...request(10), eta: Number.NaN };
      const error = await opened()
        .simulate(wrong, 1)
        .then(
          () => undefined,
          (reason: Error) => reason,
        );
      expect(error?.message).toMatch(/^[^\n]+$/);
    });
  });
}
