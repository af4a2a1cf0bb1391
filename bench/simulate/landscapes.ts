import type { Expression } from "../../src/landscape/expression.js";
import type { Landscape } from "../../src/landscape/index.js";

const number = (value: number): Expression => ({ kind: "number", value });
const symbol = (name: string): Expression => ({ kind: "symbol", name });
const sum = (...terms: Expression[]): Expression => ({ kind: "sum", terms });
const product = (...factors: Expression[]): Expression => ({ kind: "product", factors });
const square = (base: Expression): Expression => ({ kind: "power", base, exponent: number(2) });
const call = (name: "exp" | "sin" | "cos", argument: Expression): Expression => ({
  kind: "call",
  name,
  argument,
});

/** l = (h + x² e^{−h}) / 2, x ~ N(0, 1). */
export const gauss: Landscape = {
  name: "gauss",
  weights: [{ name: "h", start: 0 }],
  data: [{ kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] }],
  loss: {
    kind: "divide",
    numerator: sum(
      symbol("h"),
      product(square(symbol("x")), call("exp", { kind: "negate", operand: symbol("h") })),
    ),
    denominator: number(2),
  },
};

const shifted = sum(symbol("z"), number(-Math.PI / 4));

/** l = (u² + v² + (cos z·u + sin z·v)²) / 2 + x (cos(z − π/4) u + sin(z − π/4) v), x ~ N(0, 1). */
export const archimedes: Landscape = {
  name: "archimedes",
  weights: ["u", "v", "z"].map((name) => ({ name, start: 0 })),
  data: [{ kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] }],
  loss: sum(
    {
      kind: "divide",
      numerator: sum(
        square(symbol("u")),
        square(symbol("v")),
        square(
          sum(product(call("cos", symbol("z")), symbol("u")), product(call("sin", symbol("z")), symbol("v"))),
        ),
      ),
      denominator: number(2),
    },
    product(
      symbol("x"),
      sum(product(call("cos", shifted), symbol("u")), product(call("sin", shifted), symbol("v"))),
    ),
  ),
};
