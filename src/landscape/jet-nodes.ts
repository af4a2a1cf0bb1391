import type { CompiledExpression } from "./evaluation.js";

/** A sub-expression that does not involve the unknowns. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: CompiledExpression;
}

/** A sub-expression with unknowns: after `run`, its coefficients on `pattern` are in `values`. */
export interface JetNode {
  readonly kind: "jet";
  readonly pattern: Int32Array;
  readonly values: Float64Array;
  run(data: ArrayLike<number>): void;
}

export type Node = ScalarNode | JetNode;

/** Counts the runs of a program: what stands in several places is computed once in each. */
export interface Rounds {
  round: number;
}

/** A node whose result outlives the register that it is computed in. */
export function kept(node: Node, rounds: Rounds, count: number): Node {
  let done = -1;
  if (node.kind === "scalar") {
    let value = 0;
    return {
      kind: "scalar",
      value: (data) => {
        if (done !== rounds.round) {
          value = node.value(data);
          done = rounds.round;
        }
        return value;
      },
    };
  }
  const { pattern, values: register } = node;
  const values = new Float64Array(count);
  return {
    kind: "jet",
    pattern,
    values,
    run: (data) => {
      if (done === rounds.round) {
        return;
      }
      node.run(data);
      for (const m of pattern) {
        values[m] = register[m]!;
      }
      done = rounds.round;
    },
  };
}

/** A copy of what is kept in a register of its own, which its user may overwrite. */
export function copied(node: JetNode, values: Float64Array): JetNode {
  const { pattern } = node;
  return {
    kind: "jet",
    pattern,
    values,
    run: (data) => {
      node.run(data);
      for (const m of pattern) {
        values[m] = node.values[m]!;
      }
    },
  };
}

export function multiplied(a: CompiledExpression, b: CompiledExpression): CompiledExpression {
  return (data) => a(data) * b(data);
}

export function patternOf(mark: Uint8Array): Int32Array {
  let count = 0;
  for (const set of mark) {
    count += set;
  }
  const pattern = new Int32Array(count);
  let filled = 0;
  for (let m = 0; m < mark.length; m++) {
    if (mark[m] === 1) {
      pattern[filled++] = m;
    }
  }
  return pattern;
}
