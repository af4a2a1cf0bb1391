import { findDeclaration, findSoundDiagram } from "../cli/files.js";
import { type AnalyzedFile, predictionFault, repetitionFault } from "../language/index.js";
import type { VerifySpecification } from "../verify/index.js";
import type { RunParameters, RunSetting, RunTarget } from "./protocol.js";
import { analyzeSource, EngineRefusal, textOf } from "./sources.js";

/** What is to be predicted and simulated, and the files that say so. */
export interface Specified {
  readonly specification: VerifySpecification;
  /** The source, and the landscape's file when that is another. */
  readonly files: readonly AnalyzedFile[];
}

/**
 * What is to be predicted and simulated.
 * @throws EngineRefusal, UsageError: in one line, what is wrong and where.
 */
export async function specify(
  { source, target, kind }: RunParameters,
  file: AnalyzedFile,
): Promise<Specified> {
  if (target.kind === "verify") {
    return { specification: verifyOf(target, file), files: [file] };
  }
  const diagrams = target.names.map((name) => {
    return { name, diagram: findSoundDiagram(name, file) };
  });
  const [first] = diagrams;
  if (first === undefined) {
    throw new EngineRefusal("no diagram was chosen; choose one at least");
  }
  const { landscapeSource } = target.setting;
  const place = landscapeSource === undefined ? file : await analyzeSource(landscapeSource);
  const setting = await readSetting(target.setting, landscapeSource ?? source, place);
  // One may look at the value of a reducible diagram, but its contraction holds it already.
  const reducible = kind === "verification" ? "refused" : "allowed";
  for (const [index, { name, diagram }] of diagrams.entries()) {
    const fault =
      predictionFault(name, diagram, setting.observables, reducible)?.message ??
      repetitionFault(name, diagram, diagrams.slice(0, index));
    if (fault !== undefined) {
      throw new EngineRefusal(fault);
    }
  }
  const prediction = { kind: "diagrams", diagrams } as const;
  return {
    specification: { ...setting, name: target.names.join(" + "), prediction },
    files: place === file ? [file] : [file, place],
  };
}

function verifyOf(
  { name, etas }: Extract<RunTarget, { readonly kind: "verify" }>,
  file: AnalyzedFile,
): VerifySpecification {
  const specification = findDeclaration(file.verifies, name, "verify", file);
  if (etas === undefined) {
    return specification;
  }
  const missing = etas.find((eta) => !specification.etas.includes(eta));
  if (missing !== undefined) {
    throw new EngineRefusal(`verify ${name} has no eta = ${missing} any more`);
  }
  if (etas.length === 0) {
    throw new EngineRefusal(`no learning rate of verify ${name} was chosen; choose one at least`);
  }
  return { ...specification, etas: specification.etas.filter((eta) => etas.includes(eta)) };
}

/** Reads a setting as a verify block of the landscape's file, so that the language itself judges each part of it. */
async function readSetting(
  setting: RunSetting,
  source: RunParameters["source"],
  place: AnalyzedFile,
): Promise<VerifySpecification> {
  const { landscape, spacetime, etas, observables, sum } = setting;
  findDeclaration(place.landscapes, landscape, "landscape", place);
  const text = await textOf(source);
  const name = freshName(text);
  const block = [
    `verify ${name} {`,
    `landscape ${landscape}`,
    spacetime,
    `eta = ${etas.join(", ")}`,
    `observe ${observables.join(", ")}`,
    "predict order 0",
    `sum = ${sum}`,
    "}",
  ];
  const lines = text.split("\n").length;
  const file = await analyzeSource(source, `${text}\n${block.join("\n")}\n`);
  const specification = file.verifies.get(name);
  if (specification === undefined) {
    const problem = file.diagnostics.find(
      ({ severity, range }) => severity === "error" && range.start.line >= lines,
    );
    throw new EngineRefusal(
      problem?.message ?? "the space-time, learning rates or observables cannot be read",
    );
  }
  return specification;
}

function freshName(text: string): string {
  for (let number = 1; ; number++) {
    const name = `chosen_${number}`;
    if (!text.includes(name)) {
      return name;
    }
  }
}
