import type { Reference } from "langium";
import { weightsByName } from "../../landscape/index.js";
import {
  codes,
  findObservable,
  namesInWords,
  namesOfOperands,
  namesTakingWeights,
  type Observable,
  type Operand,
  observableNames,
} from "../../observables/index.js";
import { indexShape, ShapeError, sizeOf } from "../../tensors/index.js";
import type { LandscapeDeclaration, ObservableChoice, ObserveChoice, Weight } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf } from "../problem.js";
import { landscapeSymbols, weightNames } from "../references/declared.js";
import { nearestName, nearestWord, suggestion } from "../spelling.js";
import type { ObserveContext } from "./checked-landscape.js";
import type { SymbolMeaning } from "./expression.js";
import { checkFunction } from "./function-of-weights.js";
import type { GivenParams } from "./params.js";
import { isOfTensors } from "./tensors/kind.js";
import { checkWhole } from "./tensors/shape.js";

/** What a verify observes; `undefined` when any of it is broken, which is reported. */
export function checkObservables(
  choice: ObserveChoice,
  landscape: LandscapeDeclaration | undefined,
  context: ObserveContext,
  problems: ProblemList,
  given?: GivenParams,
): Observable[] | undefined {
  const observables: Observable[] = [];
  const seen = new Set<string>();
  for (const node of choice.observables) {
    const observable = checkObservable(node, landscape, context, problems, given);
    if (!observable) {
      continue;
    }
    // Of two functions the names are to be two as well.
    const key = observable.value === undefined ? JSON.stringify(observable) : observable.name;
    if (seen.has(key)) {
      problems.error("bad-value", rangeOf(node), "this observable stands twice; remove one");
    } else {
      seen.add(key);
      observables.push(observable);
    }
  }
  return observables.length === choice.observables.length ? observables : undefined;
}

function checkObservable(
  node: ObservableChoice,
  landscape: LandscapeDeclaration | undefined,
  context: ObserveContext,
  problems: ProblemList,
  given?: GivenParams,
): Observable | undefined {
  if (node.value) {
    // Which names a landscape with a syntax error has is not known.
    return landscape && context.isKnown(landscape)
      ? checkFunction(node, landscape, context, problems, given)
      : undefined;
  }
  const record = findObservable(node.name);
  if (!record) {
    const isWeight = landscape !== undefined && weightNames(landscape).includes(node.name);
    const taking = namesTakingWeights().map((name) => `${name}(${node.name})`);
    const ofWeight = `; of a weight observe ${namesInWords(codes(taking), "or")}, or a function of weights under a name of its own`;
    const meant = isWeight ? undefined : nearestWord(node.name, observableNames());
    problems.error(
      "bad-value",
      rangeOf(node, "name"),
      `there is no observable \`${node.name}\`${isWeight ? ofWeight : suggestion(meant) || `; observe ${observableNames().join(", ")}`}`,
      { data: { name: node.name, ...(meant === undefined ? {} : { suggestion: meant }) } },
    );
    return undefined;
  }
  const { name: observed, weights: taken } = record;
  if (record.operands !== undefined) {
    const taking = { name: observed, operands: record.operands };
    return checkOperands(node, taking, landscape, context, problems, given);
  }
  if (!taken) {
    if (node.weights.length > 0) {
      const takers = namesTakingWeights();
      problems.error(
        "bad-value",
        rangeOf(node),
        `\`${observed}\` takes no weight; only ${namesInWords(codes(takers), "and")} ${takers.length === 1 ? "does" : "do"}`,
      );
      return undefined;
    }
    return { name: observed, weights: [] };
  }
  const places = landscape && weightsOf(landscape, context, given);
  const weights = node.weights.length === 0 ? [...(places?.places.values() ?? [])].flat() : [];
  let sound = places !== undefined;
  const seen = new Set<number>();
  for (const reference of node.weights) {
    const place = landscape && weightPlace(reference, node, landscape, taken.only, { context, problems });
    const own = place === undefined ? undefined : places && entriesOf(reference, node, places, problems);
    if (own === undefined) {
      sound = false;
    } else if (own.some((weight) => seen.has(weight))) {
      problems.error(
        "bad-value",
        rangeOfName(reference, node),
        `\`${reference.$refText}\` stands twice; remove one`,
      );
      sound = false;
    } else {
      for (const weight of own) {
        seen.add(weight);
        weights.push(weight);
      }
    }
  }
  return sound ? { name: observed, weights } : undefined;
}

/** What covaries: the final loss or weights, as many as the observable takes. */
function checkOperands(
  node: ObservableChoice,
  { name, operands: count }: { readonly name: string; readonly operands: number },
  landscape: LandscapeDeclaration | undefined,
  context: ObserveContext,
  problems: ProblemList,
  given?: GivenParams,
): Observable | undefined {
  const places = landscape && weightsOf(landscape, context, given);
  if (node.weights.length !== count) {
    problems.error(
      "bad-value",
      rangeOf(node),
      `\`${name}\` takes ${count === 1 ? operandsInWords() : `${count} of ${namesInWords([...codes(namesOfOperands()), "the weights"], "and")}`}, such as \`${exampleOfOperands(name, landscape)}\``,
    );
    return undefined;
  }
  const operands: Operand[] = [];
  for (const reference of node.weights) {
    const text = reference.$refText;
    // Words of observables are not reserved: weights may be called so.
    const isWeight = landscape !== undefined && weightNames(landscape).includes(text);
    if (!isWeight && namesOfOperands().includes(text)) {
      operands.push({ name: text });
      continue;
    }
    if (!isWeight && (findObservable(text) !== undefined || isFunctionBeside(node, text))) {
      problems.error(
        "bad-value",
        rangeOfName(reference, node),
        `there is no \`${name}\` of \`${text}\`; write ${operandsInWords()}`,
      );
      continue;
    }
    const only = `a \`${name}\` is of ${operandsInWords()}`;
    const place = landscape && weightPlace(reference, node, landscape, only, { context, problems });
    const own = place === undefined ? undefined : places && entriesOf(reference, node, places, problems);
    if (own?.length === 1) {
      operands.push({ weight: own[0]! });
    } else if (own !== undefined) {
      problems.error(
        "shape",
        rangeOfName(reference, node),
        `\`${text}\` has ${own.length} entries here, and ${only}, which is one number; name one, such as \`${text}[0]\``,
      );
    }
  }
  if (operands.length !== count) {
    return undefined;
  }
  const [first, second] = operands.map((operand) => JSON.stringify(operand));
  if (first === second) {
    problems.error(
      "bad-value",
      rangeOf(node),
      `the \`${name}\` of \`${node.weights[0]!.$refText}\` with itself is its variance; observe that, or another`,
    );
    return undefined;
  }
  return { name, weights: [], operands };
}

/** Whether a name is that of a function of the weights that is observed in the same statement. */
function isFunctionBeside({ $container }: ObservableChoice, name: string): boolean {
  return $container.observables.some((other) => other.value !== undefined && other.name === name);
}

/** The weights that names stand for. */
interface NamedWeights {
  readonly places: ReadonlyMap<string, readonly number[]>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** The weights of a landscape; of one of tensors nothing where it is broken. */
function weightsOf(
  landscape: LandscapeDeclaration,
  context: ObserveContext,
  given: GivenParams | undefined,
): NamedWeights | undefined {
  if (!isOfTensors(landscape)) {
    const weights = weightNames(landscape).map((name) => ({ name }));
    return { places: weightsByName({ weights }), shapes: new Map() };
  }
  const { value } = given ? context.landscapeWith(landscape, given) : context.landscape(landscape);
  const shapes = new Map(value?.tensors?.map(({ name, shape }) => [name, shape]));
  return value && { places: weightsByName(value), shapes };
}

/** The weights that a name stands for, or those of them at the place behind it; `undefined` where that is none, which is reported. */
function entriesOf(
  reference: Reference<Weight>,
  node: ObservableChoice,
  { places, shapes }: NamedWeights,
  problems: ProblemList,
): readonly number[] | undefined {
  const name = reference.$refText;
  const whole = places.get(name);
  const next = node.weights[node.weights.indexOf(reference) + 1];
  const isBehind = (offset: number) =>
    offset > (reference.$refNode?.offset ?? 0) &&
    offset < (next?.$refNode?.offset ?? Number.POSITIVE_INFINITY);
  const place = node.places.find(({ $cstNode }) => $cstNode !== undefined && isBehind($cstNode.offset));
  if (whole === undefined || place === undefined) {
    return whole;
  }
  const constant: SymbolMeaning = () => undefined;
  const indices = place.indices.map((index) =>
    checkWhole(index, undefined, "an index", { constant, problems }),
  );
  if (!indices.every((index) => index !== undefined)) {
    return undefined;
  }
  const shape = shapes.get(name) ?? [];
  try {
    const count = sizeOf(indexShape(shape, indices));
    const first = indices.reduce((at, index, axis) => at * shape[axis]! + index, 0) * count;
    return whole.slice(first, first + count);
  } catch (error) {
    if (!(error instanceof ShapeError)) {
      throw error;
    }
    problems.error("shape", rangeOf(place), error.message);
    return undefined;
  }
}

function operandsInWords(): string {
  return namesInWords([...codes(namesOfOperands()), "a weight"], "or");
}

function exampleOfOperands(name: string, landscape: LandscapeDeclaration | undefined): string {
  const some = [...(landscape ? weightNames(landscape) : []), ...namesOfOperands()];
  return `${name}(${some.slice(0, findObservable(name)!.operands).join(", ")})`;
}

/** Which of a landscape's weights is named; `undefined` when none is, which is reported. @param only why it must be one. */
function weightPlace(
  reference: Reference<Weight>,
  node: ObservableChoice,
  landscape: LandscapeDeclaration,
  only: string,
  { context, problems }: { readonly context: ObserveContext; readonly problems: ProblemList },
): number | undefined {
  const name = reference.$refText;
  const names = weightNames(landscape);
  const place = names.indexOf(name);
  // Which weights a landscape with a syntax error has is not known.
  if (place < 0 && context.isKnown(landscape)) {
    const meant = nearestName(name, names);
    const other = landscapeSymbols(landscape).some((symbol) => symbol.name === name);
    problems.error(
      "unknown-symbol",
      rangeOfName(reference, node),
      other
        ? `\`${name}\` is no weight of \`${landscape.name}\`; ${only}`
        : `\`${landscape.name}\` has no weight \`${name}\`${suggestion(meant) || `; its weights are ${names.join(", ")}`}`,
      { data: { name, ...(meant === undefined ? {} : { suggestion: meant }) } },
    );
  }
  return place < 0 ? undefined : place;
}

function rangeOfName({ $refNode }: Reference<Weight>, node: ObservableChoice): Range {
  return $refNode?.range ?? rangeOf(node);
}
