import { type MathNode, parse } from "mathjs";
import { constants, type ElementaryFunction, type Expression } from "../../../src/landscape/expression.js";
import { type DataSource, distributionNamed, type Landscape } from "../../../src/landscape/index.js";

/** An expression from text, by mathjs' parser: tests are written in the language of losses. */
export function read(text: string): Expression {
  return convert(parse(text));
}

// biome-ignore lint/suspicious/noExplicitAny: mathjs' nodes are told apart by their type field
function convert(node: MathNode | any): Expression {
  switch (node.type) {
    case "ParenthesisNode":
      return convert(node.content);
    case "ConstantNode":
      return { kind: "number", value: node.value };
    case "SymbolNode":
      return Object.hasOwn(constants, node.name)
        ? { kind: "number", value: constants[node.name]! }
        : { kind: "symbol", name: node.name };
    case "FunctionNode":
      if (node.fn.name === "logsumexp") {
        return { kind: "logsumexp", terms: node.args.map(convert) };
      }
      return { kind: "call", name: node.fn.name as ElementaryFunction, argument: convert(node.args[0]) };
    case "OperatorNode": {
      const own: Expression[] = node.args.map(convert);
      switch (node.fn) {
        case "add":
          return { kind: "sum", terms: own };
        case "subtract":
          return { kind: "sum", terms: [own[0]!, { kind: "negate", operand: own[1]! }] };
        case "multiply":
          return { kind: "product", factors: own };
        case "divide":
          return { kind: "divide", numerator: own[0]!, denominator: own[1]! };
        case "pow":
          return { kind: "power", base: own[0]!, exponent: own[1]! };
        case "unaryMinus":
          return { kind: "negate", operand: own[0]! };
      }
    }
  }
  throw new Error(`cannot read ${node.type}`);
}

/** A landscape from its parts. */
export function landscapeOf(
  loss: string,
  weights: Readonly<Record<string, number>>,
  data: readonly DataSource[] = [],
): Landscape {
  return {
    name: "test",
    weights: Object.entries(weights).map(([name, start]) => ({ name, start })),
    data,
    loss: read(loss),
  };
}

export function normal(name: string, mean = 0, deviation = 1): DataSource {
  return { kind: "continuous", name, distribution: "normal", parameters: [mean, deviation] };
}

export function uniform(name: string, low: number, high: number): DataSource {
  return { kind: "continuous", name, distribution: "uniform", parameters: [low, high] };
}

export function discrete(name: string, outcomes: Readonly<Record<string, number>>): DataSource {
  return {
    kind: "finite",
    name,
    outcomes: Object.entries(outcomes).map(([value, probability]) => ({ value: Number(value), probability })),
  };
}

/** Whether numbers agree relative to a natural scale. */
export function agrees(found: number, wanted: number, tolerance: number, scale = Math.abs(wanted)): boolean {
  return Math.abs(found - wanted) <= tolerance * Math.max(scale, 1e-300);
}

/** `x` of a distribution, by its name and parameters. */
export function sourceOf(distribution: string, ...parameters: number[]): DataSource {
  const made = distributionNamed(distribution)!.source(
    "x",
    parameters.map((value) => ({ value })),
  );
  if ("refusal" in made) {
    throw new Error(made.refusal);
  }
  return made;
}
