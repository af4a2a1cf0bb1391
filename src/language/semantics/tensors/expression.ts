import {
  broadcastShape,
  describeShape,
  indexShape,
  matmulShape,
  notSmoothFunctions,
  type Shape,
  ShapeError,
  sizeOf,
  type TensorExpression,
  tensorFunctionNamed,
  tensorFunctions,
} from "../../../tensors/index.js";
import {
  type Call,
  type Expression,
  type Index,
  isCall,
  isFileStart,
  isGroup,
  isIndex,
  isNamedArgument,
  isNumberLiteral,
  isPower,
  isProduct,
  isSigned,
  isSum,
  isSymbolReference,
  type Power,
  type Product,
  type Sum,
  type SymbolReference,
} from "../../generated/ast.js";
import { type ProblemList, type Range, rangeOf, span } from "../../problem.js";
import type { DeclaredSymbol } from "../../references/declared.js";
import {
  argumentCounts,
  callOf,
  constantNamed,
  functionNames,
  isElementaryFunction,
  isNumber,
  numberOf,
} from "../constant.js";
import { excerpt, type SymbolMeaning } from "../expression.js";
import { reportUnknownFunction, reportUnknownSymbol } from "../unknown.js";
import { placeCall } from "./arguments.js";
import { normalStart } from "./kind.js";
import type { LabelUse } from "./labels.js";
import { partsOf } from "./parts.js";
import { checkWhole, mostEntries } from "./shape.js";

/** What a name in an expression of tensors stands for; `undefined` when that is broken and reported elsewhere. */
export type TensorMeaning = (symbol: DeclaredSymbol, place: SymbolReference) => TensorExpression | undefined;

/** A tower of more powers is refused, and so is a tree of more levels. */
const highestTower = 50;
const deepest = 1000;

/** Every function that may be called in a landscape of tensors. */
export const tensorFunctionNames: readonly string[] = [
  ...new Set([...functionNames, ...tensorFunctions.map(({ name }) => name)]),
];

/** Whether an expression has what the grammar asks for: one of broken text, as editors have it, need not. */
function isWhole(expression: Expression): boolean {
  if (isSum(expression)) {
    return expression.terms.length > 0;
  }
  if (isProduct(expression)) {
    return expression.factors.length > 0;
  }
  if (isPower(expression)) {
    return expression.operands.length > 0;
  }
  return !isIndex(expression) || expression.indices.length > 0;
}

/** Makes expressions of tensors of parsed ones: names resolved, constants folded, and each with its shape. */
export class TensorMaker {
  /** The labels that were met. */
  readonly labels: LabelUse[] = [];
  private readonly facts = new WeakMap<TensorExpression, { depth: number; isWeighted: boolean }>();

  constructor(
    private readonly meaning: TensorMeaning,
    private readonly constant: SymbolMeaning,
    private readonly problems: ProblemList,
  ) {}

  /** The expression, or `undefined` when something in it is broken, which then has been reported. */
  make(expression: Expression | undefined): TensorExpression | undefined {
    const made = expression && isWhole(expression) ? this.expressionOf(expression) : undefined;
    if (made === undefined || expression === undefined) {
      return undefined;
    }
    if (made.kind === "number" && !Number.isFinite(made.value)) {
      return this.refuse(
        "bad-value",
        rangeOf(expression),
        `\`${excerpt(expression)}\` is ${Number.isNaN(made.value) ? "not a real number" : "not finite"}`,
      );
    }
    if (sizeOf(made.shape) > mostEntries) {
      return this.refuse(
        "shape",
        rangeOf(expression),
        `this has the shape ${describeShape(made.shape)}, which is more than ${mostEntries} entries; make it smaller`,
      );
    }
    if (this.factsOf(made).depth > deepest) {
      return this.refuse(
        "bad-value",
        rangeOf(expression),
        `with its lets written out this is more than ${deepest} levels deep; make it flatter`,
      );
    }
    return made;
  }

  /** Names a subexpression. */
  named(name: string, value: TensorExpression): TensorExpression {
    return { kind: "let", name, value, shape: value.shape };
  }

  /** Whether a weight is in an expression. */
  isWeighted(expression: TensorExpression): boolean {
    return this.factsOf(expression).isWeighted;
  }

  private refuse(code: "shape" | "not-smooth" | "bad-value", place: Range, message: string): undefined {
    this.problems.error(code, place, message);
    return undefined;
  }

  private factsOf(expression: TensorExpression): { depth: number; isWeighted: boolean } {
    let found = this.facts.get(expression);
    if (found === undefined) {
      const below = partsOf(expression).map((part) => this.factsOf(part));
      found = {
        depth: 1 + below.reduce((most, { depth }) => Math.max(most, depth), 0),
        isWeighted: expression.kind === "weight" || below.some(({ isWeighted }) => isWeighted),
      };
      this.facts.set(expression, found);
    }
    return found;
  }

  private expressionOf(expression: Expression): TensorExpression | undefined {
    if (isNumberLiteral(expression)) {
      return scalar(Number(expression.text));
    }
    if (isSymbolReference(expression)) {
      return this.symbol(expression);
    }
    if (isGroup(expression)) {
      return this.make(expression.inner);
    }
    if (isSum(expression)) {
      return this.sum(expression);
    }
    if (isProduct(expression)) {
      return this.product(expression);
    }
    if (isPower(expression)) {
      return this.power(expression);
    }
    if (isIndex(expression)) {
      return this.index(expression);
    }
    if (isSigned(expression)) {
      const operand = this.make(expression.operand);
      return operand && (isNegative(expression.signs) ? negated(operand) : operand);
    }
    if (isCall(expression)) {
      return this.call(expression);
    }
    if (isNamedArgument(expression)) {
      return this.refuse(
        "bad-value",
        rangeOf(expression),
        `\`${expression.name} =\` stands behind the tensors of a function only`,
      );
    }
    return isFileStart(expression)
      ? this.refuse("bad-value", rangeOf(expression), "only a weight starts from a file")
      : undefined;
  }

  private symbol(place: SymbolReference): TensorExpression | undefined {
    const symbol = place.symbol?.ref;
    if (symbol) {
      return this.meaning(symbol, place);
    }
    const name = place.symbol?.$refText;
    const constant = name === undefined ? undefined : constantNamed(name);
    if (constant !== undefined) {
      return scalar(constant);
    }
    if (name !== undefined) {
      reportUnknownSymbol(name, place, tensorFunctionNames, this.problems);
    }
    return undefined;
  }

  /** All expressions, or `undefined` when one is broken; every one is checked. */
  private all(expressions: readonly Expression[]): TensorExpression[] | undefined {
    const made = expressions.flatMap((one) => this.make(one) ?? []);
    return made.length === expressions.length ? made : undefined;
  }

  /** Asks for a shape; where there is none, says so at a place. */
  private shaped(place: Range, find: () => Shape): Shape | undefined {
    try {
      return find();
    } catch (error) {
      if (error instanceof ShapeError) {
        return this.refuse("shape", place, error.message);
      }
      throw error;
    }
  }

  private sum({ terms: written, operators }: Sum): TensorExpression | undefined {
    const terms = this.all(written);
    if (!terms) {
      return undefined;
    }
    const flat: TensorExpression[] = [];
    let shape: Shape = [];
    for (const [index, term] of terms.entries()) {
      const isMinus = operators[index - 1] === "-";
      const before = shape;
      const place = span(rangeOf(written[0]!), rangeOf(written[index]!));
      const found = this.shaped(place, () =>
        index === 0 ? term.shape : broadcastShape([before, term.shape], isMinus ? "subtract" : "add"),
      );
      if (found === undefined) {
        return undefined;
      }
      shape = found;
      const own = isMinus ? negated(term) : term;
      const [first] = flat;
      if (flat.length === 1 && first?.kind === "number" && own.kind === "number") {
        flat[0] = scalar(first.value + own.value);
      } else {
        flat.push(own);
      }
    }
    return flat.length === 1 ? flat[0] : { kind: "sum", terms: flat, shape };
  }

  private product({ factors: written, operators }: Product): TensorExpression | undefined {
    const factors = this.all(written);
    if (!factors) {
      return undefined;
    }
    let left = factors[0]!;
    /** Of the product that is being made, which stays flat. */
    let flat: TensorExpression[] | undefined;
    for (const [index, right] of factors.entries()) {
      if (index === 0) {
        continue;
      }
      const operator = operators[index - 1]!;
      const before = left.shape;
      const place = span(rangeOf(written[0]!), rangeOf(written[index]!));
      const shape = this.shaped(place, () =>
        operator === "@"
          ? matmulShape(before, right.shape)
          : broadcastShape([before, right.shape], operator === "*" ? "multiply" : "divide"),
      );
      if (shape === undefined) {
        return undefined;
      }
      if (left.kind === "number" && right.kind === "number" && operator !== "@") {
        left = scalar(operator === "*" ? left.value * right.value : left.value / right.value);
      } else if (operator === "@") {
        left = { kind: "matmul", left, right, shape };
        flat = undefined;
      } else if (operator === "/") {
        left = { kind: "divide", numerator: left, denominator: right, shape };
        flat = undefined;
      } else {
        flat ??= [left];
        flat.push(right);
        left = { kind: "product", factors: flat, shape };
      }
      if (flat === undefined && this.factsOf(left).depth > deepest) {
        return this.refuse(
          "bad-value",
          place,
          `${index + 1} factors nest too deep; name parts of them by lets`,
        );
      }
    }
    return left;
  }

  private power(expression: Power): TensorExpression | undefined {
    const { operands: written } = expression;
    if (written.length > highestTower) {
      this.problems.error(
        "syntax",
        rangeOf(expression),
        `a tower of ${written.length} powers; at most ${highestTower} are read`,
      );
      return undefined;
    }
    const operands = this.all(written.map((operand) => (isSigned(operand) ? operand.operand : operand)));
    if (!operands) {
      return undefined;
    }
    const last = written.at(-1)!;
    let power: TensorExpression | undefined;
    for (let index = operands.length - 1; index >= 0; index--) {
      const operand = written[index]!;
      const base = operands[index]!;
      const raised =
        power === undefined ? base : this.raise(base, power, span(rangeOf(operand), rangeOf(last)));
      if (raised === undefined) {
        return undefined;
      }
      power = isSigned(operand) && isNegative(operand.signs) ? negated(raised) : raised;
    }
    return power;
  }

  private raise(
    base: TensorExpression,
    exponent: TensorExpression,
    place: Range,
  ): TensorExpression | undefined {
    const shape = this.shaped(place, () => broadcastShape([base.shape, exponent.shape], "raise"));
    if (shape === undefined) {
      return undefined;
    }
    return base.kind === "number" && exponent.kind === "number"
      ? scalar(base.value ** exponent.value)
      : { kind: "power", base, exponent, shape };
  }

  private index({ operand: written, indices: places }: Index): TensorExpression | undefined {
    const operand = this.make(written);
    const { constant, problems } = this;
    const indices = places.map((place) => checkWhole(place, undefined, "an index", { constant, problems }));
    if (operand === undefined || !indices.every((index) => index !== undefined)) {
      return undefined;
    }
    const wrong = indices.findIndex((index, axis) => index < 0 || !(index < (operand.shape[axis] ?? 0)));
    const shape = this.shaped(rangeOf(places[wrong] ?? places[0]!), () => indexShape(operand.shape, indices));
    return shape && { kind: "index", operand, indices, shape };
  }

  private call(call: Call): TensorExpression | undefined {
    const { name } = call;
    const rough = notSmoothFunctions.find((one) => one.name === name);
    if (rough !== undefined && !rough.isAllowedOfData) {
      return this.refuse("not-smooth", rangeOf(call), `\`${name}\` ${rough.reason}; ${rough.instead}`);
    }
    if (name === normalStart) {
      return this.refuse(
        "bad-value",
        rangeOf(call),
        `\`${normalStart}\` is where a weight starts, such as \`weights A[2, 3] = ${normalStart}(1)\`; it stands in no expression`,
      );
    }
    const record = tensorFunctionNamed(name);
    const counts = argumentCounts(name);
    if (record !== undefined) {
      const { constant, problems } = this;
      const placed = placeCall(call, record, { constant, problems });
      const tensors = placed && this.all(placed.tensors);
      const shape =
        tensors &&
        this.shaped(rangeOf(call), () =>
          record.shapeOf(
            tensors.map((one) => one.shape),
            placed.constants,
          ),
        );
      if (!shape) {
        return undefined;
      }
      this.noteLabels(name, tensors, placed);
      return { kind: "call", name, arguments: tensors, constants: placed.constants, shape };
    }
    if (counts === undefined) {
      reportUnknownFunction(call, tensorFunctionNames, this.problems);
    }
    const named = call.arguments.find(isNamedArgument);
    if (named !== undefined && counts !== undefined) {
      return this.refuse(
        "bad-value",
        rangeOf(named),
        `\`${name}\` takes tensors alone, and no \`${named.name} =\``,
      );
    }
    const operands = this.all(call.arguments);
    if (counts === undefined || counts === "several" || !operands) {
      return undefined;
    }
    if (!counts.includes(operands.length)) {
      const wanted = counts.join(" or ");
      return this.refuse(
        "bad-value",
        rangeOf(call),
        `\`${name}\` takes ${wanted} argument${wanted.endsWith("1") ? "" : "s"}, not ${operands.length}`,
      );
    }
    if (rough !== undefined && operands.some((operand) => this.isWeighted(operand))) {
      return this.refuse("not-smooth", rangeOf(call), `\`${name}\` ${rough.reason}; ${rough.instead}`);
    }
    return this.elementwise(call, operands as [TensorExpression, TensorExpression?]);
  }

  private elementwise(
    call: Call,
    [first, second]: readonly [TensorExpression, TensorExpression?],
  ): TensorExpression | undefined {
    const { name } = call;
    if (name === "pow") {
      return this.raise(first, second!, rangeOf(call));
    }
    if (name === "cube") {
      return this.raise(first, scalar(3), rangeOf(call));
    }
    if (!isElementaryFunction(name)) {
      return undefined;
    }
    const of = (argument: TensorExpression): TensorExpression => {
      if (argument.kind === "number") {
        const value = callOf(name, numberOf(argument.value));
        return scalar(isNumber(value) ? value.value : Number.NaN);
      }
      return { kind: "elementwise", name, argument, shape: argument.shape };
    };
    if (second === undefined) {
      return of(first);
    }
    const [numerator, denominator] = [of(first), of(second)];
    const shape = this.shaped(rangeOf(call), () =>
      broadcastShape([numerator.shape, denominator.shape], "divide"),
    );
    if (shape === undefined) {
      return undefined;
    }
    return numerator.kind === "number" && denominator.kind === "number"
      ? scalar(numerator.value / denominator.value)
      : { kind: "divide", numerator, denominator, shape };
  }

  private noteLabels(
    name: string,
    tensors: readonly TensorExpression[],
    {
      tensors: written,
      constants,
    }: { readonly tensors: readonly Expression[]; readonly constants: readonly (number | undefined)[] },
  ): void {
    if (name === "one_hot") {
      this.labels.push({ label: tensors[0]!, classes: constants[0]!, ...writtenAs(written[0]!) });
    } else if (name === "cross_entropy") {
      const [logits, label] = tensors as [TensorExpression, TensorExpression];
      if (label.shape.length < logits.shape.length) {
        this.labels.push({ label, classes: logits.shape.at(-1)!, ...writtenAs(written[1]!) });
      }
    }
  }
}

/** How an expression is written, and where. */
function writtenAs(expression: Expression): { readonly text: string; readonly place: Range } {
  return { text: excerpt(expression), place: rangeOf(expression) };
}

/** A constant of no axes. */
export function scalar(value: number): TensorExpression {
  return { kind: "number", value, shape: [] };
}

function negated(operand: TensorExpression): TensorExpression {
  if (operand.kind === "number") {
    return scalar(-operand.value);
  }
  return operand.kind === "negate" ? operand.operand : { kind: "negate", operand, shape: operand.shape };
}

function isNegative(signs: readonly string[]): boolean {
  return signs.filter((sign) => sign === "-").length % 2 === 1;
}
