import {
  continuousOf,
  countedOf,
  type DataSource,
  type Expression,
  expressionToLatex,
  type Landscape,
  nameToLatex,
  rowCount,
} from "../../landscape/index.js";

const mostOutcomes = 5;

/** How a source of data is distributed: `x \sim \mathcal{N}(0,\, 1)`, with the variance second. */
export function sourceToLatex(source: DataSource): string {
  switch (source.kind) {
    case "continuous":
      return `${nameToLatex(source.name)} \\sim ${continuousOf(source).latex(source.parameters, { number, squared })}`;
    case "finite": {
      const name = nameToLatex(source.name);
      const counted = countedOf(source);
      if (counted !== undefined) {
        return `${name} \\sim ${counted.latex(source.law!.parameters, { number, squared })}`;
      }
      const shown = source.outcomes
        .slice(0, mostOutcomes)
        .map(({ value, probability }) => `P(${name} = ${number(value)}) = ${fraction(probability)}`);
      return [...shown, ...(source.outcomes.length > mostOutcomes ? ["\\ldots"] : [])].join(",\\quad ");
    }
    case "rows": {
      const names = source.names.map(nameToLatex);
      return `${names.length === 1 ? names[0]! : `(${names.join(",\\, ")})`} \\sim \\text{the ${rowCount(source)} rows of a file}`;
    }
  }
}

/** The loss of one datum, as it is written: `l_x(\theta) = …`. */
export function lossToLatex({ weights }: Landscape, loss: Expression): string {
  const names = weights.length > 4 ? "\\theta" : weights.map(({ name }) => nameToLatex(name)).join(",\\,");
  return `l_x(${names}) = ${readableLatex(loss)}`;
}

/** A named subexpression: `h = …`. */
export function letToLatex(name: string, formula: Expression): string {
  return `${nameToLatex(name)} = ${readableLatex(formula)}`;
}

/**
 * An expression with its folded constants as one would write them: `\frac{\pi}{4}` for 0.785398….
 * @param symbols TeX of symbols that are no names.
 */
export function readableLatex(
  expression: Expression,
  symbols: Readonly<Record<string, string>> = {},
): string {
  const names: Record<string, string> = { ...symbols };
  const visit = (node: Expression): Expression => {
    switch (node.kind) {
      case "number": {
        if (String(node.value).length <= longestNumber) {
          return node;
        }
        // No name of the language has a space, so this is none of the landscape's.
        const name = `number ${Object.keys(names).length}`;
        names[name] = fraction(node.value);
        return { kind: "symbol", name };
      }
      case "symbol":
        return node;
      case "sum":
        return { kind: "sum", terms: node.terms.map(visit) };
      case "product":
        return { kind: "product", factors: node.factors.map(visit) };
      case "negate":
        return { kind: "negate", operand: visit(node.operand) };
      case "divide":
        return { kind: "divide", numerator: visit(node.numerator), denominator: visit(node.denominator) };
      case "power":
        // A fraction as a base would need parentheses, which a symbol does not get.
        return {
          kind: "power",
          base: node.base.kind === "number" ? node.base : visit(node.base),
          exponent: visit(node.exponent),
        };
      case "call":
        return { kind: "call", name: node.name, argument: visit(node.argument) };
      case "logsumexp":
        return { kind: "logsumexp", terms: node.terms.map(visit) };
    }
  };
  return expressionToLatex(visit(expression), names);
}

/** Numbers of more characters are shortened. */
const longestNumber = 8;

/** A number with as many digits as one reads. */
export function number(value: number): string {
  const [mantissa, exponent] = String(Number(value.toPrecision(6))).split("e");
  return exponent === undefined ? mantissa! : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}

const largestDenominator = 99;

/** A number as the simple fraction, or the simple part of π, that it stands for; else its first digits. */
function fraction(value: number): string {
  if (number(value) === String(value)) {
    return number(value);
  }
  for (const [unit, sign] of [
    [1, ""],
    [Math.PI, "\\pi"],
  ] as const) {
    for (let denominator = 1; denominator <= largestDenominator; denominator++) {
      const numerator = Math.round((value * denominator) / unit);
      if (
        numerator !== 0 &&
        Math.abs(numerator) <= largestDenominator &&
        Math.abs((numerator / denominator) * unit - value) < 4e-16 * Math.abs(value)
      ) {
        const above = `${Math.abs(numerator) === 1 && sign !== "" ? "" : Math.abs(numerator)}${sign}`;
        return `${numerator < 0 ? "-" : ""}${denominator === 1 ? above : `\\frac{${above}}{${denominator}}`}`;
      }
    }
  }
  return number(value);
}

function squared(deviation: number): string {
  const text = number(deviation);
  return deviation === 1 || deviation === 0
    ? text
    : `${text.includes("cdot") ? `\\left(${text}\\right)` : text}^{2}`;
}

/** A vector or a symmetric matrix. */
export function matrixToLatex(rows: readonly (readonly number[])[]): string {
  if (rows.length === 1 && rows[0]!.length === 1) {
    return number(rows[0]![0]!);
  }
  return `\\begin{pmatrix}${rows.map((row) => row.map(number).join(" & ")).join(" \\\\ ")}\\end{pmatrix}`;
}
