import type * as vscode from "vscode";
import { type EvaluationAnswer, formatEvaluation } from "../cli/results.js";
import { settingsForDiagram } from "./ask-settings.js";
import { type Engine, EngineError } from "./engine.js";
import {
  type Description,
  type EvaluationSettings,
  predictionWords,
  settingsOf,
  spaceTimeWords,
} from "./evaluation-settings.js";
import type { ResultDocuments } from "./result-documents.js";
import { type SourceFile, savedSource } from "./source-file.js";
import { findTarget, type Target, trustedTo } from "./target.js";
import { withProgress } from "./working.js";

/** What the commands that run the engine share. */
export interface Workshop {
  readonly engine: Engine;
  readonly results: ResultDocuments;
  readonly memento: vscode.Memento;
}

/**
 * `diag.evaluate`: the terms of a diagram, or of what a `verify` block predicts, as a table beside the editor.
 * @returns the evaluations; `undefined` when there are none, and the user knows why.
 */
export async function evaluate(
  workshop: Workshop,
  uri?: unknown,
  name?: unknown,
): Promise<readonly EvaluationAnswer[] | undefined> {
  if (!trustedTo("evaluate diagrams")) return undefined;
  const target = await findTarget(["diagram", "verify"], uri, name);
  if (target === undefined) return undefined;
  return withProgress(`Evaluating ${target.declared.name}`, async (token, report) => {
    const source = await savedSource(target.document);
    try {
      return await evaluateSource(workshop, target, source, token, report);
    } finally {
      await source.release();
    }
  });
}

async function evaluateSource(
  { engine, results, memento }: Workshop,
  { declared }: Target,
  source: SourceFile,
  token: vscode.CancellationToken,
  report: (message: string) => void,
): Promise<readonly EvaluationAnswer[] | undefined> {
  const { result: described } = await engine.run<Description>(["describe", source.path], token);
  let settings: EvaluationSettings | undefined;
  let prediction: string[];
  if (declared.kind === "verify") {
    const verify = described.verifies.find(({ name }) => name === declared.name);
    if (verify === undefined) throw new EngineError(`verify ${declared.name} has errors; mend them first`);
    settings = settingsOf(verify);
    prediction = predictionWords(verify.predict);
  } else {
    if (!described.diagrams.some(({ name }) => name === declared.name))
      throw new EngineError(`diagram ${declared.name} has errors; mend them first`);
    if (described.landscapes.length === 0)
      throw new EngineError("there is no landscape to evaluate it on; write or import one");
    settings = await settingsForDiagram(described, memento);
    prediction = ["--diagram", declared.name];
  }
  if (settings === undefined) return undefined;

  const { landscape, spacetime, sum } = settings;
  const place = ["--landscape", landscape, ...spaceTimeWords(spacetime), "--sum", sum];
  const evaluations: EvaluationAnswer[] = [];
  const sections = [`${declared.kind} ${declared.name} on ${landscape} in ${spacetime}`];
  for (const observable of settings.observables) {
    for (const eta of settings.etas) {
      report(`${observable} at eta = ${eta}`);
      const numbers = ["--observe", observable, "--eta", String(eta)];
      const words = ["evaluate", source.path, ...place, ...numbers, ...prediction];
      const { result } = await engine.run<EvaluationAnswer>(words, token);
      evaluations.push(result);
      sections.push(`${observable} at eta = ${eta}\n\n${formatEvaluation(result)}`);
    }
  }
  await results.show(`${declared.name} evaluated`, `${sections.join("\n\n\n")}\n`);
  return evaluations;
}
