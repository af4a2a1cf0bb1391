import { create, derivativeDependencies, type MathNode, OperatorNodeDependencies } from "mathjs/number";
import {
  call,
  divide,
  negate,
  number,
  one,
  power,
  product,
  simplify,
  sum,
  symbol,
  symbolsOf,
} from "./build.js";
import { type ElementaryFunction, type Expression, elementaryFunctions } from "./expression.js";
import type { Landscape } from "./landscape.js";

/**
 * The gradient of the loss `l_x(θ)`: its derivative by each weight, in order, as expressions in the
 * weights and the data. Terms are differentiated by mathjs, node by node; no text is parsed.
 */
export function gradient(landscape: Landscape): Expression[] {
  const differentiator = new Differentiator(landscape);
  const terms = landscape.loss.kind === "sum" ? landscape.loss.terms : [landscape.loss];
  const symbols = terms.map(symbolsOf);
  return landscape.weights.map(({ name }) =>
    sum(terms.filter((_, i) => symbols[i]!.has(name)).map((term) => differentiator.derivative(term, name))),
  );
}

const math = create({ derivativeDependencies, OperatorNodeDependencies });
const { ConstantNode, FunctionNode, OperatorNode, SymbolNode } = math;

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

/** Goes to mathjs' nodes and back. Symbols travel under names of our own, so that none means anything to mathjs. */
class Differentiator {
  private readonly names = new Map<string, string>();
  private readonly symbols = new Map<string, string>();
  private readonly nodes = new Map<Expression, MathNode>();
  /** What each node stands for, so that what is not differentiated comes back as it was. */
  private readonly expressions = new Map<MathNode, Expression>();

  constructor(landscape: Landscape) {
    for (const name of symbolsOf(landscape.loss)) {
      const own = `symbol${this.names.size}`;
      this.names.set(name, own);
      this.symbols.set(own, name);
    }
  }

  derivative(expression: Expression, name: string): Expression {
    const variable = new SymbolNode(this.names.get(name)!);
    return this.expression(math.derivative(this.node(expression), variable, { simplify: false }));
  }

  private node(expression: Expression): MathNode {
    let node = this.nodes.get(expression);
    if (node === undefined) {
      node = this.makeNode(expression);
      this.nodes.set(expression, node);
      this.expressions.set(node, simplify(expression));
    }
    return node;
  }

  private makeNode(expression: Expression): MathNode {
    const node = (inner: Expression): MathNode => this.node(inner);
    switch (expression.kind) {
      case "number":
        return new ConstantNode(expression.value);
      case "symbol":
        return new SymbolNode(this.names.get(expression.name)!);
      case "sum":
        if (expression.terms.length < 2)
          return expression.terms.length === 0 ? node(number(0)) : node(expression.terms[0]!);
        return new OperatorNode("+", "add", expression.terms.map(node));
      case "product":
        if (expression.factors.length < 2)
          return expression.factors.length === 0 ? node(one) : node(expression.factors[0]!);
        return new OperatorNode("*", "multiply", expression.factors.map(node));
      case "negate":
        return new OperatorNode("-", "unaryMinus", [node(expression.operand)]);
      case "divide":
        return new OperatorNode("/", "divide", [node(expression.numerator), node(expression.denominator)]);
      case "power":
        return new OperatorNode("^", "pow", [node(expression.base), node(expression.exponent)]);
      case "call": {
        const { name, argument } = expression;
        const known = differentiable(name, argument);
        if (known !== undefined) return node(known);
        return new FunctionNode(new SymbolNode(name), [node(argument)]);
      }
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
    if (this.expressions.has(node) || !math.isOperatorNode(node) || node.fn !== "divide") return false;
    const [two, three] = node.args as MathNode[];
    return math.isConstantNode(two) && two.value === 2 && math.isConstantNode(three) && three.value === 3;
  }

  private makeExpression(node: MathNode): Expression {
    if (math.isParenthesisNode(node)) return this.expression(node.content);
    if (math.isConstantNode(node)) return number(Number(node.value));
    if (math.isSymbolNode(node)) return symbol(this.symbols.get(node.name)!);
    if (math.isFunctionNode(node)) {
      const argument = this.expression(node.args[0]!);
      const { name } = node.fn;
      if (elementary.has(name)) return call(name as ElementaryFunction, argument);
      if (Object.hasOwn(reciprocals, name)) return divide(one, call(reciprocals[name]!, argument));
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
