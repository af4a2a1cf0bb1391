import { AstUtils } from "langium";
import type { Interval } from "../../landscape/landscape.js";
import { type Expression, isSymbolReference, type Weight } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { constantValue, excerpt, type SymbolMeaning } from "./expression.js";

/** The interval of a hyper weight; nothing of other weights, and of one that is broken, which then is reported. */
export function checkInterval(
  weight: Weight,
  start: number | undefined,
  constant: SymbolMeaning,
  problems: ProblemList,
): Interval | undefined {
  const { name, isHyper, start: written, interval } = weight;
  if (!interval) {
    if (isHyper) {
      problems.error(
        "bad-value",
        rangeOf(weight),
        `\`${name}\` is a hyper weight and lacks its interval; write one behind its start, such as \`in [0, 10]\``,
      );
    }
    return undefined;
  }
  const unbounded = [interval.low, interval.high].find(
    (end) =>
      end.$cstNode !== undefined && /^[-+]?\s*inf(?:inity)?$/i.test(end.$cstNode.text) && !isDeclared(end),
  );
  if (unbounded !== undefined) {
    problems.error(
      "bad-value",
      rangeOf(unbounded),
      `\`${excerpt(unbounded)}\` is no number, and an interval ends at numbers; write a large one, such as 1e6`,
    );
    return undefined;
  }
  const low = constantValue(interval.low, constant, problems);
  const high = constantValue(interval.high, constant, problems);
  const refuse = (message: string): undefined => {
    problems.error("bad-value", rangeOf(interval), message);
    return undefined;
  };
  if (!isHyper) {
    return refuse(`an interval is for hyper weights; write \`hyper ${name}\`, or remove it`);
  }
  if (low === undefined || high === undefined) {
    return undefined;
  }
  const shown = `[${excerpt(interval.low)}, ${excerpt(interval.high)}]`;
  if (low > high) {
    return refuse(`the interval ${shown} is reversed; write the lower number first`);
  }
  if (low === high) {
    return refuse(
      `the interval ${shown} is empty but for ${low}, where \`${name}\` would stay; widen it, or make \`${name}\` a param`,
    );
  }
  if (start !== undefined && (start < low || start > high)) {
    problems.error(
      "bad-value",
      rangeOf(written),
      `\`${name}\` starts at ${start}, outside its interval ${shown}; start it within, or widen the interval`,
    );
    return undefined;
  }
  return { low, high };
}

/** Whether an author's own name stands in an expression. */
function isDeclared(expression: Expression): boolean {
  return AstUtils.streamAst(expression).some(
    (node) => isSymbolReference(node) && node.symbol.ref !== undefined,
  );
}
