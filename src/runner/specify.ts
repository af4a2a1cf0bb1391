import { findDeclaration, findSoundDiagram } from "../cli/files.js";
import { type AnalyzedFile, predictionFault, repetitionFault } from "../language/index.js";
import type { VerifySpecification } from "../verify/index.js";
import type { RunOrder } from "./protocol.js";
import { RunnerRefusal } from "./sources.js";

/**
 * What is to be predicted and simulated: a `verify` block, or some of its learning rates, or diagrams where it is.
 * @throws RunnerRefusal, UsageError: in one line, what is wrong and where.
 */
export function specify(
  { target, kind }: Pick<RunOrder, "target" | "kind">,
  file: AnalyzedFile,
): VerifySpecification {
  const name = target.kind === "verify" ? target.name : target.verify;
  const specification = findDeclaration(file.verifies, name, "verify", file);
  if (target.kind === "verify") {
    if (kind === "evaluation" && specification.prediction === undefined) {
      throw new RunnerRefusal(`verify ${name} predicts nothing; add a line such as predict order 3`);
    }
    return target.etas === undefined ? specification : withEtas(specification, target.etas);
  }
  const diagrams = target.names.map((name) => ({ name, diagram: findSoundDiagram(name, file) }));
  if (diagrams.length === 0) {
    throw new RunnerRefusal("no diagram was chosen; choose one at least");
  }
  // One may look at the value of a reducible diagram, but its contraction holds it already.
  const reducible = kind === "verification" ? "refused" : "allowed";
  for (const [index, { name, diagram }] of diagrams.entries()) {
    const fault =
      predictionFault(name, diagram, specification.observables, reducible)?.message ??
      repetitionFault(name, diagram, diagrams.slice(0, index));
    if (fault !== undefined) {
      throw new RunnerRefusal(fault);
    }
  }
  return { ...specification, name: target.names.join(" + "), prediction: { kind: "diagrams", diagrams } };
}

function withEtas(specification: VerifySpecification, etas: readonly number[]): VerifySpecification {
  const { name } = specification;
  const missing = etas.find((eta) => !specification.etas.includes(eta));
  if (missing !== undefined) {
    throw new RunnerRefusal(`verify ${name} has no eta = ${missing} any more`);
  }
  if (etas.length === 0) {
    throw new RunnerRefusal(`no learning rate of verify ${name} was chosen; choose one at least`);
  }
  const chosen = specification.etas.filter((eta) => etas.includes(eta));
  return { ...specification, etas: chosen, rates: specification.etas.length };
}
