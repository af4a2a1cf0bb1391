import { AstUtils } from "langium";
import { children } from "../../landscape/build.js";
import type { Expression as Formula } from "../../landscape/expression.js";
import { isLet, type Let, type SymbolReference } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";

/** What the lets of a landscape stand for, as far as its lines have been read. */
export class LetFormulas<Made = Formula> {
  private readonly formulas = new Map<Let, Made | undefined>();

  constructor(private readonly problems: ProblemList) {}

  /** @param formula nothing when it is broken, which then is reported */
  set(statement: Let, formula: Made | undefined): void {
    this.formulas.set(statement, formula);
  }

  /** What a let stands for; nothing when it is broken. */
  known(statement: Let): Made | undefined {
    return this.formulas.get(statement);
  }

  /** What a let stands for at a place; nothing when it is broken, or declared below, which is reported here. */
  formula(statement: Let, place: SymbolReference): Made | undefined {
    if (!this.formulas.has(statement)) {
      this.problems.error(
        "unknown-symbol",
        rangeOf(place),
        AstUtils.getContainerOfType(place, isLet) === statement
          ? `\`${statement.name}\` cannot be made of itself; use the lets above it`
          : `\`${statement.name}\` is declared below; a let is for the lines below it, so move its line up`,
        {
          related: [{ range: rangeOf(statement, "name"), message: `\`${statement.name}\` is declared here` }],
        },
      );
    }
    return this.formulas.get(statement);
  }
}

/** A loss may have so many operations once its lets are written out, as many as a file has words; and nest so deep. */
const mostOperations = 250_000;
const deepest = 1000;

/** Why a formula is too large to be worked with, in one line; nothing when it is not. @param what it is. */
export function sizeProblem(formula: Formula, what = "the loss"): string | undefined {
  const sizes = new Map<Formula, { operations: number; depth: number }>();
  const stack: Formula[] = [formula];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const parts = children(top);
    const missing = sizes.has(top) ? [] : parts.filter((part) => !sizes.has(part));
    if (missing.length > 0) {
      for (const part of missing) {
        stack.push(part);
      }
      continue;
    }
    stack.pop();
    let operations = 1;
    let depth = 0;
    for (const part of parts) {
      const below = sizes.get(part)!;
      operations += below.operations;
      depth = Math.max(depth, below.depth);
    }
    sizes.set(top, { operations, depth: depth + 1 });
  }
  const { operations, depth } = sizes.get(formula)!;
  if (operations > mostOperations) {
    const count =
      operations < 1e15 ? `${Math.round(operations)}` : operations.toExponential(0).replace("e+", "e");
    return `with its lets written out ${what} has ${count} operations; at most ${mostOperations} are read`;
  }
  return depth > deepest
    ? `with its lets written out ${what} is ${depth} levels deep; at most ${deepest} are read`
    : undefined;
}
