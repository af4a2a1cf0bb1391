import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import { RunStore } from "../../../src/language/lsp/evaluation/runs.js";
import {
  type Answer,
  WorkerEvaluationService,
  type WorkerLimits,
} from "../../../src/language/lsp/evaluation/service.js";
import type { VerifySpecification } from "../../../src/verify/index.js";
import { hoverAt, ReadingEditor } from "./reading-editor.js";

const gaussText = "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n";
const verifyText = `${gaussText}verify excess { landscape gauss sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict series 2 }`;

async function landscapeOf(text: string): Promise<Landscape> {
  return [...(await analyzeText(text)).landscapes.values()][0]!;
}

async function excess(): Promise<VerifySpecification> {
  return (await analyzeText(verifyText)).verifies.get("excess")!;
}

const services: WorkerEvaluationService[] = [];

function makeService(limits?: Partial<WorkerLimits>): WorkerEvaluationService {
  const service = new WorkerEvaluationService(limits);
  services.push(service);
  return service;
}

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

/** A service whose worker does as told, and how many workers it has had. */
function scripted(script: string, limits: Partial<WorkerLimits> = {}) {
  const count = { workers: 0 };
  const service = makeService({
    ...limits,
    start: () => {
      count.workers++;
      return new Worker(`const { parentPort } = require("node:worker_threads"); ${script}`, { eval: true });
    },
  });
  return { service, count };
}

/** Answers with the landscape's name; `slow` never, `crash` not at all. */
const namesBack = `parentPort.on("message", ({ landscape: { name } }) => {
  if (name === "crash") throw new Error("no good");
  if (name === "late") setTimeout(() => parentPort.postMessage({ value: name }), 300);
  else if (name !== "slow") parentPort.postMessage({ value: name });
});`;

const named = (name: string, start = 0): Landscape => ({
  name,
  weights: [{ name: "w", start }],
  data: [],
  loss: { kind: "symbol", name: "w" },
});

function doneWith<T>(answer: Answer<T>): T {
  if (answer.state !== "done") {
    throw new Error(`no value: ${JSON.stringify(answer)}`);
  }
  return answer.value;
}

const ask = { deadline: 20_000, subject: "one" };

describe("the evaluation worker", () => {
  it("finds a landscape's first tensors: Gauss at its minimum has l = H = C = 1/2 and no gradient", async () => {
    const answer = await makeService().landscapeTensors(await landscapeOf(gaussText), ask);
    const { loss, gradient, hessian, covariance } = doneWith(answer);
    expect(loss).toBeCloseTo(0.5, 12);
    expect(gradient[0]).toBeCloseTo(0, 12);
    expect(hessian[0]![0]).toBeCloseTo(0.5, 12);
    expect(covariance[0]![0]).toBeCloseTo(0.5, 12);
  });

  it("predicts: THEORY §5 has 1.25 η² for ten updates of Gauss, and −6.458 η³ next", async () => {
    const answer = await makeService().predict(await excess(), ask);
    const [row] = doneWith(answer);
    expect(row).toMatchObject({ eta: 0.1, observable: "test_loss" });
    expect(row!.predicted).toBeCloseTo(0.5 + 1.25 * 0.1 ** 2, 10);
    expect(row!.truncation).toBeCloseTo(6.458 * 0.1 ** 3, 6);
  });

  it("says in one line why something cannot be evaluated", async () => {
    const landscape = await landscapeOf(
      "landscape root { weights h = 0 data x ~ normal(0, 1) loss sqrt(h) + x }",
    );
    const answer = await makeService().landscapeTensors(landscape, ask);
    expect(answer).toMatchObject({
      state: "failed",
      problem: expect.stringMatching(/^[^\n]*not finite[^\n]*$/),
    });
  });
});

describe("an evaluation service", () => {
  it("remembers equal questions", async () => {
    const { service, count } = scripted(namesBack);
    expect(await service.landscapeTensors(named("a"), ask)).toEqual({ state: "done", value: "a" });
    await service.close();
    service.setTrusted(true);
    expect(await service.landscapeTensors(named("a"), ask)).toEqual({ state: "done", value: "a" });
    expect(count.workers).toBe(1);
  });

  it("goes on after the deadline, and tells when the answer is there", async () => {
    const { service } = scripted(namesBack);
    const arrived = new Promise<void>((resolve) => service.onArrival(resolve));
    expect(await service.landscapeTensors(named("late"), { ...ask, deadline: 0 })).toEqual({
      state: "computing",
    });
    await arrived;
    expect(await service.landscapeTensors(named("late"), { ...ask, deadline: 0 })).toEqual({
      state: "done",
      value: "late",
    });
  });

  it("stops what is asked about no more, and what takes too long", async () => {
    const { service, count } = scripted(namesBack);
    const outdated = service.landscapeTensors(named("slow"), ask);
    expect(await service.landscapeTensors(named("a", 1), ask)).toEqual({ state: "done", value: "a" });
    expect(await outdated).toEqual({ state: "computing" });
    expect(count.workers).toBe(2);
    const hasty = scripted(namesBack, { longestTask: 200 });
    expect(await hasty.service.landscapeTensors(named("slow"), ask)).toMatchObject({ state: "failed" });
    expect(await hasty.service.landscapeTensors(named("a"), ask)).toEqual({ state: "done", value: "a" });
  });

  it("answers at once when a text changes, and goes on", async () => {
    const { service } = scripted(namesBack);
    const waiting = service.landscapeTensors(named("late"), ask);
    service.hurry();
    expect(await waiting).toEqual({ state: "computing" });
    expect(await service.landscapeTensors(named("late"), ask)).toEqual({ state: "done", value: "late" });
  });

  it("works on after a crash, without trying again what crashed", async () => {
    const { service, count } = scripted(namesBack);
    const failed = { state: "failed", problem: "the evaluation failed: no good" };
    expect(await service.landscapeTensors(named("crash"), ask)).toEqual(failed);
    expect(await service.landscapeTensors(named("crash"), ask)).toEqual(failed);
    expect(await service.landscapeTensors(named("a"), ask)).toEqual({ state: "done", value: "a" });
    expect(count.workers).toBe(2);
  });

  it("lets an idle worker go", async () => {
    const { service, count } = scripted(namesBack, { idle: 10 });
    await service.landscapeTensors(named("a"), ask);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await service.landscapeTensors(named("b"), ask);
    expect(count.workers).toBe(2);
  });

  it("begins nothing in an untrusted workspace, and ends what runs", async () => {
    const { service, count } = scripted(namesBack);
    const running = service.landscapeTensors(named("slow"), ask);
    service.setTrusted(false);
    expect(await running).toEqual({ state: "untrusted" });
    expect(await service.landscapeTensors(named("a"), ask)).toEqual({ state: "untrusted" });
    expect(count.workers).toBe(1);
    service.setTrusted(true);
    expect(await service.landscapeTensors(named("a"), ask)).toEqual({ state: "done", value: "a" });
  });
});

describe("evaluations in the editor", () => {
  it("are in a landscape's hover", async () => {
    const editor = await ReadingEditor.open(gaussText);
    const offset = gaussText.indexOf("gauss");
    await editor.hover(offset);
    const { landscape } = { landscape: await landscapeOf(gaussText) };
    await editor.services.EvaluationService.landscapeTensors(landscape, { ...ask, subject: "other" });
    expect(await editor.hover(offset)).toContain("l = 0.5,\\quad G = 0,\\quad H = 0.5,\\quad C = 0.5");
    await editor.close();
  });

  it("are in a verify's hover, with the verdicts of the last run, and behind `predict`", async () => {
    const editor = await ReadingEditor.open(verifyText);
    const { EvaluationService, RunStore: runs } = editor.services;
    expect(await editor.inlayHints()).not.toContainEqual(expect.objectContaining({ label: "= 0.5125" }));
    await EvaluationService.predict(await excess(), ask);
    expect((await editor.inlayHints()).map(({ label }) => label)).toEqual(["T = 10", "= 0.5125"]);

    const offset = verifyText.indexOf("excess");
    const before = await editor.hover(offset);
    expect(before).toContain("| 0.1 | `test_loss` | 0.5125 | 0.0065 |");
    expect(before).not.toContain("last run");
    const run = { verify: "excess", eta: 0.1, observable: "test_loss", predicted: 0.5125, reason: "" };
    runs.put(editor.main.uri, [
      { ...run, measured: 0.50849, standardError: 0.00001, verdict: "agrees" },
      { ...run, eta: 0.2, measured: "much", standardError: 1, verdict: "agrees" },
      null,
    ]);
    expect(await editor.hover(offset)).toContain("**agrees**: 0.50849 ± 0.00001 |");
    await editor.close();
  });

  it("are off in an untrusted workspace, which the hover says", async () => {
    const options = { initializationOptions: { trusted: false } };
    expect(await hoverAt(gaussText.replace("gauss", "¦gauss"), options)).toContain("not trusted");
    expect(await hoverAt(verifyText.replace("excess", "¦excess"), options)).toContain("not trusted");
  });
});

describe("the store of runs", () => {
  it("keeps the last runs of each verify of a file", () => {
    const store = new RunStore();
    const run = {
      verify: "v",
      eta: 0.1,
      observable: "test_loss",
      predicted: 1,
      measured: null,
      standardError: null,
      verdict: "disagrees",
      reason: "diverged",
    };
    store.put("file:///a", [run]);
    expect(store.find("file:///a", "v", 0.1, "test_loss")?.verdict).toBe("disagrees");
    expect(store.find("file:///b", "v", 0.1, "test_loss")).toBeUndefined();
    store.put("file:///a", [{ ...run, verdict: "agrees" }]);
    expect(store.find("file:///a", "v", 0.1, "test_loss")?.verdict).toBe("agrees");
    store.put("file:///a", [{ ...run, verdict: "perhaps" }, 3]);
    expect(store.find("file:///a", "v", 0.1, "test_loss")?.verdict).toBe("agrees");
  });
});
