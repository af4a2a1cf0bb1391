import { CompletionItemKind } from "vscode-languageserver";
import {
  type Declaration,
  isLandscapeChoice,
  isParam,
  isVerifyDeclaration,
  isWeight,
  type LandscapeDeclaration,
  type Param,
  type Weight,
} from "../../language/generated/ast.js";
import { landscapeSymbols } from "../../language/references/declared.js";
import { comparableForm, type NamedDiagram } from "../../language/semantics/diagram.js";
import { predictionFault } from "../../language/semantics/prediction.js";
import { isOfTensors } from "../../language/semantics/tensors/kind.js";
import { findObservable, namesOfOperands, type Observable, sampleOf } from "../../observables/index.js";
import { numbersOf, type OptimiserRecord, optimiserNamed, penalty } from "../../optimisers/index.js";
import { endsOperand, type Statement } from "./context.js";
import {
  differenceOffers,
  expressionOffers,
  keyword,
  name,
  type Offer,
  observableOffers,
  optimiserOffers,
  predictionOffers,
  verifyOffers,
} from "./offers.js";

/** What a verification may name. */
export interface VisibleNames {
  landscapes(): Offer[];
  /** The one that a verification is on, where nothing else is said. */
  landscape(): LandscapeDeclaration | undefined;
  diagrams(): Offer[];
  /** The diagram of a name, when nothing in it is broken. */
  diagram(name: string): NamedDiagram | undefined;
}

/** More rows of a matrix are not written out. */
const mostRows = 6;

/** What may stand at the cursor in a verification and is no error there. */
export function offersInVerify(
  declaration: Declaration | undefined,
  context: Statement,
  visible: VisibleNames,
): Offer[] {
  const { statement, behind, used, words: whole } = context;
  const [first] = statement;
  const last = statement.at(-1);
  const depth = depthOf(statement);
  if (first !== undefined && optimiserNamed(first) !== undefined) {
    const sides = sidesIn(statement);
    const side = sides.at(-1)!;
    const optimiser = optimiserNamed(side[0] ?? "");
    if (side.length === 0) {
      return sides.length === 2 && behind.length === 0 ? [...optimiserOffers] : [];
    }
    if (depth > 0) {
      const own = depth === 1 && optimiser ? spaceTimeOffers(optimiser, side, behind) : [];
      return mayBePenalised(declaration, used) ? own : own.filter(({ label }) => label !== penalty.name);
    }
    if (side.length === 1) {
      return [];
    }
  }
  if (first === "observe" && isInFunction(statement)) {
    if (last !== "," ? !endsOperand(last!) : depth > 0) {
      return operandOffers(declaration);
    }
    if (depth > 0) {
      return [];
    }
  }
  if (first === "observe" && depth > 0) {
    return last === "(" || last === "," ? weightOffers(declaration, statement, behind) : [];
  }
  if (first === "landscape" && last === "landscape") {
    return visible.landscapes();
  }
  if (first === "observe" && (last === "observe" || last === ",")) {
    return observablesLeft(declaration, statement, behind, diagramsIn(whole, visible));
  }
  if (first === "predict" && (last === "predict" || last === "+")) {
    const diagrams = diagramsLeft(statement, behind, observablesIn(whole), visible);
    const alone = last === "predict" && !behind.includes("+");
    return alone ? [...predictionOffers, ...diagrams] : diagrams;
  }
  if (first === "with" && last === "with") {
    return paramsOf(declaration).map((param) => name(param.name, CompletionItemKind.Constant, "param"));
  }
  if (first === "metric" && (last === "metric" || (last === "," && depth === 0))) {
    const taken = new Set([...statement, ...behind]);
    const left = weightsOf(declaration).filter((weight) => !taken.has(weight));
    const weights = left.map((weight) => ({
      ...name(weight, CompletionItemKind.Variable, "weight"),
      snippet: `${weight}: $0`,
    }));
    return last === "metric" && behind.length === 0
      ? [...weights, ...metricForms(weightsOf(declaration))]
      : weights;
  }
  if (first === "sum" && last === "=") {
    return [keyword("exact"), keyword("integral")];
  }
  if (first === "measure" && last === "=") {
    return [keyword("total")];
  }
  const isComplete =
    depth === 0 &&
    statement.length !== 1 &&
    (last === undefined || endsOperand(last)) &&
    !/^(?:order|series)$/.test(last ?? "");
  if (!isComplete) {
    const isOperand = statement.length > 1 && last !== undefined && !endsOperand(last);
    const isNumbers = first === "eta" || ((first === "with" || first === "metric") && statement.length > 2);
    return isNumbers && isOperand
      ? expressionOffers.filter(({ kind }) => kind === CompletionItemKind.Constant)
      : [];
  }
  const isOptimiser = (word: string | undefined) => word !== undefined && optimiserNamed(word) !== undefined;
  const spaceTime = [...used, first].some(isOptimiser);
  const isPredictable = !(spaceTime && isPenalised(whole)) && !declaredWeights(declaration).some(isHyper);
  const others = verifyOffers
    .filter(({ label }) => !used.has(label) && label !== first && !(spaceTime && isOptimiser(label)))
    .filter(({ label }) => label !== "predict" || isPredictable)
    .filter(({ label }) => !namesOfTensors.includes(label) || isOnTensors(declaration))
    .flatMap((offer) => {
      const snippet = snippetOf(offer, declaration, visible);
      return snippet === undefined ? [] : [{ ...offer, ...(snippet === "" ? {} : { snippet }) }];
    });
  const mayBeDifference = isOptimiser(first) && sidesIn(statement).length === 1 && behind[0] !== "-";
  return mayBeDifference ? [...others, ...differenceOffers] : others;
}

/**
 * A statement with the names of the file and of its landscape, where it has any; nothing for one that lacks the names
 * that it needs, and an empty text for one that needs none.
 */
function snippetOf(
  { label }: Offer,
  declaration: Declaration | undefined,
  visible: VisibleNames,
): string | undefined {
  const place = (name: string | undefined, rest = "") =>
    name === undefined ? undefined : `${label} \${1:${name}}${rest}`;
  switch (label) {
    case "landscape":
      return place(visible.landscape()?.name);
    case "with":
      return place(paramsOf(declaration)[0]?.name, ` = \${2:0.1, 1}`);
    case "metric":
      return `metric ${diagonalSnippet(weightsOf(declaration).length)}`;
    default:
      return "";
  }
}

function paramsOf(declaration: Declaration | undefined): Param[] {
  const landscape = landscapeOf(declaration);
  return landscape ? landscapeSymbols(landscape).filter(isParam) : [];
}

/** The words of a space-time in those of its descents: what stands between signs that are in no parentheses. */
function sidesIn(statement: readonly string[]): string[][] {
  return piecesOf(statement, "-");
}

/** What only verifications on tensors have. */
const namesOfTensors: readonly string[] = ["test_points", "samples"];

function isOnTensors(declaration: Declaration | undefined): boolean {
  const landscape = landscapeOf(declaration);
  return landscape !== undefined && isOfTensors(landscape);
}

function isHyper({ isHyper: is }: Weight): boolean {
  return is;
}

function isPenalised(words: readonly string[]): boolean {
  return words.some((word, index) => word === penalty.name && words[index + 1] === "=");
}

/** Whether a space-time may have the penalty of which nothing is predicted, which is of landscapes with one weight of their own. */
function mayBePenalised(declaration: Declaration | undefined, used: ReadonlySet<string>): boolean {
  const weights = declaredWeights(declaration);
  return (
    !used.has("predict") && (weights.length === 0 || weights.filter((one) => !isHyper(one)).length === 1)
  );
}

/** A metric with as many entries as there are weights. */
function metricForms(weights: readonly string[]): Offer[] {
  const size = Math.max(1, weights.length);
  if (size > mostRows) {
    return [];
  }
  const places = Array.from({ length: size }, (_, index) => `\${${index + 1}:1}`);
  const rows = places.map((place, row) =>
    places.map((_, column) => (row === column ? place : "0")).join(", "),
  );
  return [
    { ...keyword("diag", diagonalSnippet(size)), detail: "the diagonal" },
    { ...keyword("[…]", `[${rows.join("; ")}]`), detail: "rows and columns" },
  ];
}

/** Ones on a diagonal; of how many where that is not known, or they are many, is left to whoever types. */
function diagonalSnippet(size: number): string {
  const shown = size < 1 || size > mostRows ? 2 : size;
  return `diag(${Array.from({ length: shown }, (_, index) => `\${${index + 1}:1}`).join(", ")})`;
}

function depthOf(words: readonly string[]): number {
  const count = (...signs: string[]) => words.filter((word) => signs.includes(word)).length;
  return count("(", "[") - count(")", "]");
}

/** The parameters of a space-time that are not given yet, by name or by place. */
function spaceTimeOffers(
  record: OptimiserRecord,
  statement: readonly string[],
  behind: readonly string[],
): Offer[] {
  const last = statement.at(-1);
  if (last === "=") {
    const chosen = record.parameters.find(({ name }) => name === statement.at(-2));
    return chosen?.kind === "choice" ? chosen.options.map((option) => keyword(option.name)) : [];
  }
  if (last !== "(" && last !== ",") {
    return [];
  }
  const numbers = numbersOf(record);
  const given = new Set<string>();
  const close = behind.indexOf(")");
  const words = [...statement.slice(2), ...(close < 0 ? behind : behind.slice(0, close))];
  for (const [index, argument] of piecesOf(statement.slice(2)).entries()) {
    const named = argument[1] === "=" ? argument[0] : argument.length > 0 ? numbers[index]?.name : undefined;
    if (named !== undefined) {
      given.add(named);
    }
  }
  words.forEach((word, index) => {
    if (words[index + 1] === "=") {
      given.add(word);
    }
  });
  return record.parameters
    .map(({ name: one }) => one)
    .filter((one) => !given.has(one))
    .map((one) => ({ ...keyword(one, `${one} = $0`, 0), kind: CompletionItemKind.Property }));
}

/** Words in pieces, between the commas, or other words, that are in no parentheses. */
function piecesOf(words: readonly string[], between = ","): string[][] {
  const found: string[][] = [[]];
  let depth = 0;
  for (const word of words) {
    depth += word === "(" ? 1 : word === ")" ? -1 : 0;
    if (word === between && depth === 0) {
      found.push([]);
    } else {
      found.at(-1)!.push(word);
    }
  }
  return found;
}

function landscapeOf(declaration: Declaration | undefined): LandscapeDeclaration | undefined {
  return isVerifyDeclaration(declaration)
    ? declaration.statements.find(isLandscapeChoice)?.landscape?.ref
    : undefined;
}

function declaredWeights(declaration: Declaration | undefined): Weight[] {
  const landscape = landscapeOf(declaration);
  return landscape ? landscapeSymbols(landscape).filter(isWeight) : [];
}

function weightsOf(declaration: Declaration | undefined): string[] {
  return declaredWeights(declaration).map((weight) => weight.name);
}

function weightOffers(
  declaration: Declaration | undefined,
  statement: readonly string[],
  behind: readonly string[],
): Offer[] {
  const open = statement.lastIndexOf("(");
  const record = findObservable(statement[open - 1] ?? "");
  if (record?.weights === undefined && record?.operands === undefined) {
    return [];
  }
  const close = behind.indexOf(")");
  const given = [...statement.slice(open + 1), ...(close < 0 ? [] : behind.slice(0, close))];
  const taken = new Set(given);
  if (given.filter((word) => word !== ",").length >= (record.operands ?? Number.POSITIVE_INFINITY)) {
    return [];
  }
  const weights = weightsOf(declaration)
    .filter((weight) => !taken.has(weight))
    .map((weight) => name(weight, CompletionItemKind.Variable, "weight"));
  const others = record.operands === undefined ? [] : namesOfOperands();
  return [
    ...weights,
    ...observableOffers.filter(
      ({ label }) =>
        others.includes(label) && !taken.has(label) && !weights.some((weight) => weight.label === label),
    ),
  ];
}

/** Whether a list of observables ends within a function of the weights. */
function isInFunction(statement: readonly string[]): boolean {
  return piecesOf(statement.slice(1)).at(-1)![1] === "=";
}

/** What a function of the weights may be made of. */
function operandOffers(declaration: Declaration | undefined): Offer[] {
  const landscape = landscapeOf(declaration);
  const symbols = landscape ? landscapeSymbols(landscape) : [];
  const allowed = symbols.filter((symbol) => isWeight(symbol) || isParam(symbol));
  return [
    ...allowed.map((symbol) =>
      isWeight(symbol)
        ? name(symbol.name, CompletionItemKind.Variable, "weight")
        : name(symbol.name, CompletionItemKind.Constant, "param"),
    ),
    ...expressionOffers.filter(({ label }) => !symbols.some((symbol) => symbol.name === label)),
  ];
}

/** An observable as words tell it. */
interface Listed {
  readonly name: string;
  /** Its list of weights, if it has one. */
  readonly weights: readonly string[];
  readonly isFunction: boolean;
}

function listedObservables(words: readonly string[]): Listed[] {
  const isName = (word: string | undefined) => word !== undefined && /^[\p{ID_Start}_]/u.test(word);
  return piecesOf(words).flatMap(([first, ...rest]): Listed[] => {
    const isFunction = rest[0] === "=";
    return isName(first)
      ? [{ name: first!, weights: isFunction ? [] : rest.filter(isName), isFunction }]
      : [];
  });
}

function observablesLeft(
  declaration: Declaration | undefined,
  statement: readonly string[],
  behind: readonly string[],
  predicted: readonly { name: string; named: NamedDiagram }[],
): Offer[] {
  const listed = listedObservables([...statement.slice(1), ...behind]);
  const weights = weightsOf(declaration);
  return observableOffers.filter(
    ({ label }) =>
      !listed.some(
        (one) =>
          one.name === label &&
          findObservable(label)?.operands === undefined &&
          (findObservable(label)?.weights === undefined ||
            one.weights.length === 0 ||
            one.weights.length === weights.length),
      ) &&
      predicted.every(
        (one) =>
          predictionFault(one.name, one.named.diagram, []) !== undefined ||
          predictionFault(one.name, one.named.diagram, observed(label)) === undefined,
      ),
  );
}

/** For checks to which it does not matter which function it is. */
const anyFunction: Observable = { name: "function", weights: [], value: { kind: "number", value: 0 } };

/** The observable of a name, if there is one, for checks to which its weights do not matter. */
function observed(name: string): Observable[] {
  const record = findObservable(name);
  return record === undefined ? [] : [sampleOf(record)];
}

const continuesList = /^(?:[-+*/^,=()]|\*\*)$/;

/** The words of the statement that a word begins, to the end of what may be its list. */
function listBehind(words: readonly string[], starter: string): string[] {
  const found: string[] = [];
  let depth = 0;
  for (const word of words.slice(words.indexOf(starter) + 1)) {
    depth += word === "(" ? 1 : word === ")" ? -1 : 0;
    const before = found.at(-1);
    // What ends an operand and what begins one do not follow each other within a list.
    const continues = before === undefined || depth > 0 || continuesList.test(word) || !endsOperand(before);
    if (!continues) {
      break;
    }
    found.push(word);
  }
  return words.includes(starter) ? found : [];
}

function observablesIn(words: readonly string[]): Observable[] {
  return listedObservables(listBehind(words, "observe")).flatMap((one) =>
    one.isFunction ? [anyFunction] : observed(one.name),
  );
}

function diagramsIn(
  words: readonly string[],
  visible: VisibleNames,
): { name: string; named: NamedDiagram }[] {
  return listBehind(words, "predict").flatMap((word) => {
    const named = visible.diagram(word);
    return named ? [{ name: word, named }] : [];
  });
}

/** The diagrams that may be added to the sum: sound, not in it yet, and able to add to what is observed. */
function diagramsLeft(
  statement: readonly string[],
  behind: readonly string[],
  observables: readonly Observable[],
  visible: VisibleNames,
): Offer[] {
  const listed = [...statement.slice(1), ...(behind[0] === "+" ? behind : [])];
  const forms = new Set(
    listed.flatMap((word) => {
      const named = visible.diagram(word);
      return named ? (comparableForm(named.diagram) ?? []) : [];
    }),
  );
  return visible.diagrams().filter(({ label }) => {
    const named = visible.diagram(label);
    if (!named || listed.includes(label) || predictionFault(label, named.diagram, observables)) {
      return false;
    }
    const form = comparableForm(named.diagram);
    return form === undefined || !forms.has(form);
  });
}
