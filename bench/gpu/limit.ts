import { calledFunctions, type Program } from "../../src/compile/program.js";
import type { SimulationPlan } from "../../src/simulate/plan.js";
import { type Card, lanes } from "./cards.js";
import {
  blockWords,
  functions,
  normal,
  type Operations,
  ofAngle,
  philoxBlock,
  quotient,
  reducedAngle,
  times,
  total,
  update,
} from "./costs.js";

/** No limit is known; the message says in a few words why. */
export class NoLimit extends Error {}

const float: Operations = { float: 1, product: 0, logic: 0, special: 0 };
const none = times(0, float);

/**
 * The instructions of an update, from the programs that a plan with calls has.
 * @throws NoLimit when they do what costs.ts does not know.
 */
export function updateOperations(plan: SimulationPlan): Operations {
  const draws = plan.sources.map(({ transform }) => {
    if (transform.kind !== "program" || !transform.folded) {
      throw new NoLimit("data other than normal ones");
    }
    return total([times(1 / blockWords, philoxBlock), normal]);
  });
  if (plan.reshuffled) {
    throw new NoLimit("reshuffled data");
  }
  const { weights } = plan;
  const sums = plan.batch > 1 ? times(weights, float) : none;
  const point = total([...draws, programOperations(plan.descent), sums]);
  return total([times(plan.batch, point), times(weights, update)]);
}

/** What a program's instructions cost; its outputs are each taken off something, by a sum. */
export function programOperations({ instructions, outputs }: Program): Operations {
  const uses = instructions.map(() => 0);
  for (const { a, b, c } of instructions) {
    for (const operand of [a, b, c]) {
      if (operand >= 0) {
        uses[operand]!++;
      }
    }
  }
  for (const output of outputs) {
    uses[output]!++;
  }
  // A product that one sum alone uses is carried out with it; a sum takes one.
  const joined = new Set<number>();
  const join = (operands: readonly number[]) => {
    const product = operands.find(
      (operand) => instructions[operand]?.op === "multiply" && uses[operand] === 1 && !joined.has(operand),
    );
    if (product !== undefined) {
      joined.add(product);
    }
  };
  for (const { op, a, b } of instructions) {
    if (op === "add" || op === "subtract") {
      join([a, b]);
    }
  }
  for (const output of outputs) {
    join([output]);
  }
  const angles = new Set<number>();
  const costs = instructions.map(({ op, a, index }, value): Operations => {
    switch (op) {
      case "input":
      case "constant":
      // Signs go with operands.
      case "negate":
      case "absolute":
        return none;
      case "multiply":
        return joined.has(value) ? none : float;
      case "add":
      case "subtract":
      case "multiplyAdd":
      case "multiplyFrom":
        return float;
      case "divide":
      case "sqrt":
        return quotient;
      case "call": {
        const name = calledFunctions[index]!;
        const known = functions[name];
        if (known !== undefined) {
          return known;
        }
        const selection = ofAngle[name];
        if (selection === undefined) {
          throw new NoLimit(`${name} has no cost in bench/gpu/costs.ts`);
        }
        if (angles.has(a)) {
          return selection;
        }
        angles.add(a);
        return total([reducedAngle, selection]);
      }
      default:
        throw new NoLimit(`"${op}" has no cost in bench/gpu/limit.ts`);
    }
  });
  return total(costs);
}

export interface Limit {
  /** Updates a second. */
  readonly speed: number;
  /** What a multiprocessor runs out of first. */
  readonly scarce: string;
}

/** How fast a card could carry out updates if every lane that they need most were busy in every clock. */
export function limitOf({ float, product, logic, special }: Operations, card: Card): Limit {
  const clocks = {
    "floating-point lanes": (float + product) / card.floatLanes,
    "lanes for products of words": product / lanes.product,
    "lanes for other work on words": logic / lanes.logic,
    "lanes for quotients": special / lanes.special,
    "starts of instructions": (float + product + logic + special) / lanes.started,
  };
  const [scarce, most] = Object.entries(clocks).reduce((one, other) => (other[1] > one[1] ? other : one));
  return { speed: (card.multiprocessors * card.clock * 1e6) / most, scarce };
}
