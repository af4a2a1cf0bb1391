import {
  canonicalForm,
  type Diagram,
  edgeCount,
  isIrreducible,
  largestEnumeration,
  parseShortForm,
} from "../../diagram/index.js";
import { type Evaluation, Evaluator, formatObservable, type Selection } from "../../evaluate/index.js";
import type { Landscape } from "../../landscape/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { formatSpaceTime } from "../../spacetime/index.js";
import { analyzeGivenFile, findDeclaration, onlyFile, shownPath, tellGuesses } from "../files.js";
import { readEta, readObservable, readSpaceTime, readStart, readSum } from "../readings.js";
import { formatEvaluation } from "../results.js";
import { type Arguments, commonOptions, UsageError } from "../usage.js";
import { printJson, type Terminal, type Verb } from "../verb.js";

/** `diag evaluate`: what diagrams add up to on a landscape. */
export const evaluate: Verb = {
  name: "evaluate",
  words: "FILE",
  summary: "sum diagrams on a landscape in a space-time",
  example: "diag evaluate examples/gauss.diag --landscape gauss --order 3 --sgd N=10,E=1,B=1 --eta 0.1",
  options: {
    landscape: {
      takes: "value",
      hint: "a NAME",
      help: "the landscape; may be left out when the file has one",
    },
    order: { takes: "value", hint: "D", help: "all irreducible diagrams of at most D edges, as rvalues" },
    series: { takes: "value", hint: "D", help: "all diagrams of at most D edges, as uvalues" },
    diagram: { takes: "words", hint: "NAME…", help: "these diagrams, by name or short form, as rvalues" },
    sgd: { takes: "value", hint: "N=10,E=1,B=1", help: "the space-time N=…,E=…,B=…[,shuffle=reshuffled]" },
    gd: { takes: "value", hint: "N=10,T=10", help: "the space-time of gradient descent" },
    eta: { takes: "value", hint: "a number", help: "the learning rate" },
    observe: {
      takes: "value",
      hint: "an observable",
      help: "test_loss (default), train_loss, gen_gap, displacement or displacement(WEIGHT)",
    },
    sum: { takes: "value", hint: "exact or integral", help: "exact sums over times (default), or integrals" },
    at: { takes: "value", hint: "'u=0.1,v=0'", help: "start these weights elsewhere" },
    ...commonOptions,
  },
  async run(given, terminal) {
    const file = await analyzeGivenFile(onlyFile(given.words, "evaluate"));
    tellGuesses(file, terminal);
    if (given.words.length > 1) {
      throw new UsageError(`diag evaluate takes one FILE; "${given.words[1]}" is too much`);
    }
    const landscape = chooseLandscape(given.value("landscape"), file);
    const spacetime = readSpaceTime(given.value("sgd"), given.value("gd"));
    const eta = await readEta(given.value("eta"));
    const observable = readObservable(given.value("observe") ?? "test_loss", landscape);
    const sum = readSum(given.value("sum"));
    const selection = readSelection(given, file, terminal);
    const order =
      selection.kind === "diagrams"
        ? Math.max(...selection.diagrams.map(({ diagram }) => edgeCount(diagram)))
        : selection.order;
    const evaluator = new Evaluator(landscape, { order, at: await readStart(given.value("at"), landscape) });
    const evaluation = withNames(evaluator.evaluate({ spacetime, eta, observable, selection, sum }), file);

    const label = formatObservable(observable, landscape);
    const plain = (value: readonly number[]) => (observable.kind === "displacement" ? value : value[0]!);
    if (given.has("json")) {
      printJson(terminal, {
        observable: label,
        eta,
        total: plain(evaluation.total),
        series: evaluation.series.map(plain),
        terms: evaluation.terms.map((term) => ({ ...term, value: plain(term.value) })),
      });
      return 0;
    }
    terminal.print(`${label} of ${landscape.name} in ${formatSpaceTime(spacetime)} at eta = ${eta}\n`);
    terminal.print(formatEvaluation(evaluation));
    return 0;
  },
};

/** An evaluation whose terms carry the names that the file gives to their diagrams. */
export function withNames(evaluation: Evaluation, file: AnalyzedFile): Evaluation {
  const names = new Map<string, string>();
  for (const [name, { diagram }] of file.diagrams) {
    const form = canonicalForm(diagram);
    if (form !== undefined && !names.has(form)) {
      names.set(form, name);
    }
  }
  const terms = evaluation.terms.map((term) => {
    const name = term.name ?? names.get(term.diagram);
    return name === undefined ? term : { ...term, name };
  });
  return { ...evaluation, terms };
}

function chooseLandscape(name: string | undefined, file: AnalyzedFile): Landscape {
  const names = [...file.landscapes.keys()];
  if (name === undefined && names.length === 1) {
    return file.landscapes.get(names[0]!)!;
  }
  if (name === undefined && names.length > 1) {
    throw new UsageError(`choose a landscape: --landscape ${names.join(" or ")}`);
  }
  if (name === undefined) {
    const error = file.diagnostics.find(({ severity }) => severity === "error");
    throw new UsageError(
      `${shownPath(file.file)} has no landscape to evaluate on; ${error ? "diag check says what is wrong with it" : "write one, or import it"}`,
    );
  }
  return findDeclaration(file.landscapes, name, "landscape", file);
}

function readSelection(given: Arguments, file: AnalyzedFile, terminal: Terminal): Selection {
  const chosen = ["order", "series", "diagram"].filter((option) => given.has(option));
  if (chosen.length !== 1) {
    throw new UsageError("choose what to sum: one of --order D, --series D and --diagram NAME…");
  }
  if (given.has("diagram")) {
    const names = given.list("diagram");
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) {
      throw new UsageError(`--diagram names ${repeated} twice, which would count it twice; name it once`);
    }
    const diagrams = names.map((name) => ({ name, diagram: findDiagram(name, file) }));
    for (const { name, diagram } of diagrams) {
      if (!isIrreducible(diagram)) {
        terminal.note(`note: ${name} is reducible; its value is already inside its contraction's`);
      }
    }
    return { kind: "diagrams", diagrams };
  }
  const kind = given.has("order") ? "order" : "series";
  // More is refused with how much work it would be.
  return { kind, order: given.whole(kind, 0, largestEnumeration({}), Number.MAX_SAFE_INTEGER)! };
}

function findDiagram(name: string, file: AnalyzedFile): Diagram {
  return name.startsWith("(")
    ? parseShortForm(name)
    : findDeclaration(file.diagrams, name, "diagram", file).diagram;
}
