import { beforeEach, describe, expect, test } from "vitest";
import type { EngineFinding } from "../../../src/engines/index.js";
import { enginesText, installQuestion, installRefusal } from "../../../src/extension/engines/engines-text.js";
import { GpuFinder } from "../../../src/extension/engines/gpu-finder.js";
import { readKeptRun, writeKeptRun } from "../../../src/extension/runs/kept-run.js";
import { startedRecord, withEvent } from "../../../src/runs/index.js";
import { header, point } from "./run-samples.js";

const finding = (engine: string, more: Partial<EngineFinding> = {}): EngineFinding => ({
  ...{ engine, works: true, device: `${engine}'s device`, software: false, facts: [] },
  ...more,
});

describe("the finder of GPUs", () => {
  let kept: Map<string, unknown>;
  let accepts: boolean;
  let searches: number;
  let search: () => Promise<readonly EngineFinding[]>;
  let changes: number;

  const make = () => {
    const memory = {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const finder = new GpuFinder(
      () => {
        searches++;
        return search();
      },
      memory,
      () => accepts,
    );
    finder.onDidChange(() => changes++);
    return finder;
  };

  beforeEach(() => {
    kept = new Map();
    accepts = false;
    searches = 0;
    changes = 0;
    search = async () => [finding("webgpu")];
  });

  test("searches once, and tells", async () => {
    const finder = make();
    expect(finder.gpu).toBeUndefined();
    await Promise.all([finder.look(), finder.look()]);
    await finder.look();
    expect([searches, changes]).toEqual([1, 1]);
    expect(finder.gpu).toEqual({ device: "webgpu's device", software: false });
  });

  test("searches again when it could not", async () => {
    search = async () => {
      throw new Error("the engine's process was ended");
    };
    const finder = make();
    await finder.look();
    expect(finder.gpu).toBeUndefined();
    search = async () => [finding("webgpu")];
    await finder.look();
    expect(finder.gpu).toBeDefined();
  });

  test.each([
    ["that does not work", finding("webgpu", { works: false })],
    ["that is a program", finding("webgpu", { software: true })],
    ["that is another engine", finding("cpu")],
  ])("takes none %s", async (_, found) => {
    search = async () => [found];
    const finder = make();
    await finder.look();
    expect(finder.gpu).toBeUndefined();
  });

  test("takes a program where the settings say so, at once", async () => {
    search = async () => [finding("webgpu", { software: true })];
    const finder = make();
    await finder.look();
    accepts = true;
    expect(finder.gpu?.software).toBe(true);
  });

  test("remembers a page's over windows, until it is gone", () => {
    make().learnOfPage({ device: "NVIDIA", software: false });
    const next = make();
    expect(next.gpu?.device).toBe("NVIDIA");
    next.learn([finding("webgpu", { works: false })]);
    expect(next.gpu?.device).toBe("NVIDIA");
    next.learn([finding("webgpu in a page", { works: false })]);
    expect(next.gpu).toBeUndefined();
    expect(make().gpu).toBeUndefined();
  });

  test.each([7, "NVIDIA", { device: 7, software: false }, { device: "NVIDIA" }])(
    "does not believe %j",
    (value) => {
      kept.set("diag.gpuOfPage", value);
      expect(make().gpu).toBeUndefined();
    },
  );
});

describe("what is said of engines", () => {
  test("is what doctor prints, and what the settings wish", () => {
    const text = enginesText(
      [
        finding("cpu", { facts: [["threads", "8"]] }),
        finding("webgpu", { works: false, problem: "no GPU was found" }),
      ],
      "auto",
    );
    expect(text.split("\n")).toEqual([
      "Simulation engines",
      "",
      expect.stringMatching(/^diag\.engine\.backend is auto: the fastest/),
      "",
      "cpu: works: cpu's device",
      "  threads  8",
      "",
      "webgpu: not available",
      "  No GPU was found.",
      "",
    ]);
  });

  test.each([
    ["darwin", "arm64", /macOS/],
    ["linux", "arm64", /linux on arm64/],
    ["linux", "x64", undefined],
    ["win32", "x64", undefined],
  ] as const)("of installing TensorFlow on %s, %s is %s", (platform, architecture, words) => {
    const refusal = installRefusal(platform, architecture);
    if (words === undefined) {
      expect(refusal).toBeUndefined();
    } else {
      expect(refusal).toMatch(words);
    }
  });

  test("before it is installed names size, needs and place", () => {
    const { detail } = installQuestion("/storage/tensorflow-runtime");
    for (const words of ["500 MB", "npm", "CUDA 11", "cuDNN 8", "/storage/tensorflow-runtime"]) {
      expect(detail).toContain(words);
    }
  });
});

describe("a kept run", () => {
  const order = {
    kind: "verification",
    source: { uri: "file:///w/a.diag", path: "/w/a.diag" },
    target: { kind: "verify", name: "v" },
    backend: "webgpu",
  } as const;
  const record = [
    { type: "engine", backend: "cpu", device: "8 threads", why: "the GPU is lost", fallback: true } as const,
    {
      type: "point",
      point: point({ roundingFloor: 1e-7, needsPrecision: true, backend: "webgpu+cpu" }),
    } as const,
  ].reduce(withEvent, startedRecord(header({ backend: "webgpu" })));

  test("has its engine, its rounding and its wish", () => {
    expect(readKeptRun(writeKeptRun({ record, order }))).toEqual({ record, order });
  });

  test.each([
    ["another engine", { order: { ...order, backend: "abacus" } }],
    ["an engine without a reason", { record: { ...record, engine: { device: "x" } } }],
    ["a floor that is no number", { record: { ...record, points: [{ ...point(), roundingFloor: "1" }] } }],
    ["half a need", { record: { ...record, points: [{ ...point(), needsPrecision: false }] } }],
  ])("is damaged by %s", (_, damage) => {
    expect(readKeptRun(JSON.stringify({ format: 1, record, order, ...damage }))).toBeUndefined();
  });
});
