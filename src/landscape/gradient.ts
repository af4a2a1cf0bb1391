import { create, derivativeDependencies, type MathNode, OperatorNodeDependencies } from "mathjs/number";
import {
  call,
  children,
  divide,
  negate,
  number,
  one,
  power,
  product,
  replaceSymbols,
  sum,
  symbol,
  symbolsOf,
  zero,
} from "./build.js";
import { type ElementaryFunction, type Expression, elementaryFunctions } from "./expression.js";
import { finiteForms, hasNestedExponentials } from "./finite/index.js";
import type { Landscape } from "./landscape.js";
import { sharedBelow } from "./walk.js";

/**
 * The gradient of the loss `l_x(θ)`: its derivative by each weight, in order, as expressions in the
 * weights and the data. Terms are differentiated by mathjs, node by node; no text is parsed.
 */
export function gradient(landscape: Landscape): Expression[] {
  const differentiator = new Differentiator(landscape);
  const terms = landscape.loss.kind === "sum" ? landscape.loss.terms : [landscape.loss];
  const symbols = terms.map(symbolsOf);
  const slopes = landscape.weights.map(({ name }) =>
    sum(terms.filter((_, i) => symbols[i]!.has(name)).map((term) => differentiator.derivative(term, name))),
  );
  return hasNestedExponentials(landscape.loss) ? finiteForms(slopes) : slopes;
}

// Marked so that what needs no gradients is bundled without mathjs.
const math = /* @__PURE__ */ create({ derivativeDependencies, OperatorNodeDependencies });

const elementary: ReadonlySet<string> = new Set(elementaryFunctions);

/** What mathjs' derivatives may contain beyond our elementary functions. */
const reciprocals: Readonly<Record<string, ElementaryFunction>> = {
  sec: "cos",
  csc: "sin",
  cot: "tan",
  sech: "cosh",
  csch: "sinh",
  coth: "tanh",
};

/**
 * Goes to mathjs' nodes and back. Symbols travel under names of our own, so that none means anything to mathjs. What
 * mathjs must not look into travels as a symbol too, and the chain rule takes it from there: functions that mathjs does
 * not know, and what stands in several places, which would be differentiated again for each.
 */
class Differentiator {
  private readonly names = new Map<string, string>();
  private readonly symbols = new Map<string, Expression>();
  private readonly nodes = new Map<Expression, MathNode>();
  /** What each node stands for, so that what is not differentiated comes back as it was. */
  private readonly expressions = new Map<MathNode, Expression>();
  private readonly simplified = new Map<Expression, Expression>();
  private readonly shared: ReadonlySet<Expression>;
  /** The names of what travels as a symbol. */
  private readonly closed = new Map<Expression, string>();
  private readonly symbolsBelow = new Map<Expression, ReadonlySet<string>>();
  /** What is closed directly below an expression. */
  private readonly closedBelow = new Map<Expression, readonly Expression[]>();
  private readonly derivatives = new Map<string, Map<Expression, Expression>>();

  constructor(landscape: Landscape) {
    this.shared = sharedBelow(landscape.loss);
    for (const name of symbolsOf(landscape.loss)) {
      const own = `symbol${this.names.size}`;
      this.names.set(name, own);
      this.symbols.set(own, symbol(name));
    }
  }

  derivative(expression: Expression, name: string): Expression {
    const known = this.derivatives.get(name) ?? new Map<Expression, Expression>();
    this.derivatives.set(name, known);
    let derivative = known.get(expression);
    if (derivative === undefined) {
      derivative = this.makeDerivative(expression, name);
      known.set(expression, derivative);
    }
    return derivative;
  }

  private makeDerivative(expression: Expression, name: string): Expression {
    if (!this.symbolsIn(expression).has(name)) {
      return zero;
    }
    const slopes = ownSlopes(expression);
    if (slopes !== undefined) {
      const inner = children(expression);
      return sum(slopes.map((slope, i) => product([this.derivative(inner[i]!, name), this.simple(slope)])));
    }
    const node = this.shared.has(expression) ? this.registered(expression) : this.node(expression);
    const by = (variable: string): Expression =>
      this.expression(math.derivative(node, new math.SymbolNode(variable), { simplify: false }));
    const closed = this.closedIn(expression).filter((inner) => this.symbolsIn(inner).has(name));
    if (closed.length === 0) {
      return by(this.names.get(name)!);
    }
    return sum([
      by(this.names.get(name)!),
      ...closed.map((inner) => product([by(this.closed.get(inner)!), this.derivative(inner, name)])),
    ]);
  }

  private symbolsIn(expression: Expression): ReadonlySet<string> {
    let symbols = this.symbolsBelow.get(expression);
    if (symbols === undefined) {
      symbols = symbolsOf(expression);
      this.symbolsBelow.set(expression, symbols);
    }
    return symbols;
  }

  private closedIn(expression: Expression): readonly Expression[] {
    let closed = this.closedBelow.get(expression);
    if (closed === undefined) {
      const found = new Set<Expression>();
      const visit = (inner: Expression): void => {
        if (this.isClosed(inner)) {
          found.add(inner);
        } else {
          for (const child of children(inner)) {
            visit(child);
          }
        }
      };
      for (const child of children(expression)) {
        visit(child);
      }
      closed = [...found];
      this.closedBelow.set(expression, closed);
    }
    return closed;
  }

  private isClosed(expression: Expression): boolean {
    return this.shared.has(expression) || ownSlopes(expression) !== undefined;
  }

  private simple(expression: Expression): Expression {
    return replaceSymbols(expression, () => undefined, this.simplified);
  }

  private node(expression: Expression): MathNode {
    // a node of its own for each place: mathjs tells factors apart by their nodes
    if (expression.kind === "symbol") {
      return new math.SymbolNode(this.names.get(expression.name)!);
    }
    if (this.isClosed(expression)) {
      let own = this.closed.get(expression);
      if (own === undefined) {
        own = `closed${this.closed.size}`;
        this.closed.set(expression, own);
        this.symbols.set(own, this.simple(expression));
      }
      return new math.SymbolNode(own);
    }
    return this.registered(expression);
  }

  private registered(expression: Expression): MathNode {
    let node = this.nodes.get(expression);
    if (node === undefined) {
      node = this.makeNode(expression);
      this.nodes.set(expression, node);
      this.expressions.set(node, this.simple(expression));
    }
    return node;
  }

  private makeNode(expression: Expression): MathNode {
    const node = (inner: Expression): MathNode => this.node(inner);
    switch (expression.kind) {
      case "number":
        return new math.ConstantNode(expression.value);
      case "symbol":
        return new math.SymbolNode(this.names.get(expression.name)!);
      case "sum":
        if (expression.terms.length < 2) {
          return expression.terms.length === 0 ? node(number(0)) : node(expression.terms[0]!);
        }
        return new math.OperatorNode("+", "add", expression.terms.map(node));
      case "product":
        if (expression.factors.length < 2) {
          return expression.factors.length === 0 ? node(one) : node(expression.factors[0]!);
        }
        return new math.OperatorNode("*", "multiply", expression.factors.map(node));
      case "negate":
        return new math.OperatorNode("-", "unaryMinus", [node(expression.operand)]);
      case "divide":
        return new math.OperatorNode("/", "divide", [
          node(expression.numerator),
          node(expression.denominator),
        ]);
      case "power": {
        const smooth = absolutePower(expression.base, expression.exponent);
        if (smooth !== undefined) {
          return node(smooth);
        }
        return new math.OperatorNode("^", "pow", [node(expression.base), node(expression.exponent)]);
      }
      case "call": {
        const { name, argument } = expression;
        const known = differentiable(name, argument);
        if (known !== undefined) {
          return node(known);
        }
        return new math.FunctionNode(new math.SymbolNode(name), [node(argument)]);
      }
      case "logsumexp":
        throw new RangeError("mathjs does not know logsumexp; it travels as a symbol");
    }
  }

  private expression(node: MathNode): Expression {
    let expression = this.expressions.get(node);
    if (expression === undefined) {
      expression = this.makeExpression(node);
      this.expressions.set(node, expression);
    }
    return expression;
  }

  /** The fraction 2/3 as mathjs makes it, not as a loss may hold it. */
  private isTwoThirds(node: MathNode): boolean {
    if (this.expressions.has(node) || !math.isOperatorNode(node) || node.fn !== "divide") {
      return false;
    }
    const [two, three] = node.args as MathNode[];
    return math.isConstantNode(two) && two.value === 2 && math.isConstantNode(three) && three.value === 3;
  }

  private makeExpression(node: MathNode): Expression {
    if (math.isParenthesisNode(node)) {
      return this.expression(node.content);
    }
    if (math.isConstantNode(node)) {
      return number(Number(node.value));
    }
    if (math.isSymbolNode(node)) {
      return this.symbols.get(node.name)!;
    }
    if (math.isFunctionNode(node)) {
      const argument = this.expression(node.args[0]!);
      const { name } = node.fn;
      if (elementary.has(name)) {
        return call(name as ElementaryFunction, argument);
      }
      if (Object.hasOwn(reciprocals, name)) {
        return divide(one, call(reciprocals[name]!, argument));
      }
    } else if (math.isOperatorNode(node)) {
      if (node.fn === "pow" && this.isTwoThirds(node.args[1] as MathNode)) {
        // mathjs' derivative of cbrt, which must hold for negative numbers too
        return power(call("cbrt", this.expression(node.args[0] as MathNode)), number(2));
      }
      const own = (node.args as MathNode[]).map((argument) => this.expression(argument));
      switch (node.fn as string) {
        case "add":
          return sum(own);
        case "subtract":
          return sum([own[0]!, negate(own[1]!)]);
        case "multiply":
          return product(own);
        case "divide":
          return divide(own[0]!, own[1]!);
        case "pow":
          return power(own[0]!, own[1]!);
        case "unaryMinus":
          return negate(own[0]!);
      }
    }
    throw new RangeError(`mathjs gave a derivative with ${node.type}, which no loss can contain`);
  }
}

/**
 * The derivatives by its children of an expression that mathjs does not know; finite wherever the children are.
 * Nothing for other expressions.
 */
function ownSlopes(expression: Expression): readonly Expression[] | undefined {
  if (expression.kind === "logsumexp") {
    const { terms } = expression;
    if (terms.length === 2) {
      const difference = sum([terms[0]!, negate(terms[1]!)]);
      return [call("sigmoid", difference), call("sigmoid", negate(difference))];
    }
    return terms.map((term) => call("exp", sum([term, negate(expression)])));
  }
  if (expression.kind !== "call") {
    return undefined;
  }
  const u = expression.argument;
  switch (expression.name) {
    case "softplus":
      return [call("sigmoid", u)];
    case "sigmoid":
      return [product([call("sigmoid", u), call("sigmoid", negate(u))])];
    case "logcosh":
      return [call("tanh", u)];
    case "erf":
      return [product([number(2 / Math.sqrt(Math.PI)), call("exp", negate(power(u, number(2))))])];
    default:
      return undefined;
  }
}

/** `|u|^p` as `(u²)^(p/2)`, whose derivative is 0 at 0 where `p ≥ 2`; mathjs' derivative of abs is not a number there. */
function absolutePower(base: Expression, exponent: Expression): Expression | undefined {
  if (base.kind !== "call" || base.name !== "abs" || exponent.kind !== "number" || exponent.value < 2) {
    return undefined;
  }
  const square: Expression = { kind: "power", base: base.argument, exponent: number(2) };
  return exponent.value === 2
    ? square
    : { kind: "power", base: square, exponent: number(exponent.value / 2) };
}

/** An equal expression, for functions whose derivatives mathjs does not know or writes clumsily. */
function differentiable(name: ElementaryFunction, u: Expression): Expression | undefined {
  const apply = (f: ElementaryFunction, argument: Expression): Expression => ({
    kind: "call",
    name: f,
    argument,
  });
  switch (name) {
    case "expm1":
      return { kind: "sum", terms: [apply("exp", u), number(-1)] };
    case "log1p":
      return apply("log", { kind: "sum", terms: [one, u] });
    case "log2":
      return { kind: "divide", numerator: apply("log", u), denominator: number(Math.LN2) };
    case "log10":
      return { kind: "divide", numerator: apply("log", u), denominator: number(Math.LN10) };
    default:
      return undefined;
  }
}
