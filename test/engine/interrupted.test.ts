/** Runs that are killed where they keep how far they have come, that run at once, and whose clock jumps: the bits of an undisturbed run. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Engine, EngineLost, openCpuEngine } from "../../src/engines/index.js";
import type { BackendChoice, Run } from "../../src/runs/index.js";
import {
  type CheckpointStore,
  folderStore,
  runVerification,
  type VerifySpecification,
} from "../../src/verify/index.js";
import { memoryStore } from "./memory-store.js";
import { gauss, sgd } from "./simulate-landscapes.js";

const specification: VerifySpecification = {
  ...{ name: "kept", landscape: gauss, spacetime: sgd(4), etas: [0.1, 0.2], sum: "exact", seed: 2 },
  observables: [
    { name: "test_loss", weights: [] },
    { name: "displacement", weights: [0] },
  ],
  prediction: { kind: "order", order: 1 },
};
const trials = 600;
const open = async (): Promise<Engine> => openCpuEngine(0);

/** Time in which every turn takes so long that all is kept, in pieces as small as they get. */
let passed = 0;
beforeEach(() => {
  const real = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => {
    passed += 20_000;
    return real() + passed;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, backend: __, ...rest }) => rest);

interface Asked {
  readonly checkpoints?: CheckpointStore;
  readonly open?: () => Promise<Engine>;
  readonly backend?: BackendChoice;
}

const verify = ({ checkpoints, open: openAsked = open, backend = "cpu" }: Asked) =>
  runVerification(specification, {
    ...{ backend, trials, resume: true },
    ...(checkpoints && { checkpoints }),
    engines: {
      open: (name) => (name === backend ? openAsked() : open()),
    },
    onSettle: () => undefined,
  });

/** An engine that does something else than its trials once it has done them so often. */
async function until(
  times: number,
  open: () => Promise<Engine>,
  then: () => Promise<never>,
): Promise<Engine> {
  const engine = await open();
  let left = times;
  const simulate: Engine["simulate"] = (...given) => (left-- > 0 ? engine.simulate(...given) : then());
  return new Proxy(engine, {
    get(one, name) {
      const value: unknown = name === "simulate" ? simulate : Reflect.get(one, name);
      return typeof value === "function" ? value.bind(one) : value;
    },
  });
}

describe("an engine", () => {
  test("that is killed at each of its pieces goes on to the same bits", async () => {
    const whole = bits(await verify({ open }));
    let pieces = 0;
    for (let isOver = false; !isOver; pieces++) {
      const { store } = memoryStore();
      const killed = new Promise<"killed">((resolve) => {
        const die = () => {
          resolve("killed");
          // Nothing comes any more of who was killed.
          return new Promise<never>(() => undefined);
        };
        void verify({ checkpoints: store, open: () => until(pieces, open, die) }).then((runs) => {
          isOver = true;
          expect(bits(runs)).toEqual(whole);
          resolve("killed");
        });
      });
      await killed;
      expect(bits(await verify({ checkpoints: store, open }))).toEqual(whole);
    }
    expect(pieces).toBeGreaterThan(3);
  });

  test("that is lost at each of its pieces is replaced, and the bits are the same", async () => {
    const whole = bits(await verify({}));
    for (let pieces = 0; pieces < 4; pieces++) {
      const { store } = memoryStore();
      const lose = () => Promise.reject(new EngineLost("it was ended by SIGKILL"));
      const runs = await verify({
        checkpoints: store,
        backend: "native",
        open: () => until(pieces, open, lose),
      });
      expect(bits(runs)).toEqual(whole);
    }
  });
});

test("two windows that run the same at once both have the bits of one, and leave nothing behind", async () => {
  const whole = bits(await verify({ open }));
  const folder = mkdtempSync(join(tmpdir(), "diag-two-windows-"));
  try {
    const both = await Promise.all([1, 2, 3].map(() => verify({ checkpoints: folderStore(folder), open })));
    for (const runs of both) {
      expect(bits(runs)).toEqual(whole);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a clock that is set ahead or back while a run goes on loses nothing that was kept", async () => {
  const whole = bits(await verify({ open }));
  const year = 365 * 24 * 3600_000;
  const folder = mkdtempSync(join(tmpdir(), "diag-clock-"));
  try {
    const real = Date.now;
    let jump = 0;
    vi.spyOn(Date, "now").mockImplementation(() => real() + jump);
    await folderStore(folder).add("another", "kept by somebody else");
    for (jump of [0, year, -year]) {
      const die = () => Promise.reject(new Error("stopped"));
      await verify({ checkpoints: folderStore(folder), open: () => until(2, open, die) }).catch(
        () => undefined,
      );
      expect((await folderStore(folder).read("another")).size).toBe(1);
    }
    expect(bits(await verify({ checkpoints: folderStore(folder), open }))).toEqual(whole);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
