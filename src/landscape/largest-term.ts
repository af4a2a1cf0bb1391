import { type JetNode, patternOf } from "./jet-nodes.js";
import type { Monomials } from "./monomials.js";
import { taylorOf } from "./taylor.js";

/**
 * Prepares `largest + log(1 + Σ e^(term − largest))`, in which what other terms add to derivatives is not lost beside a
 * term that is far above them. What it returns writes `log(Σ e^jet + e^known)` into `out` where there is such a term, and
 * says whether there was; `known` is the logarithm of the sum of terms without unknowns.
 */
export function besideLargest(
  jets: readonly JetNode[],
  monomials: Monomials,
  compose: (inner: JetNode, taylor: (u0: number, order: number, out: Float64Array) => void) => JetNode,
): (known: number, largest: number, data: ArrayLike<number>, out: JetNode) => boolean {
  const mark = new Uint8Array(monomials.count);
  for (const { pattern } of jets) {
    for (const m of pattern) {
      mark[m] = 1;
    }
  }
  mark[0] = 1;
  const all = patternOf(mark);
  // registers of their own: they are filled while others are in use
  const register = (): Float64Array => new Float64Array(monomials.count);
  const difference: JetNode = { kind: "jet", pattern: all, values: register(), run: () => {} };
  const power = compose(difference, (u0, k, out) => taylorOf("exp", u0, k, out));
  const sum: JetNode = { kind: "jet", pattern: power.pattern, values: register(), run: () => {} };
  const rest = compose(sum, (u0, k, out) => taylorOf("log1p", u0, k, out));
  const reference = register();
  return (known, largest, data, out) => {
    const first = jets.findIndex(({ values }) => values[0] === largest);
    const others = jets.reduce(
      (total, { values }, i) => (i === first ? total : total + Math.exp(values[0]! - largest)),
      first === -1 ? 0 : Math.exp(known - largest),
    );
    if (!(others < 1e-3)) {
      return false;
    }
    reference.fill(0);
    if (first === -1) {
      reference[0] = known;
    } else {
      for (const m of jets[first]!.pattern) {
        reference[m] = jets[first]!.values[m]!;
      }
    }
    const subtracted = jets.flatMap((jet, i) => (i === first ? [] : [jet]));
    for (const m of sum.pattern) {
      sum.values[m] = 0;
    }
    const add = (constant: number, jet?: JetNode): void => {
      const own = jet === undefined ? constant : jet.values[0]!;
      if (Math.exp(own - reference[0]!) === 0) {
        return;
      }
      for (const m of all) {
        difference.values[m] = -reference[m]!;
      }
      if (jet === undefined) {
        difference.values[0] = constant - reference[0]!;
      } else {
        for (const m of jet.pattern) {
          difference.values[m]! += jet.values[m]!;
        }
      }
      power.run(data);
      for (const m of power.pattern) {
        sum.values[m]! += power.values[m]!;
      }
    };
    for (const jet of subtracted) {
      add(0, jet);
    }
    if (first !== -1 && known > -Infinity) {
      add(known);
    }
    rest.run(data);
    for (const m of out.pattern) {
      out.values[m] = reference[m]!;
    }
    for (const m of rest.pattern) {
      out.values[m]! += rest.values[m]!;
    }
    return true;
  };
}
