/** Verifications on landscapes that are not written with scalars, by the processor and by tensors. */

import { expect, test } from "vitest";
import type { Engine, EngineName } from "../../src/engines/index.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { runVerification } from "../../src/verify/index.js";
import { openTwoEngines } from "../records/verified.js";
import { nets } from "../unit/tensors/networks.js";

const spacetimes = [
  "sgd(N = 4, E = 1, B = 1)",
  "sgd(N = 4, E = 2, B = 2)",
  "gd(N = 3, T = 2)",
  "sgd(N = 2, E = 2, B = 1) - gd(N = 2, T = 4)",
];

/** Any landscape in whose place a net can stand. */
const text = (spacetime: string) => `landscape one { weights u = 1 data x ~ normal(0, 1) loss (u - x)^2 / 2 }
  verify v { landscape one ${spacetime} eta = 0.05 observe test_loss, gen_gap predict series 2 trials = 150 seed = 5 }`;

let opened: Promise<ReadonlyMap<EngineName, Engine>> | undefined;

/** What serves all verifications, none of which closes it. */
const engines = {
  open: async (name: EngineName): Promise<Engine> => {
    opened ??= openTwoEngines();
    const engine = (await opened).get(name)!;
    return new Proxy(engine, {
      get: (_, key) => {
        const value = Reflect.get(engine, key) as unknown;
        return key === "close"
          ? async () => undefined
          : typeof value === "function"
            ? value.bind(engine)
            : value;
      },
    });
  },
};

/** Each net with some of them. */
const cases = [
  [nets[0]!, spacetimes],
  [nets[2]!, [spacetimes[1]!, spacetimes[2]!]],
  [nets[3]!, [spacetimes[0]!]],
] as const;

for (const [[name, make], some] of cases) {
  test(`both engines measure the same of ${name}, order by order, and judge it alike`, async () => {
    const verdicts: (string | null)[] = [];
    for (const spacetime of some) {
      const { verifies } = await analyzeText(text(spacetime));
      const specification = { ...verifies.get("v")!, landscape: largeLandscape(make(), "it is tried so") };
      const precise = await runVerification(specification, { engines, backend: "cpu" });
      const coarse = await runVerification(specification, { engines, backend: "tfjs" });
      expect(precise.length).toBe(2);
      precise.forEach((run, index) => {
        const own = coarse[index]!;
        verdicts.push(run.verdict);
        expect([run.backend, own.backend]).toEqual(["cpu", "tfjs"]);
        expect([own.verdict, own.trials, own.diverged]).toEqual([run.verdict, 150, 0]);
        // The processor's trials have controls, too.
        const floor = own.roundingFloor! + run.roundingFloor!;
        expect(Math.abs(own.measured! - run.plain!.measured!)).toBeLessThanOrEqual(floor);
        expect(own.roundingFloor!).toBeLessThan(1e-5);
        expect(run.orders!.length).toBe(3);
        run.orders!.forEach(({ measured, standardError }, order) => {
          const there = own.orders![order]!;
          expect(Math.abs(there.measured! - measured!)).toBeLessThan(1e-6);
          expect(Math.abs(there.standardError! - standardError!)).toBeLessThan(1e-6);
        });
        expect(Math.abs(own.remainder!.measured! - run.remainder!.measured!)).toBeLessThan(1e-5);
      });
    }
    expect(verdicts).toContain("agrees");
  });
}
