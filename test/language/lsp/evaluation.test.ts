import { afterEach, describe, expect, it as test } from "vitest";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { Answer } from "../../../src/server/evaluation/questions.js";
import { RunStore } from "../../../src/server/evaluation/runs.js";
import { WorkerEvaluationService } from "../../../src/server/evaluation/service.js";
import type { SimulatedSpecification } from "../../../src/verify/index.js";
import { simulated, written } from "../../written.js";
import { hoverAt, ReadingEditor } from "./reading-editor.js";

const gaussText = "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n";
const verifyText = `${gaussText}verify excess { landscape gauss sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict series 2 }`;

async function landscapeOf(text: string): Promise<Landscape> {
  return written([...(await analyzeText(text)).landscapes.values()][0]);
}

async function excess(): Promise<SimulatedSpecification> {
  return simulated((await analyzeText(verifyText)).verifies.get("excess"));
}

const services: WorkerEvaluationService[] = [];

function makeService(): WorkerEvaluationService {
  const service = new WorkerEvaluationService();
  services.push(service);
  return service;
}

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

function doneWith<T>(answer: Answer<T>): T {
  if (answer.state !== "done") {
    throw new Error(`no value: ${JSON.stringify(answer)}`);
  }
  return answer.value;
}

// An answer is waited for until it comes.
const ask = { deadline: 600_000, subject: { uri: "file:///one.diag", name: "one" } };

describe("the evaluation worker", () => {
  test("finds a landscape's first tensors: Gauss at its minimum has l = H = C = 1/2 and no gradient", async () => {
    const answer = await makeService().landscapeTensors(await landscapeOf(gaussText), ask);
    const { loss, gradient, hessian, covariance } = doneWith(answer);
    expect(loss).toBeCloseTo(0.5, 12);
    expect(gradient[0]).toBeCloseTo(0, 12);
    expect(hessian[0]![0]).toBeCloseTo(0.5, 12);
    expect(covariance[0]![0]).toBeCloseTo(0.5, 12);
  });

  test("predicts: THEORY §5 has 1.25 η² for ten updates of Gauss, and −6.458 η³ next", async () => {
    const answer = await makeService().predict(await excess(), ask);
    const [row] = doneWith(answer);
    expect(row).toMatchObject({ eta: 0.1, observable: "test_loss" });
    expect(row!.predicted).toBeCloseTo(0.5 + 1.25 * 0.1 ** 2, 10);
    expect(row!.truncation).toBeCloseTo(6.458 * 0.1 ** 3, 6);
  });

  test("says in one line why something cannot be evaluated", async () => {
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

describe("evaluations in the editor", () => {
  test("are in a landscape's hover", async () => {
    const editor = await ReadingEditor.open(gaussText);
    const offset = gaussText.indexOf("gauss");
    await editor.hover(offset);
    const { landscape } = { landscape: await landscapeOf(gaussText) };
    await editor.services.EvaluationService.landscapeTensors(landscape, {
      ...ask,
      subject: { uri: "file:///other.diag", name: "other" },
    });
    expect(await editor.hover(offset)).toContain("l = 0.5,\\quad G = 0,\\quad H = 0.5,\\quad C = 0.5");
    await editor.close();
  });

  test("stand behind `predict` with their names and learning rates, of several numbers those at the first", async () => {
    const hintOf = async (etas: string, observed: string) => {
      const text = verifyText
        .replace("eta = 0.1", `eta = ${etas}`)
        .replace("observe test_loss", `observe ${observed}`);
      const editor = await ReadingEditor.open(text);
      const value = simulated((await analyzeText(text)).verifies.get("excess"));
      await editor.services.EvaluationService.predict(value, ask);
      const label = String((await editor.inlayHints()).at(-1)!.label);
      await editor.close();
      return label;
    };
    expect(await hintOf("0.1, 0.2", "test_loss")).toMatch(/^test_loss = [\d.]+, [\d.]+ at eta = 0\.1, 0\.2$/);
    expect(await hintOf("0.1, 0.11, 0.12, 0.13, 0.14", "test_loss")).toMatch(
      /^test_loss = (?:[\d.]+, ){4}… at eta = 0\.1, 0\.11, 0\.12, 0\.13, …$/,
    );
    expect(await hintOf("0.1", "test_loss, train_loss")).toMatch(
      /^test_loss = [\d.]+, train_loss = [\d.]+ at eta = 0\.1$/,
    );
    expect(await hintOf("0.1, 0.2", "test_loss, train_loss")).toMatch(
      /^test_loss = [\d.]+, train_loss = [\d.]+ at eta = 0\.1, …$/,
    );
  });

  test("are in a verify's hover, with the verdicts of the last run, and behind `predict`", async () => {
    const editor = await ReadingEditor.open(verifyText);
    const { EvaluationService, RunStore: runs } = editor.services;
    expect(await editor.inlayHints()).not.toContainEqual(
      expect.objectContaining({ label: expect.stringContaining("0.5125") }),
    );
    await EvaluationService.predict(await excess(), ask);
    expect((await editor.inlayHints()).map(({ label }) => label)).toEqual([
      "T = 10 updates",
      "test_loss = 0.5125 at eta = 0.1",
    ]);

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
    expect(await editor.hover(offset)).toContain("**agrees**: 0.508490(10) |");
    const reason =
      "order 2 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02";
    runs.put(editor.main.uri, [
      { ...run, measured: 0.50849, standardError: 0.00001, verdict: "inconclusive", reason },
    ]);
    expect(await editor.hover(offset)).toContain(`\`test_loss\` at \`eta = 0.1\` inconclusive: ${reason}.`);
    await editor.close();
  });

  test("are off in an untrusted workspace, which the hover says", async () => {
    const options = { initializationOptions: { trusted: false } };
    expect(await hoverAt(gaussText.replace("gauss", "¦gauss"), options)).toContain("not trusted");
    expect(await hoverAt(verifyText.replace("excess", "¦excess"), options)).toContain("not trusted");
  });
});

describe("the store of runs", () => {
  test("keeps the last runs of each verify of a file", () => {
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
