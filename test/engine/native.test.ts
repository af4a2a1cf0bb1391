/**
 * Compiled programs beside WebAssembly: exact sums of the same bits, whatever is simulated, on any number of threads and however
 * trials are cut. Of the examples some among all tests; all of them in the room of properties.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeGivenFile } from "../../src/cli/files.js";
import { type Engine, openCpuEngine, simulateLocally } from "../../src/engines/index.js";
import { findCompiler } from "../../src/engines/native/compiler.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { isWritten } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { isFlow, type SpaceTime, updatesOf } from "../../src/optimisers/index.js";
import {
  controlsOf,
  mergeResults,
  type SimulationRequest,
  type SimulationResult,
} from "../../src/simulate/index.js";
import { isSimulated, type VerifySpecification } from "../../src/verify/index.js";
import { simulateInSegments } from "../../src/verify/segments.js";
import { trialledOf } from "../../src/verify/trialled.js";
import { atLength, times } from "../times.js";
import { written } from "../written.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
import { gauss, landscapes, mixed, requestOf, sgd, spacetimes } from "./simulate-landscapes.js";
import { cases as checkedLosses } from "./test-loss-cases.js";

const threads = [1, 2, 5];
const folder = ownFolder();
const engines = new Map<number, Engine>();
const processor = openCpuEngine(0);

beforeAll(async () => {
  if (lacksCompiler === undefined) {
    for (const workers of threads) {
      engines.set(workers, await openNativeEngine({ workers, programs: folder.path }));
    }
  }
});

afterAll(async () => {
  for (const engine of engines.values()) {
    await engine.close();
  }
  folder.remove();
});

const known = ({ statistics, trials, diverged, unfound }: SimulationResult) => ({
  moments: statistics.map(({ label, moments }) => ({ label, ...moments })),
  ...{ trials, diverged, unfound },
});

/** Compares all that is known of a request's trials, on some numbers of threads. */
async function expectSame(
  request: SimulationRequest,
  on: readonly number[] = [2],
): Promise<SimulationResult> {
  const expected = await simulateLocally(request, { workers: 0 });
  for (const workers of on) {
    expect(known(await engines.get(workers)!.simulate(request))).toEqual(known(expected));
  }
  return expected;
}

/** Shards on 1, 2 and 5 threads that are merged in any order, and a run that goes on by a program with what WebAssembly began, and the other way round. */
async function expectSameInPieces(request: SimulationRequest, whole: SimulationResult): Promise<void> {
  const [first, second] = [Math.ceil(request.trials / 3), Math.ceil((2 * request.trials) / 3)];
  const piece = (workers: number, from: number, to: number) =>
    engines.get(workers)!.simulate({ ...request, firstTrial: from, trials: to - from });
  const [one, two, three] = [
    await piece(1, 0, first),
    await piece(2, first, second),
    await piece(5, second, request.trials),
  ];
  expect(known(mergeResults(mergeResults(three, one), two))).toEqual(known(whole));
  const begun = await simulateLocally({ ...request, trials: first }, { workers: 0 });
  const keep = async () => undefined;
  for (const [engine, done] of [
    [engines.get(5)!, begun],
    [processor, one],
  ] as const) {
    expect(known(await simulateInSegments(engine, request, { done, keep }))).toEqual(known(whole));
  }
}

/** What a block's trials measure at its first learning rate, orders and all. */
function requestFor(given: VerifySpecification): SimulationRequest | undefined {
  const { specification, numbers } = trialledOf(given);
  const { landscape, spacetime, etas, seed = 1 } = specification;
  if (!isWritten(landscape) || !isSimulated(specification) || isFlow(spacetime)) {
    return undefined;
  }
  const trials = Math.min(70, Math.max(17, Math.floor(2 ** 19 / updatesOf(spacetime))));
  return {
    ...{ landscape, spacetime, eta: etas[0]!, trials, seed, numbers: numbers.numbers },
    ...(numbers.expansion === undefined ? {} : { expansion: numbers.expansion }),
  };
}

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const all = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".diag"))
  .sort();
const few = ["covariances.diag", join("figures", "figure_3_epochs.diag")];

describe.skipIf(lacksCompiler !== undefined)(
  titled("examples have the same bits on 1, 2 and 5 threads, and in pieces"),
  () => {
    test.each(atLength ? all : few)("%s", async (name) => {
      const file = await analyzeGivenFile(join(examples, name));
      const own = [...file.verifies.values()].filter((one) => file.ownNames.has(one.name));
      const requests = own.flatMap((one) => requestFor(one) ?? []);
      for (const request of atLength ? requests : requests.slice(0, 1)) {
        await expectSameInPieces(request, await expectSame(request, threads));
      }
    });
  },
);

const gd = (N: number, T: number, rate?: number): SpaceTime => ({
  optimiser: "gd",
  parameters: { N, T, ...(rate === undefined ? {} : { rate }) },
});

describe.skipIf(lacksCompiler !== undefined)(titled("bits are WebAssembly's"), () => {
  test("of every kind of source, with batches, epochs and shuffles", async () => {
    for (const spacetime of [sgd(7), sgd(12, 3, 4, "reshuffled")]) {
      const request = requestOf(mixed, spacetime, { trials: 333, firstTrial: 2 ** 32 - 100, seed: -3n });
      await expectSame(request, spacetime === sgd(7) ? [2] : threads);
    }
  });

  test("of trials that are cut anywhere", async () => {
    const request = requestOf(gauss, sgd(10), { trials: 9000 });
    const whole = await expectSame(request, [2]);
    const first = await engines.get(5)!.simulate({ ...request, trials: 4099 });
    const rest = await engines.get(1)!.simulate({ ...request, firstTrial: 4099, trials: 9000 - 4099 });
    expect(known(mergeResults(first, rest))).toEqual(known(whole));
  });

  test("of controls, and of orders beside products of numbers", async () => {
    const plain = requestOf(gauss, sgd(6, 2), { trials: 500 });
    const controls = controlsOf(plain)!;
    const less = plain.numbers.map((number, control) => ({
      ...number,
      label: `${number.label} less`,
      control,
    }));
    await expectSame({ ...plain, controls, numbers: [...plain.numbers, ...less] });
  });

  test.each([
    ["of two descents", { first: sgd(9), minus: gd(9, 9) }],
    ["of a descent and a flow", { first: gd(9, 9), minus: { optimiser: "ode", parameters: { T: 9 } } }],
    ["of a flow and a descent", { first: { optimiser: "ode", parameters: { T: 9 } }, minus: gd(9, 9) }],
  ] as const)("of differences %s, with products", async (_, spacetime) => {
    const { numbers, ...rest } = requestOf(mixed, spacetime as SpaceTime, {
      observables: [
        { name: "test_loss", weights: [] },
        { name: "displacement", weights: [0, 1] },
      ],
    });
    const products = [
      {
        label: "pairs",
        pairs: [
          [0, 1],
          [1, 2],
        ],
        added: 2,
      },
      { label: "product", product: [0, 1] },
    ] as unknown as SimulationRequest["numbers"];
    await expectSame({ ...rest, trials: 200, numbers: [...numbers, ...products] });
  });

  test.each(checkedLosses.slice(0, atLength ? undefined : 3))(
    "where test losses are found one by one: $what",
    async ({ landscape, spacetime, eta }) => {
      await expectSame(requestOf(landscape, spacetime, { eta, trials: 90 }), [2]);
    },
  );

  test("where arguments leave the range of elementary functions, and trials diverge", async () => {
    const { landscapes: read } = await analyzeText(
      "landscape steep { weights t = 1/2  data x ~ normal(0, 1)  loss t^4/4 + x*t + exp(3*x*t)/90 }",
    );
    const steep = written(read.get("steep"));
    const request = requestOf(steep, sgd(12), {
      ...{ trials: 600, eta: 0.4 },
      observables: [{ name: "displacement", weights: [0] }],
    });
    const { diverged } = await expectSame(request, threads);
    expect(diverged).toBeGreaterThan(0);
    expect(diverged).toBeLessThan(600);
  });

  test("trial by trial", async () => {
    const request = requestOf(gauss, sgd(10), { trials: 100, firstTrial: 5 });
    const own = await engines.get(2)!.trialValues(request);
    expect(own).toEqual(await openCpuEngine(0).trialValues(request));
  });

  test("of anything", async () => {
    await fc.assert(
      fc.asyncProperty(
        landscapes,
        spacetimes,
        fc.integer({ min: 1, max: 99 }),
        async (landscape, spacetime, trials) => {
          await expectSame(requestOf(landscape, spacetime, { trials }), [2]);
        },
      ),
      { numRuns: times(2) },
    );
  });

  test.for([2, 4, 8] as const)(
    "with vectors of %i numbers, where the machine has them",
    async (width, { skip }) => {
      skip(width > (await findCompiler()).width, "it has none");
      const engine = await openNativeEngine({ workers: 2, width, programs: folder.path });
      const request = requestOf(mixed, sgd(8, 2, 2), { trials: 100 });
      const expected = await simulateLocally(request, { workers: 0 });
      expect(known(await engine.simulate(request))).toEqual(known(expected));
      await engine.close();
    },
  );
});
