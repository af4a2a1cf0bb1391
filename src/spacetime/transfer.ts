import {
  bitsOf,
  type Doubled,
  type DoubledMatrix,
  joinLosses,
  powerDoubled,
  powerLessOne,
  powerOf,
} from "./doubled.js";

/**
 * Sums over times by transfer matrices.
 *
 * A set of events fires in the course of equal steps. A state is what has fired; in one step the
 * state stays or moves on, and each edge under way is multiplied by its propagator. The sum over all
 * times of the events is then an entry of a power of a triangular matrix, found by repeated squaring:
 * its cost grows with the logarithm of the number of steps, and nothing is divided, so that
 * `k → 1` and `k < 0` (THEORY §4) need no special care.
 */
export interface Transfer {
  /** Number of states; moves go to higher numbers. Sums run from state 0 to the last one. */
  readonly size: number;
  /** `passing[s]`: the edges under way while state `s` lasts, one entry a factor. */
  readonly passing: readonly (readonly number[])[];
  readonly moves: readonly Move[];
}

export interface Move {
  readonly from: number;
  readonly to: number;
  /** In how many ways the events that fire can do so. */
  readonly weight: number;
  /** Edges under way during the step, which begin before it and end after it. */
  readonly passing: readonly number[];
  /** How many events fire at once. Integrals over times leave out coincidences. */
  readonly events: number;
}

/**
 * How far propagators are from 1: entry `e` is `η h` of the direction on edge `e`. A step multiplies
 * by `1 − η h` in exact sums and by `exp(−η h)` in integrals. `low`, where there is one, is what the
 * entries as doubles leave out: beside 2 it counts, since `1 − k²` is `ηh (2 − ηh)`.
 */
export interface Decays extends ArrayLike<number> {
  readonly low?: ArrayLike<number>;
}

/** Room for the decays of so many edges; with `low` for those that need it. */
export function makeDecays(size: number, doubled: boolean): Float64Array & { readonly low?: Float64Array } {
  const decays = new Float64Array(size);
  return doubled ? Object.assign(decays, { low: new Float64Array(size) }) : decays;
}

/** Exact sums over whole times, or integrals over real ones. */
export type TimeMode = "exact" | "integral";

/** Losses up to here are added in plain doubles: nothing cancels. */
const smallLoss = 0.5;

/** Above this loss a propagator is near −1, and sums over times need twice the digits. */
const alternating = 1.5;

/** The decay of an edge with all its digits. */
export function decayOf(edge: number, decay: Decays): Doubled {
  return { high: decay[edge]!, low: decay.low?.[edge] ?? 0 };
}

/** `1 − ∏ (1 − decay)` over the edges, without cancellation for propagators near 1 and −1. */
function lost(edges: readonly number[], decay: Decays): number {
  let total = 0;
  for (const edge of edges) {
    const one = decay[edge]!;
    if (!(one <= smallLoss)) {
      return lostDoubled(edges, decay).high;
    }
    total += one - total * one;
  }
  return total;
}

function lostDoubled(edges: readonly number[], decay: Decays): Doubled {
  let total: Doubled = { high: 0, low: 0 };
  for (const edge of edges) {
    total = joinLosses(total, decayOf(edge, decay));
  }
  return total;
}

function kept(edges: readonly number[], decay: Decays): number {
  let product = 1;
  for (const edge of edges) {
    product *= 1 - decay[edge]! - (decay.low?.[edge] ?? 0);
  }
  return product;
}

/** `((1 − loss)^n − 1) / (−loss)`, the geometric sum of `n` terms, stable for every loss. */
function geometricSum(edges: readonly number[], decay: Decays, terms: number): number {
  const loss = lost(edges, decay);
  if (loss === 0) {
    return terms;
  }
  if (Math.abs(loss) < smallLoss) {
    return Math.expm1(terms * Math.log1p(-loss)) / -loss;
  }
  return powerLessOne(lostDoubled(edges, decay), terms).high / -loss;
}

/**
 * The sum over all firings within `steps` steps, from state 0 to the last state.
 * In integrals `steps` is the length of the time line.
 */
export function transferSum(transfer: Transfer, decay: Decays, steps: number, mode: TimeMode): number {
  const { size, passing, moves } = transfer;
  if (size === 1) {
    return mode === "exact"
      ? powerOf(lostDoubled(passing[0]!, decay), steps)
      : Math.exp(-rate(passing[0]!, decay) * steps);
  }
  if (size === 2 && passing[0]!.length === 0 && moves.length === 1) {
    const move = moves[0]!;
    if (mode === "exact") {
      return move.weight * kept(move.passing, decay) * geometricSum(passing[1]!, decay, steps);
    }
    const slope = rate(passing[1]!, decay);
    return move.weight * (slope === 0 ? steps : -Math.expm1(-slope * steps) / slope);
  }
  if (mode === "exact") {
    const step = stepLessIdentity(transfer, decay);
    return step.low === undefined
      ? firstToLast(step.high, size, steps)
      : powerLessIdentity(step, size, steps).high[size - 1]!;
  }
  return transferPower(transfer, decay, steps, mode).high[size - 1]!;
}

function rate(edges: readonly number[], decay: Decays): number {
  let total = 0;
  for (const edge of edges) {
    total += decay[edge]!;
  }
  return total;
}

/**
 * The matrix of all sums, less the identity: entry `[i·size + j]` is the sum over all firings within
 * `steps` steps that lead from state `i` to state `j`; on the diagonal it is the propagator less 1.
 */
export function transferPower(
  transfer: Transfer,
  decay: Decays,
  steps: number,
  mode: TimeMode,
): DoubledMatrix {
  const { size, passing, moves } = transfer;
  if (mode === "exact") {
    return powerLessIdentity(stepLessIdentity(transfer, decay), size, steps);
  }
  const step = new Float64Array(size * size);
  for (let state = 0; state < size; state++) {
    step[state * size + state] = -rate(passing[state]!, decay);
  }
  for (const move of moves) {
    if (move.events === 1) {
      step[move.from * size + move.to]! += move.weight;
    }
  }
  return { high: exponentialLessIdentity(step, size, steps) };
}

/** Larger matrices would take minutes in twice the digits. */
const largestDoubled = 160;

/** One exact step, less the identity; in twice the digits where a propagator is near −1. */
function stepLessIdentity({ size, passing, moves }: Transfer, decay: Decays): DoubledMatrix {
  const high = new Float64Array(size * size);
  let alternates = false;
  for (let state = 0; state < size; state++) {
    const loss = lost(passing[state]!, decay);
    high[state * size + state] = -loss;
    alternates ||= loss > alternating;
  }
  for (const move of moves) {
    high[move.from * size + move.to]! += move.weight * kept(move.passing, decay);
  }
  if (!alternates || size > largestDoubled) {
    return { high };
  }
  const low = new Float64Array(size * size);
  for (let state = 0; state < size; state++) {
    low[state * size + state] = -lostDoubled(passing[state]!, decay).low;
  }
  return { high, low };
}

/** What is left of the propagators is nothing beside 1 when it is smaller than this. */
const forgotten = 1e-20;

/**
 * The entry of `(I + M)^n` from the first state to the last. Only the first row is carried through
 * the bits of `n`. Where nothing but the first state lasts, the sum over times has converged before
 * all squarings are done, and they end.
 */
function firstToLast(matrix: Float64Array, size: number, exponent: number): number {
  let power: Float64Array = matrix;
  let scratch: Float64Array = new Float64Array(size * size);
  const row = new Float64Array(size);
  row[0] = 1;
  for (let rest = exponent; rest >= 1; ) {
    if (rest % 2 === 1) {
      for (let column = size - 1; column >= 0; column--) {
        let sum = row[column]!;
        for (let middle = 0; middle <= column; middle++) {
          sum += row[middle]! * power[middle * size + column]!;
        }
        row[column] = sum;
      }
    }
    rest = Math.floor(rest / 2);
    if (rest >= 1) {
      joinPowers(power, power, scratch, size);
      [power, scratch] = [scratch, power === matrix ? new Float64Array(size * size) : power];
      if (matrix[0] === 0 && isForgetful(power, size)) {
        // Steps taken so far are forgotten too, and the rest alone is the limit.
        return power[size - 1]!;
      }
    }
  }
  return row[size - 1]!;
}

/** Whether `I + P` leads from the first state anywhere, and from the others nowhere. */
function isForgetful(power: Float64Array, size: number): boolean {
  for (let state = 1; state < size; state++) {
    const offset = state * size;
    for (let column = state; column < size; column++) {
      const entry = power[offset + column]! + (column === state ? 1 : 0);
      if (!(Math.abs(entry) < forgotten)) {
        return false;
      }
    }
  }
  return true;
}

/**
 * `(I + M)^n − I` of an upper triangular `M`. Keeping the identity apart keeps the digits of
 * propagators near 1 through many squarings; those near −1 need `low`.
 */
export function powerLessIdentity(
  { high, low }: DoubledMatrix,
  size: number,
  exponent: number,
): DoubledMatrix {
  if (low !== undefined) {
    return powerDoubled({ high, low }, size, exponent);
  }
  let result = new Float64Array(size * size);
  let scratch = new Float64Array(size * size);
  for (const bit of bitsOf(exponent)) {
    joinPowers(result, result, scratch, size);
    [result, scratch] = [scratch, result];
    if (bit === 1) {
      joinPowers(result, high, scratch, size);
      [result, scratch] = [scratch, result];
    }
  }
  return { high: result };
}

/** `target = (I + A)(I + B) − I` for upper triangular matrices. */
function joinPowers(a: Float64Array, b: Float64Array, target: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    const offset = row * size;
    for (let column = row; column < size; column++) {
      target[offset + column] = a[offset + column]! + b[offset + column]!;
    }
    for (let middle = row; middle < size; middle++) {
      const factor = a[offset + middle]!;
      if (factor !== 0) {
        const other = middle * size;
        for (let column = middle; column < size; column++) {
          target[offset + column]! += factor * b[other + column]!;
        }
      }
    }
  }
}

/** `exp(tM) − I` of an upper triangular `M`, by a Taylor series for a short time and doublings. */
function exponentialLessIdentity(matrix: Float64Array, size: number, time: number): Float64Array {
  let norm = 0;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = row; column < size; column++) {
      sum += Math.abs(matrix[row * size + column]!);
    }
    norm = Math.max(norm, sum);
  }
  const doublings = Math.max(0, Math.ceil(Math.log2(Math.max(norm * time, 1e-300))) + 3);
  const scale = time / 2 ** doublings;
  let result = new Float64Array(size * size);
  let term = new Float64Array(size * size);
  for (let state = 0; state < size; state++) {
    term[state * size + state] = 1;
  }
  for (let degree = 1; degree <= 14; degree++) {
    const next = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      for (let middle = row; middle < size; middle++) {
        const factor = (term[row * size + middle]! * scale) / degree;
        if (factor !== 0) {
          for (let column = middle; column < size; column++) {
            next[row * size + column]! += factor * matrix[middle * size + column]!;
          }
        }
      }
    }
    term = next;
    for (let index = 0; index < result.length; index++) {
      result[index]! += term[index]!;
    }
  }
  let scratch = new Float64Array(size * size);
  for (let doubling = 0; doubling < doublings; doubling++) {
    joinPowers(result, result, scratch, size);
    [result, scratch] = [scratch, result];
  }
  return result;
}

/** What {@link buildTransfer} needs to know of a firing. */
export interface Firing<State> {
  readonly next: State;
  readonly weight: number;
  readonly passing: readonly number[];
  readonly events: number;
}

/** The most states a sum over times may have. */
const largestTransfer = 600;

/** Refuses a sum that would take minutes. */
export function tooIntricate(): RangeError {
  return new RangeError(
    "the diagram has too many orders in time to be summed; diagrams of up to 9 edges always fit",
  );
}

/**
 * Explores the states reachable from some first ones and numbers them so that moves go up.
 * @throws RangeError when there are too many.
 * @param key a name equal for equal states; @param level a number that every move increases.
 */
export function buildTransfer<State>(
  starts: readonly State[],
  rules: {
    key(state: State): number;
    level(state: State): number;
    passing(state: State): readonly number[];
    firings(state: State): Iterable<Firing<State>>;
  },
): { transfer: Transfer; states: State[]; indexOf: Map<number, number> } {
  const found = new Map<number, State>();
  const queue: State[] = [];
  const visit = (state: State) => {
    if (!found.has(rules.key(state))) {
      if (found.size === largestTransfer) {
        throw tooIntricate();
      }
      found.set(rules.key(state), state);
      queue.push(state);
    }
  };
  starts.forEach(visit);
  const firings = new Map<number, Firing<State>[]>();
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    const list = [...rules.firings(state)];
    firings.set(rules.key(state), list);
    for (const firing of list) {
      visit(firing.next);
    }
  }
  const states = [...found.values()].sort(
    (a, b) => rules.level(a) - rules.level(b) || rules.key(a) - rules.key(b),
  );
  const indexOf = new Map(states.map((state, index) => [rules.key(state), index]));
  const moves = states.flatMap((state, from) =>
    firings.get(rules.key(state))!.map((firing) => ({
      from,
      to: indexOf.get(rules.key(firing.next))!,
      weight: firing.weight,
      passing: firing.passing,
      events: firing.events,
    })),
  );
  return {
    transfer: { size: states.length, passing: states.map((state) => rules.passing(state)), moves },
    states,
    indexOf,
  };
}
