import { edgeCount, formatShortForm } from "../../diagram/index.js";
import { type AnyLandscape, isWritten } from "../../evaluate/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { formatObservable } from "../../observables/format.js";
import { formatSpaceTime } from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import { formatSelection, type VerifySpecification } from "../../verify/index.js";
import { analyzeGivenFile, onlyFile, shownPath } from "../files.js";
import { formatTable } from "../table.js";
import { commonOptions } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** `diag describe FILE`: what a file declares and imports, as editors and scripts need to know it. */
export const describe: Verb = {
  name: "describe",
  words: "FILE",
  summary: "list what a file declares, and what its verify blocks ask",
  example: "diag describe my.diag",
  options: commonOptions,
  async run(given, terminal) {
    const path = onlyFile(given.words, "describe");
    const file = await analyzeGivenFile(path, terminal);
    const errors = file.diagnostics.filter(({ severity }) => severity === "error").length;
    if (errors > 0) {
      terminal.note(
        `note: ${counted(errors, "error")} in ${shownPath(path)}; what is wrong is left out here, and diag check says what it is`,
      );
    }
    const { diagrams, landscapes, verifies } = describeFile(file);
    if (given.has("json")) {
      printJson(terminal, { diagrams, landscapes, verifies });
      return 0;
    }
    const rows = [
      ...diagrams.map(({ name, diagram }) => ["diagram", name, diagram]),
      ...landscapes.map(({ name, weights }) => [
        "landscape",
        name,
        `weights ${(tensorsOf(file.landscapes.get(name)) ?? weights).join(", ")}`,
      ]),
      ...verifies.map(({ name, landscape, spacetime, etas, observables, predict }) => [
        "verify",
        name,
        `${predict ?? "measurement"} of ${observables.join(", ")} on ${landscape} in ${spacetime} at eta = ${etas.join(", ")}`,
      ]),
    ];
    if (rows.length === 0) {
      terminal.print(`${shownPath(path)} declares nothing${errors > 0 ? " that is sound" : ""}`);
      return 0;
    }
    terminal.print(
      formatTable([{ title: "kind" }, { title: "name" }, { title: "what" }], rows, terminal.columns),
    );
    return 0;
  },
};

/** The weights of a landscape of tensors with their shapes: `A[3, 2]`. */
function tensorsOf(landscape: AnyLandscape | undefined): string[] | undefined {
  return landscape?.tensors?.map(
    ({ name, shape }) => `${name}${shape.length === 0 ? "" : `[${shape.join(", ")}]`}`,
  );
}

/** What is sound in a file and what it imports, as plain data. */
export function describeFile(file: AnalyzedFile) {
  const own = (name: string) => file.ownNames.has(name);
  const diagrams = [...file.diagrams].map(([name, { diagram }]) => ({
    name,
    own: own(name),
    diagram: formatShortForm(diagram),
    edges: edgeCount(diagram),
  }));
  const landscapes = [...file.landscapes].map(([name, landscape]) => ({
    name,
    own: own(name),
    // Of a large one there are too many entries to be told.
    weights:
      (isWritten(landscape) ? undefined : tensorsOf(landscape)) ?? landscape.weights.map(({ name }) => name),
  }));
  const verifies = [...file.verifies].map(([name, specification]) => ({
    name,
    own: own(name),
    ...describeVerify(specification),
  }));
  return { diagrams, landscapes, verifies };
}

function describeVerify(specification: VerifySpecification) {
  const {
    landscape,
    spacetime,
    etas,
    observables,
    prediction,
    sum,
    measure,
    over,
    trials,
    seed,
    testPoints,
    samples,
  } = specification;
  return {
    landscape: landscape.name,
    spacetime: formatSpaceTime(spacetime),
    ...(landscape.metric === undefined ? {} : { metric: landscape.metric }),
    etas,
    observables: observables.map((observable) => formatObservable(observable, landscape)),
    predict: prediction === undefined ? null : formatSelection(prediction),
    sum,
    ...(measure === undefined ? {} : { measure }),
    ...(over === undefined ? {} : { with: { [over.parameter]: over.variants.map(({ value }) => value) } }),
    ...(trials === undefined ? {} : { trials }),
    ...(seed === undefined ? {} : { seed }),
    ...(testPoints === undefined ? {} : { testPoints }),
    ...(samples === undefined ? {} : { samples }),
  };
}
