import { type Expression, nameToLatex } from "../../landscape/index.js";
import { type TensorExpression, tensorFunctionNamed } from "../../tensors/index.js";
import { readableLatex } from "./landscape-latex.js";

/** An expression of tensors as it is written; lets by their names. */
export function tensorToLatex(expression: TensorExpression): string {
  const own: Record<string, string> = {};
  const symbolOf = (latex: string): Expression => {
    // No name of the language has a space, so this is none of the landscape's.
    const name = `tensor ${Object.keys(own).length}`;
    own[name] = latex;
    return { kind: "symbol", name };
  };
  /** @param isTight whether what stands around binds tighter than a sum. */
  const visit = (node: TensorExpression, isTight = false): Expression => {
    switch (node.kind) {
      case "number":
        return node;
      case "weight":
      case "datum":
      case "let":
        return { kind: "symbol", name: node.name };
      case "sum":
        return { kind: "sum", terms: node.terms.map((term) => visit(term)) };
      case "product":
        return { kind: "product", factors: node.factors.map((factor) => visit(factor, true)) };
      case "negate":
        return { kind: "negate", operand: visit(node.operand, true) };
      case "divide":
        return { kind: "divide", numerator: visit(node.numerator), denominator: visit(node.denominator) };
      case "power":
        return { kind: "power", base: visit(node.base, true), exponent: visit(node.exponent) };
      case "elementwise":
        return { kind: "call", name: node.name, argument: visit(node.argument) };
      case "matmul": {
        const latex = [node.left, node.right].map((side, index) => factorOf(side, index === 0)).join("\\, ");
        return symbolOf(isTight ? `\\left(${latex}\\right)` : latex);
      }
      case "index":
        return symbolOf(`${factorOf(node.operand, false)}_{${node.indices.join(",")}}`);
      case "call":
        return symbolOf(
          tensorFunctionNamed(node.name)!.latex(
            node.arguments.map((argument) => tensorToLatex(argument)),
            node.constants,
          ),
        );
    }
  };
  return readableLatex(visit(expression), own);
}

/** A side of a product of matrices. @param isLeft where another such product needs no parentheses. */
function factorOf(side: TensorExpression, isLeft: boolean): string {
  const latex = tensorToLatex(side);
  const isBare =
    ["number", "weight", "datum", "let", "index", "call", "elementwise"].includes(side.kind) ||
    (isLeft && side.kind === "matmul");
  return isBare ? latex : `\\left(${latex}\\right)`;
}

/** A named subexpression: `h = …`. */
export function tensorLetToLatex(name: string, expression: TensorExpression): string {
  return `${nameToLatex(name)} = ${tensorToLatex(expression)}`;
}
