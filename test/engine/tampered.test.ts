import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it as test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import type { Run } from "../../src/runs/index.js";
import { columnsOf } from "../../src/simulate/index.js";
import { checkpointIdentity } from "../../src/verify/checkpoint.js";
import { evaluatorFor, runVerification } from "../../src/verify/index.js";
import { keyOf, readTrials } from "../../src/verify/kept-trials.js";
import { measuredNumbersOf } from "../../src/verify/measured-numbers.js";
import type { SimulatedSpecification } from "../../src/verify/specification.js";
import { fewTimes } from "../times.js";
import { landscapeOf, normal } from "../unit/landscape/read.js";
import { memoryStore } from "./memory-store.js";
import { sgd } from "./simulate-landscapes.js";

const specification: SimulatedSpecification = {
  name: "kept",
  // What is kept has numbers, whatever they are of: this one is soon compiled.
  landscape: landscapeOf("(u^2 + v^2)/2 + x*u + x*u*v/8", { u: 0.3, v: -0.2 }, [normal("x")]),
  spacetime: sgd(2, 2, 1),
  etas: [0.02, 0.04],
  observables: [
    { name: "test_loss", weights: [] },
    { name: "gen_gap", weights: [] },
    { name: "displacement", weights: [0, 1] },
  ],
  prediction: { kind: "order", order: 1 },
  sum: "exact",
  seed: 11,
};
const identity = checkpointIdentity(specification, 11);
const evaluator = evaluatorFor(specification);
// On the test's own thread, since many short runs would start many workers, and one for all, which compiles once.
const engine = openCpuEngine(0);
const engines = { open: async () => ({ ...engine, close: async () => undefined }) };

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Row = { [name: string]: Json };
type Kept = { format: number; identity: string; digest: string; results: Row[] };

/** What two runs left, one a learning rate; the trials to go on to; and what they measure without anything kept. */
let sound: Kept;
let trials: number;
let whole: readonly object[];

const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, ...rest }) => rest);
const sha256 = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** How somebody who has changed a file may make its digests right again; rows of earlier versions have none. */
const seals = {
  none: (kept: Kept) => kept,
  whole: (kept: Kept) => ({ ...kept, digest: sha256(kept.results) }),
  "of an earlier version": (kept: Kept) => {
    const results = kept.results.map((row) => withoutDigest(row));
    return { ...kept, results, digest: sha256(results) };
  },
  all: (kept: Kept) => {
    const results = kept.results.map((row) =>
      isRow(row) ? { ...withoutDigest(row), digest: sha256([kept.identity, withoutDigest(row)]) } : row,
    );
    return { ...kept, results, digest: sha256(results) };
  },
};
type Seal = keyof typeof seals;

const isRow = (row: unknown): row is Row => typeof row === "object" && row !== null && !Array.isArray(row);
function withoutDigest(row: Row): Row {
  if (!isRow(row)) {
    return row;
  }
  const { digest: _, ...rest } = row;
  return rest;
}

/** Goes on from a text. */
async function goOn(text: string) {
  const { store, all } = memoryStore();
  await store.add(identity, text);
  const lines: string[] = [];
  const resumed: number[] = [];
  const runs = await runVerification(specification, {
    ...{ evaluator, engines, backend: "cpu", trials, checkpoints: store, resume: true },
    onResume: (eta) => resumed.push(eta),
    onUnreadable: (line) => lines.push(line),
    onSettle: () => undefined,
  });
  return { runs, lines, resumed, left: all() };
}

beforeAll(async () => {
  const { store, all } = memoryStore();
  // Of the second learning rate more are done than of the first.
  for (const [eta, wanted] of [
    [0.02, 40],
    [0.04, 60],
  ] as const) {
    await runVerification(
      { ...specification, etas: [eta] },
      {
        ...{ evaluator, engines, backend: "cpu", trials: wanted, checkpoints: store },
        onSettle: (settle) => void settle(true),
      },
    );
  }
  await new Promise(setImmediate);
  expect(all()).toHaveLength(1);
  sound = JSON.parse(all()[0]!) as Kept;
  expect(sound.results.map((row) => row.trials)).toEqual([40, 60]);
  trials = 100;
  whole = bits(await runVerification(specification, { evaluator, engines, backend: "cpu", trials }));
});

/** All places in a value, each as the way to it. */
function placesIn(value: Json, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) {
    return [way];
  }
  const below = Array.isArray(value)
    ? value.flatMap((item, at) => placesIn(item, [...way, at]))
    : Object.entries(value).flatMap(([name, item]) => placesIn(item, [...way, name]));
  return [way, ...below];
}

const odd: readonly Json[] = [
  ...[
    null,
    true,
    "",
    "0",
    "-0",
    "-1",
    "ff",
    "1e308",
    0,
    -1,
    0.5,
    1,
    59,
    61,
    99,
    101,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
  ],
  ...[[], [[]], {}, { toString: "x" }, "NaN", "\u0000\u001b[31m", "x".repeat(5000), "f".repeat(1099)],
  ...[["cpu"], ["cpu rounding fused", "webgpu x"], "js", "webgpu", "test_loss", 0.02, 0.04],
];

/** Ways to change one thing; `undefined` takes it away. */
const changes: Readonly<Record<string, (value: Json, pick: number, all: Json) => Json | undefined>> = {
  "another value": (_, pick) => odd[pick % odd.length]!,
  "a value from elsewhere": (_, pick, all) => {
    const places = placesIn(all);
    return valueAt(all, places[pick % places.length]!);
  },
  nothing: () => undefined,
  "one more": (value) => (typeof value === "number" ? value + 1 : [value]),
  "one less": (value) => (typeof value === "number" ? value - 1 : [value]),
  "another sign": (value) =>
    typeof value === "number" ? -value : typeof value === "string" ? `-${value}` : value,
  "another digit": (value, pick) => {
    if (typeof value !== "string" || value === "") {
      return value;
    }
    const at = pick % value.length;
    return value.slice(0, at) + "0123456789abcdef"[pick % 16] + value.slice(at + 1);
  },
  "twice the same": (value) => (Array.isArray(value) ? [...value, ...value] : value),
  "another order": (value) => (Array.isArray(value) ? [...value].reverse() : value),
  "the first of them": (value) => (Array.isArray(value) ? value.slice(0, 1) : value),
  "none of them": (value) => (Array.isArray(value) ? [] : value),
};

function valueAt(value: Json, [name, ...rest]: readonly (string | number)[]): Json {
  return name === undefined ? value : valueAt((value as Record<string, Json>)[name]!, rest);
}

function changedAt(
  value: Json,
  [name, ...rest]: readonly (string | number)[],
  change: (value: Json) => Json | undefined,
): Json | undefined {
  if (name === undefined) {
    return change(value);
  }
  const copy = structuredClone(value) as Record<string, Json>;
  const changed = changedAt(copy[name]!, rest, change);
  if (changed !== undefined) {
    copy[name] = changed;
  } else if (Array.isArray(copy)) {
    copy.splice(name as number, 1);
  } else {
    delete copy[name];
  }
  return copy;
}

/** What somebody has done to a file. */
const tampering = fc.record({
  place: fc.nat(),
  change: fc.constantFrom(...Object.keys(changes)),
  pick: fc.nat(),
});

function tampered(kept: Kept, { place, change, pick }: { place: number; change: string; pick: number }) {
  const places = placesIn(kept as unknown as Json).filter((way) => way.length > 0);
  const way = places[place % places.length]!;
  const changed = changedAt(kept as unknown as Json, way, (value) =>
    changes[change]!(value, pick, kept as unknown as Json),
  );
  return { way, kept: changed as unknown as Kept };
}

/** One line that could stand in a terminal. */
const line = /^[^\p{Cc}\p{Cf}\u2028\u2029]{10,600}$/u;

describe("a checkpoint that somebody has changed", () => {
  test("as it was goes on, to the bits of the whole", async () => {
    for (const seal of Object.keys(seals) as Seal[]) {
      const { runs, lines, resumed } = await goOn(JSON.stringify(seals[seal](sound)));
      expect([bits(runs), lines, resumed]).toEqual([whole, [], [0.02, 0.04]]);
    }
  });

  test("is found out whatever was changed, wherever a row has the digest that it was written with", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tampering, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Seal>("none", "whole"),
        async (list, seal) => {
          const changed = list.reduce((kept, one) => tampered(kept, one).kept, sound);
          // A row without its digest is one of an earlier version, which the next test is about.
          fc.pre(
            Array.isArray(changed.results) &&
              changed.results.every((row) => !isRow(row) || row.digest !== undefined),
          );
          const text = JSON.stringify(seals[seal](changed));
          const { runs, lines, left } = await goOn(text);
          expect(bits(runs)).toEqual(whole);
          const isSame = JSON.stringify(changed) === JSON.stringify(sound);
          const isForeign = Number.isSafeInteger(changed.format) && changed.format !== sound.format;
          if (isForeign) {
            expect([lines.length, left.includes(text)]).toEqual([1, true]);
          } else if (!isSame && seal === "none") {
            expect([lines.length, left.includes(text)]).toEqual([1, false]);
          }
          for (const one of lines) {
            expect(one).toMatch(line);
          }
        },
      ),
      { numRuns: fewTimes(12, 20) },
    );
  });

  test("with all digests made right again changes nothing but what any trials might have summed to", async () => {
    await fc.assert(
      fc.asyncProperty(
        tampering,
        fc.constantFrom<Seal>("of an earlier version", "all"),
        async (one, seal) => {
          const { way, kept } = tampered(sound, one);
          fc.pre(Array.isArray(kept.results));
          const { runs, lines } = await goOn(JSON.stringify(seals[seal](kept)));
          for (const told of lines) {
            expect(told).toMatch(line);
          }
          expect(runs.map(({ trials: done }) => done)).toEqual(whole.map(() => trials));
          const isSum = ["sum", "squares"].includes(String(way.at(-1)));
          if (!isSum || lines.length > 0) {
            expect(bits(runs)).toEqual(whole);
          }
          for (const { standardError, verdict } of runs) {
            expect(standardError).toBeGreaterThanOrEqual(0);
            expect(["agrees", "disagrees", "inconclusive"]).toContain(verdict);
          }
        },
      ),
      { numRuns: fewTimes(15, 30) },
    );
  });

  test("is read as rows that were written, whatever was changed, or not at all", () => {
    const kind = {
      columns: columnsOf({ ...specification, ...measuredNumbersOf(specification) }),
      updates: 4,
    };
    const read = (kept: Kept) => readTrials(identity, JSON.stringify(kept), kind);
    const asWritten = read(sound);
    if (asWritten.kind !== "sound") {
      throw new Error("what was written is sound");
    }
    const rows = new Map(asWritten.trials.map((one) => [keyOf(one), one]));
    expect(rows.size).toBe(2);
    const reasons = new Set<string>();
    fc.assert(
      fc.property(tampering, fc.constantFrom(...(Object.keys(seals) as Seal[])), (one, seal) => {
        const { way, kept } = tampered(sound, one);
        fc.pre(isRow(kept) && Array.isArray(kept.results) && kept.results.every(isRow));
        const isSealed = seal === "of an earlier version" || seal === "all" || way.at(-1) === "digest";
        const found = read(seals[seal](kept));
        if (found.kind !== "foreign") {
          for (const why of found.refused) {
            reasons.add(why.replace(/^eta = \S+ |\d+/g, ""));
          }
        }
        for (const row of found.kind === "sound" ? found.trials : []) {
          const { trials: done, diverged, statistics } = row.result;
          expect(statistics.map(({ count }) => count)).toEqual(statistics.map(() => done - diverged));
          const written = rows.get(keyOf(row));
          const name = String(way.findLast((step) => typeof step === "string"));
          // What no other number of a row tells; of others it is known what they must be.
          const isFree = ["sum", "squares", "seconds", "wanted", "eta", "engines", "backend"].includes(name);
          if (written !== undefined && !(isSealed && isFree)) {
            expect(row).toEqual(written);
          }
          if (!isSealed) {
            expect(written).toBeDefined();
          }
        }
        if (found.kind === "sound" && !isSealed && JSON.stringify(kept) !== JSON.stringify(sound)) {
          expect(found.refused.length + (seal === "whole" ? 1 : 0)).toBeGreaterThan(0);
        }
      }),
      { numRuns: fewTimes(400, 1000) },
    );
    // It was not all refused for one reason.
    expect(reasons.size).toBeGreaterThan(5);
  });

  const rowWith = (more: Row) => ({ ...sound.results[1]!, ...more });
  const statisticsWith = (more: Row) =>
    rowWith({ statistics: (sound.results[1]!.statistics as Row[]).map((one) => ({ ...one, ...more })) });
  const moreOf = (row: Row, name: string, more: number) => ({ ...row, [name]: (row[name] as number) + more });
  /** Rows that cannot be, with what is said of them. */
  const impossible: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    "no statistics": [() => rowWith({ statistics: [] }), /measures nothing/],
    "no fields": [() => ({}), /lacks something/],
    "a label of another": [() => statisticsWith({ label: "train_loss" }), /measures something else/],
    "the observables in another order": [
      () => rowWith({ statistics: [...(sound.results[1]!.statistics as Row[])].reverse() }),
      /measures something else/,
    ],
    "a count that contradicts its trials": [
      () => statisticsWith({ count: 59 }),
      /a sum of 59 contradicts its 60 trials/,
    ],
    "trials that contradict its counts": [
      () => moreOf(moreOf(sound.results[1]!, "trials", 1), "wanted", 1),
      /cannot have \d+ updates/,
    ],
    "more trials than were wanted": [
      () => moreOf(sound.results[1]!, "wanted", -1),
      /cannot have 60 of 59 trials/,
    ],
    "no trials": [() => rowWith({ trials: 0 }), /cannot have 0 of/],
    "more that diverged than trials": [() => rowWith({ diverged: 61 }), /61 cannot have diverged/],
    "other updates": [() => moreOf(sound.results[1]!, "steps", 60), /cannot have \d+ updates/],
    "a center of 1e308": [() => statisticsWith({ center: 1e308 }), /counted from somewhere else/],
    "an offset of 1e308": [() => statisticsWith({ offset: 1e308 }), /counted from somewhere else/],
    "a start of 1e308": [() => statisticsWith({ start: 1e308 }), /counted from somewhere else/],
    "a resolution of 1e308": [() => statisticsWith({ resolution: 1e308 }), /counted from somewhere else/],
    "no spread but a sum": [() => statisticsWith({ squares: "0" }), /sums cannot be/],
    "a negative sum of squares": [() => statisticsWith({ sum: "0", squares: "-2" }), /sums cannot be/],
    "a sum too large for its squares": [() => statisticsWith({ sum: "f".repeat(700) }), /sums cannot be/],
    "sums of numbers that are not finite": [
      () => statisticsWith({ sum: "0", squares: "f".repeat(1090) }),
      /sums cannot be/,
    ],
    "unfound losses more than trials": [
      () => rowWith({ unfound: { trials: 61, first: 0, reason: "x" } }),
      /61 cannot have test losses/,
    ],
    "unfound losses that are in the means": [
      () => rowWith({ unfound: { trials: 1, first: 0, reason: "x" } }),
      /a sum of 60 contradicts its 59 trials/,
    ],
    "an unknown engine": [() => rowWith({ engines: ["abacus"] }), /what simulated/],
    "a backend that is none": [() => rowWith({ backend: "abacus" }), /lacks something/],
    "rounding floors of double precision": [
      () => rowWith({ floors: [{ label: "test_loss", floor: 1, deviation: 1, diverges: false }] }),
      /rounding floors/,
    ],
    "single precision without rounding floors": [
      () => rowWith({ engines: ["webgpu x"], backend: "webgpu" }),
      /rounding floors/,
    ],
    "a learning rate that is none": [() => rowWith({ eta: -0.04 }), /lacks something/],
    "no row": [() => 7, /no row of trials/],
  };

  test.each(Object.keys(impossible))(
    "is set aside in part where a row has %s, and goes on from the others",
    async (name) => {
      const [make, why] = impossible[name]!;
      for (const seal of ["of an earlier version", "all"] as const) {
        const kept = { ...sound, results: [sound.results[0]!, make() as Row] };
        const { runs, lines, resumed, left } = await goOn(JSON.stringify(seals[seal](kept)));
        expect(bits(runs)).toEqual(whole);
        expect(resumed).toEqual([0.02]);
        expect(lines).toEqual([
          expect.stringMatching(/^of a damaged checkpoint 1 row is not used; it is \S+ now \(/),
        ]);
        expect(lines[0]).toMatch(why);
        expect(left.flatMap((text) => (JSON.parse(text) as Kept).results.map(({ eta }) => eta))).toContain(
          0.02,
        );
      }
    },
  );

  test("is not used where nothing of it is sound, however it is broken", async () => {
    const good = JSON.stringify(sound);
    const deep = "[".repeat(200_000);
    const texts = [
      ...["", " ", "0", "\u0000", good.slice(0, -1), good.slice(1), good + good, `${good}x`],
      ...[
        deep,
        deep + "]".repeat(200_000),
        `{"format":6,"identity":"${identity}","results":${deep}${"]".repeat(200_000)}}`,
      ],
      JSON.stringify({ ...sound, identity: sha256("another landscape") }),
      JSON.stringify(seals.whole({ ...sound, results: [] as Row[], identity: "" })),
      `{"__proto__":${good}}`,
      good
        .replace('"results":[', '"results":[{"__proto__":{"eta":0.02}},')
        .replaceAll(/"digest":"\w+"/g, '"digest":""'),
    ];
    for (const text of texts) {
      const { runs, lines, resumed, left } = await goOn(text);
      expect([bits(runs), resumed, left.includes(text)]).toEqual([whole, [], false]);
      expect(lines).toEqual([expect.stringMatching(/^a damaged checkpoint is not used; it is \S+ now/)]);
    }
  });

  test("goes on from rows that are whole where others were cut out", async () => {
    const { runs, lines, resumed } = await goOn(
      JSON.stringify({ ...sound, results: sound.results.slice(1) }),
    );
    expect([bits(runs), resumed]).toEqual([whole, [0.04]]);
    expect(lines).toEqual([expect.stringContaining("(rows are missing)")]);
  });

  test("has no use for rows of another landscape, though each is as it was written", async () => {
    const elsewhere = sound.results.map((row) => ({
      ...withoutDigest(row),
      digest: sha256([sha256("another landscape"), withoutDigest(row)]),
    }));
    const { runs, lines, resumed } = await goOn(
      JSON.stringify(seals.whole({ ...sound, results: elsewhere })),
    );
    expect([bits(runs), resumed]).toEqual([whole, []]);
    expect(lines).toEqual([expect.stringMatching(/not used.*\(eta = 0\.02: it is not as it was written; /)]);
  });
});
