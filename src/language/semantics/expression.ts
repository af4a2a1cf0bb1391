import type { Expression as Formula } from "../../landscape/expression.js";
import { logSumExp } from "../../landscape/index.js";
import { quotedText } from "../../printable/index.js";
import {
  type Call,
  type Expression,
  isCall,
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
  type Signed,
  type Sum,
  type SymbolReference,
} from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";
import type { DeclaredSymbol } from "../references/declared.js";
import {
  argumentCounts,
  callOf,
  constantNamed,
  functionNames,
  isElementaryFunction,
  isNumber,
  negated,
  numberOf,
  powerOf,
  productOf,
  quotientOf,
  sumOf,
} from "./constant.js";
import { reportUnknownFunction, reportUnknownSymbol } from "./unknown.js";

/** What a name in an expression stands for; `undefined` when that is broken and reported elsewhere. */
export type SymbolMeaning = (symbol: DeclaredSymbol, place: SymbolReference) => Formula | undefined;

/** Which declaration a name in an expression leads to. */
export type SymbolOf = (place: SymbolReference) => DeclaredSymbol | undefined;

/** As a linked text says it. */
const linked: SymbolOf = (place) => place.symbol?.ref;

/** A tower of more powers is refused: flat in the text, it would be a deep tree in the formula. */
const highestTower = 50;

/** Where formulas are written; what stands for a let is at its line. */
export type PlacesOfFormulas = Map<Formula, Expression>;

/** Makes formulas of parsed expressions: names resolved, constants folded, sums and products flat. */
export class FormulaMaker {
  /** @param places told of each formula that is made. */
  constructor(
    private readonly meaning: SymbolMeaning,
    private readonly problems: ProblemList,
    private readonly symbolOf: SymbolOf = linked,
    private readonly places?: PlacesOfFormulas,
  ) {}

  /** The formula, or `undefined` when something in it is broken, which then has been reported. */
  make(expression: Expression | undefined): Formula | undefined {
    if (expression === undefined) {
      return undefined;
    }
    const formula = this.formulaOf(expression);
    if (formula && isNumber(formula) && !Number.isFinite(formula.value)) {
      this.problems.error(
        "bad-value",
        rangeOf(expression),
        `\`${excerpt(expression)}\` is ${Number.isNaN(formula.value) ? "not a real number" : "not finite"}`,
      );
      return undefined;
    }
    if (formula && this.places?.has(formula) === false) {
      this.places.set(formula, expression);
    }
    return formula;
  }

  private formulaOf(expression: Expression): Formula | undefined {
    if (isNumberLiteral(expression)) {
      return numberOf(Number(expression.text));
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
    if (isSigned(expression)) {
      const operand = this.make(expression.operand);
      return operand && signed(expression, operand);
    }
    if (isIndex(expression)) {
      return this.refuse(
        expression,
        `\`${excerpt(expression.operand)}\` is a number and has no axes; leave the index out`,
      );
    }
    if (isNamedArgument(expression)) {
      return this.refuse(expression, `functions of numbers have no \`${expression.name} =\`; leave that out`);
    }
    return isCall(expression) ? this.call(expression) : undefined;
  }

  /** What only tensors have, where there are none. */
  private refuse(place: Expression, why: string): undefined {
    this.problems.error("shape", rangeOf(place), why);
    return undefined;
  }

  private symbol(place: SymbolReference): Formula | undefined {
    const symbol = this.symbolOf(place);
    if (symbol) {
      return this.meaning(symbol, place);
    }
    const name = place.symbol?.$refText;
    const constant = name === undefined ? undefined : constantNamed(name);
    if (constant !== undefined) {
      return numberOf(constant);
    }
    if (name !== undefined) {
      reportUnknownSymbol(name, place, functionNames, this.problems);
    }
    return undefined;
  }

  private sum(expression: Sum): Formula | undefined {
    const terms = this.all(expression.terms);
    return (
      terms &&
      sumOf(terms.map((term, index) => (expression.operators[index - 1] === "-" ? negated(term) : term)))
    );
  }

  private product(expression: Product): Formula | undefined {
    const factors = this.all(expression.factors);
    if (!factors) {
      return undefined;
    }
    if (expression.operators.includes("@")) {
      return this.refuse(expression, "`@` is the product of matrices and vectors; write `*` between numbers");
    }
    // Left to right while everything is constant, so that 2 / 3 * x has the value that mathjs gives it.
    const numerators: Formula[] = [factors[0]!];
    const denominators: Formula[] = [];
    for (let index = 1; index < factors.length; index++) {
      const factor = factors[index]!;
      if (expression.operators[index - 1] === "*") {
        numerators.push(factor);
      } else if (denominators.length === 0 && isNumber(productOf(numerators)) && isNumber(factor)) {
        numerators.splice(0, numerators.length, quotientOf(productOf(numerators), factor));
      } else {
        denominators.push(factor);
      }
    }
    const numerator = productOf(numerators);
    return denominators.length === 0 ? numerator : quotientOf(numerator, productOf(denominators));
  }

  private power(expression: Power): Formula | undefined {
    if (expression.operands.length > highestTower) {
      this.problems.error(
        "syntax",
        rangeOf(expression),
        `a tower of ${expression.operands.length} powers; at most ${highestTower} are read`,
      );
      return undefined;
    }
    // From the right. An operand's sign belongs to the power that begins with it: -x^2 is -(x^2).
    const operands = this.all(
      expression.operands.map((operand) => (isSigned(operand) ? operand.operand : operand)),
    );
    return operands?.reduceRight<Formula | undefined>((exponent, base: Formula, index) => {
      const operand = expression.operands[index]!;
      const power = exponent === undefined ? base : powerOf(base, exponent);
      return isSigned(operand) ? signed(operand, power) : power;
    }, undefined);
  }

  private call(expression: Call): Formula | undefined {
    const { name } = expression;
    const counts = argumentCounts(name);
    if (counts === undefined) {
      reportUnknownFunction(expression, functionNames, this.problems);
    }
    const operands = this.all(expression.arguments);
    if (counts === undefined || !operands) {
      return undefined;
    }
    if (counts === "several" ? operands.length === 0 : !counts.includes(operands.length)) {
      const wanted = counts === "several" ? "at least 1" : counts.join(" or ");
      this.problems.error(
        "bad-value",
        rangeOf(expression),
        `\`${name}\` takes ${wanted} argument${wanted.endsWith("1") ? "" : "s"}, not ${operands.length}`,
      );
      return undefined;
    }
    const [first, second] = operands as [Formula, Formula?];
    switch (name) {
      case "pow":
        return powerOf(first, second!);
      case "square":
        return powerOf(first, numberOf(2));
      case "cube":
        return powerOf(first, numberOf(3));
      case "logsumexp":
        return logSumExp(operands);
      default: {
        if (!isElementaryFunction(name)) {
          return undefined;
        }
        return second ? quotientOf(callOf(name, first), callOf(name, second)) : callOf(name, first);
      }
    }
  }

  /** All formulas, or `undefined` when one is broken; every one is checked. */
  private all(expressions: readonly Expression[]): Formula[] | undefined {
    const formulas: Formula[] = [];
    let sound = true;
    for (const expression of expressions) {
      const formula = this.make(expression);
      if (formula) {
        formulas.push(formula);
      } else {
        sound = false;
      }
    }
    return sound ? formulas : undefined;
  }
}

/** The value of an expression that must be constant; `undefined` when it is broken, which then is reported. */
export function constantValue(
  expression: Expression | undefined,
  meaning: SymbolMeaning,
  problems: ProblemList,
  symbolOf?: SymbolOf,
): number | undefined {
  const formula = new FormulaMaker(meaning, problems, symbolOf).make(expression);
  return formula && isNumber(formula) ? formula.value : undefined;
}

function signed(expression: Signed, operand: Formula): Formula {
  return expression.signs.filter((sign) => sign === "-").length % 2 === 0 ? operand : negated(operand);
}

/** An expression as it is written, its end left out when it is long. */
export function excerpt(expression: Expression): string {
  return quotedText((expression.$cstNode?.text ?? "").replace(/\s+/g, " "), 40);
}
