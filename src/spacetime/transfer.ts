import {
  addDoubled,
  type Doubled,
  type DoubledMatrix,
  joinLosses,
  multiplyDoubled,
  powerDoubled,
  powerLessOne,
  powerOf,
} from "./doubled.js";
import { exponentialLessIdentity, firstToLast, powerLessIdentity } from "./powers.js";

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
    const one = decay[edge]!;
    // Below, rounding leaves nothing out that would count.
    product *= one <= smallLoss ? 1 - one : 1 - one - (decay.low?.[edge] ?? 0);
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
  return powerLessOne(lostDoubled(edges, decay), terms) / -loss;
}

/**
 * The sum over all firings within `steps` steps, from state 0 to the last state.
 * In integrals `steps` is the length of the time line.
 */
export function transferSum(transfer: Transfer, decay: Decays, steps: number, mode: TimeMode): number {
  const { size, passing, moves } = transfer;
  if (steps === Number.POSITIVE_INFINITY) {
    return transferLimit(transfer, decay, mode);
  }
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
      : powerLessIdentity(step, size, steps, [0]).high[size - 1]!;
  }
  return transferPower(transfer, decay, steps, mode).high[size - 1]!;
}

/**
 * The limit of {@link transferSum} of ever more steps (the paper's Theorem 2): with `r` the sums from state 0 to each state and
 * `M` a step less the identity it is where `r M = 0`, state by state. Infinite where an edge under way does not
 * contract, so that nothing bounds the sum.
 */
function transferLimit({ size, passing, moves }: Transfer, decay: Decays, mode: TimeMode): number {
  const isExact = mode === "exact";
  const contracts = (edge: number) => decay[edge]! > 0 && !(isExact && decay[edge]! >= 2);
  const reached = new Float64Array(size);
  reached[0] = 1;
  for (let state = 0; state < size; state++) {
    const edges = passing[state]!;
    if (state > 0 && reached[state] !== 0) {
      reached[state]! /= !edges.every(contracts) ? 0 : isExact ? lost(edges, decay) : rate(edges, decay);
    }
    for (const move of moves) {
      const ways =
        move.from !== state
          ? 0
          : isExact
            ? move.weight * kept(move.passing, decay)
            : move.events === 1
              ? move.weight
              : 0;
      if (ways !== 0 && reached[state] !== 0) {
        reached[move.to]! += reached[state]! * ways;
      }
    }
  }
  return reached[size - 1]!;
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
 * @param rows the states `i` that are wanted, all where absent.
 */
export function transferPower(
  transfer: Transfer,
  decay: Decays,
  steps: number,
  mode: TimeMode,
  rows?: readonly number[],
): DoubledMatrix {
  const { size, passing, moves } = transfer;
  if (mode === "exact") {
    return powerLessIdentity(stepLessIdentity(transfer, decay), size, steps, rows);
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
  return alternates && size <= largestDoubled ? stepDoubled({ size, passing, moves }, decay) : { high };
}

function stepDoubled({ size, passing, moves }: Transfer, decay: Decays): Required<DoubledMatrix> {
  const high = new Float64Array(size * size);
  const low = new Float64Array(size * size);
  const add = (place: number, value: Doubled) => {
    const sum = addDoubled({ high: high[place]!, low: low[place]! }, value);
    high[place] = sum.high;
    low[place] = sum.low;
  };
  for (let state = 0; state < size; state++) {
    const loss = lostDoubled(passing[state]!, decay);
    add(state * size + state, { high: -loss.high, low: -loss.low });
  }
  for (const move of moves) {
    const loss = lostDoubled(move.passing, decay);
    const kept = addDoubled({ high: 1, low: 0 }, { high: -loss.high, low: -loss.low });
    add(move.from * size + move.to, multiplyDoubled({ high: move.weight, low: 0 }, kept));
  }
  return { high, low };
}

/** {@link transferSum} of an exact sum in twice the digits, for sums that cancel each other. */
export function transferSumDoubled(transfer: Transfer, decay: Decays, steps: number): Doubled {
  const { size } = transfer;
  if (size === 1 || size > largestDoubled) {
    return { high: transferSum(transfer, decay, steps, "exact"), low: 0 };
  }
  const power = powerDoubled(stepDoubled(transfer, decay), size, steps);
  return { high: power.high[size - 1]!, low: power.low[size - 1]! };
}

/** Whether one of these edges has a propagator near −1, or below. */
export function isAlternating(edges: readonly number[], decay: Decays): boolean {
  for (const edge of edges) {
    if (decay[edge]! > alternating) {
      return true;
    }
  }
  return false;
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
