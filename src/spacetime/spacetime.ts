/**
 * The `N × T` grid in which a diagram is read (THEORY §1): cell `(n, t)` is shaded when training
 * point `n` is in the batch of update `t`.
 */
export type SpaceTime =
  | {
      readonly kind: "sgd";
      /** Training points. */
      readonly N: number;
      /** Epochs. */
      readonly E: number;
      /** Points in a batch; divides `N`. */
      readonly B: number;
      /** `same`: every epoch visits the batches in one order; `reshuffled`: the expectation over independent uniform shuffles. */
      readonly shuffle: "same" | "reshuffled";
    }
  | { readonly kind: "gd"; readonly N: number; readonly T: number };

/**
 * Whether every cell is shaded, so that every update is that of gradient descent: `gd(N, T)`, and
 * `sgd(N, E, B = N)`, which is the same space-time with `T = E` and has no order to shuffle.
 */
export function isGradientDescent(spacetime: SpaceTime): boolean {
  return spacetime.kind === "gd" || spacetime.B === spacetime.N;
}

/** Whether each training point is used in one update only, so that only diagrams that keep the path condition embed. */
export function usesPointsOnce(spacetime: SpaceTime): boolean {
  return spacetime.kind === "sgd" && spacetime.E === 1 && !isGradientDescent(spacetime);
}

/** Points in a batch: `B`, or `N` for gradient descent. */
export function batchSize(spacetime: SpaceTime): number {
  return spacetime.kind === "gd" ? spacetime.N : spacetime.B;
}

/** Updates in one pass over the training set: `N / B`. */
export function updatesPerEpoch(spacetime: SpaceTime): number {
  return spacetime.kind === "gd" ? 1 : spacetime.N / spacetime.B;
}

/** Epochs: `E`, or `T` for gradient descent, whose every update is an epoch. */
export function epochs(spacetime: SpaceTime): number {
  return spacetime.kind === "gd" ? spacetime.T : spacetime.E;
}

/** Updates in all: `T = E·N/B`. */
export function updates(spacetime: SpaceTime): number {
  return epochs(spacetime) * updatesPerEpoch(spacetime);
}

/**
 * What is wrong with a space-time, in one line, or `undefined` when nothing is.
 * @param written what an author wrote for one of its numbers, where that is known.
 */
export function spaceTimeProblem(
  spacetime: SpaceTime,
  written: (name: string, value: number) => string = (_, value) => writtenNumber(value),
): string | undefined {
  const most = Number.MAX_SAFE_INTEGER;
  const numbers: Record<string, number> =
    spacetime.kind === "gd"
      ? { N: spacetime.N, T: spacetime.T }
      : { N: spacetime.N, E: spacetime.E, B: spacetime.B };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      return `${name} = ${written(name, value)} is not a positive whole number up to ${most}; write one, such as ${name} = 1`;
    }
  }
  if (spacetime.kind === "sgd" && spacetime.N % spacetime.B !== 0) {
    return `B = ${spacetime.B} does not divide N = ${spacetime.N}; choose a batch size that does`;
  }
  return undefined;
}

/** A number for a message; what a double does not hold exactly is not what was written, and is said to be about it. */
export function writtenNumber(value: number): string {
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? String(value) : `about ${value.toPrecision(3)}`;
}

/** The space-time as a `.diag` file writes it. */
export function formatSpaceTime(spacetime: SpaceTime): string {
  if (spacetime.kind === "gd") {
    return `gd(N = ${spacetime.N}, T = ${spacetime.T})`;
  }
  const { N, E, B, shuffle } = spacetime;
  return `sgd(N = ${N}, E = ${E}, B = ${B}${shuffle === "same" ? "" : `, shuffle = ${shuffle}`})`;
}
