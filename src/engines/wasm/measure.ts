import { bitsOfDouble } from "../../compile/double-bits.js";
import type { Program } from "../../compile/program.js";
import { agreement } from "../../landscape/sampled-loss.js";
import { type Arithmetic, combined, type Quantity } from "../../observables/index.js";
import { isMeasured, isPaired, mayOverflow, type PairedColumn, placesIn } from "../../simulate/column.js";
import { orderOf } from "../../simulate/orders.js";
import type { SampledPart, SimulationPlan } from "../../simulate/plan.js";
import { keptQuantities, readingOf } from "../../simulate/reading.js";
import { type Addresses, finiteAt, keptAt, settledAt, trainAt } from "./addresses.js";
import { type ConstantPool, dependsOnData, FunctionText, get, loadPair, ProgramText } from "./text.js";

/**
 * `measure(to, data, points)`: the columns of all lanes. `to` is the address of the first column's first
 * value; behind the columns come one that is 0 where the trial is finite and not a number where it is not, and, when
 * test losses are checked, one that says the same of the test loss and one of train losses.
 */
export function measureFunctions(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string[] {
  const moved = (name: string) => `(i32.add (local.get ${name}) (local.get $lane))`;
  const every = `(func $measure (export "measure") (param $to i32) (param $data i32) (param $points i32) (local $lane i32)
  (loop $each
    (call $measurePair (local.get $lane) ${moved("$to")} ${moved("$data")} (local.get $points))
    (local.set $lane (i32.add (local.get $lane) (i32.const 16)))
    (br_if $each (i32.lt_u (local.get $lane) (i32.const ${8 * addresses.lanes})))))`;
  return [measurePairFunction(plan, addresses, pool), every];
}

function measurePairFunction(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string {
  const { lanes } = addresses;
  const target = new FunctionText();
  const weights = Array.from({ length: plan.weights }, (_, weight) =>
    target.keep("v128", `(v128.load offset=${addresses.states + weight * lanes * 8} (local.get $lane))`),
  );
  const state = (register: number) =>
    register < weights.length
      ? get(weights[register]!)
      : `(v128.load offset=${addresses.states + register * lanes * 8} (local.get $lane))`;
  const constant = (value: number) => loadPair(pool.address(...bitsOfDouble(value)));
  const test = emitTestLoss(target, plan, addresses, pool, weights);
  const { ofState } = plan;
  const training = plan.orders?.training;
  const trainingAt = training && target.keep("i32", "(local.get $data)");
  const train =
    plan.loss &&
    emitTrainingMeans(target, plan, addresses, pool, {
      program: plan.loss,
      registers: weights.map(get),
      at: "$data",
    })[0];
  const registers = plan.states.map((_, register) => state(register));
  const trainingOrders =
    training &&
    emitTrainingMeans(target, plan, addresses, pool, { program: training, registers, at: trainingAt! });
  const stateText =
    ofState && new ProgramText(target, ofState.program, pool, 1, (index) => registers[index]!);
  stateText?.emit(() => true);
  const zero = "(v128.const i64x2 0 0)";
  const finite = target.keep("v128", zero);
  const settled =
    test?.holds && target.keep("v128", `(v128.andnot ${constant(Number.NaN)} ${get(test.holds)})`);
  const note = (value: string, to = finite) =>
    target.set(to, `(f64x2.add ${get(to)} (f64x2.mul ${value} ${zero}))`);
  const found = (quantity: Quantity): string => {
    const reading = readingOf(plan, quantity);
    switch (reading.from) {
      case "expected loss":
        return get(test!.loss);
      case "training loss":
        return get(train!);
      case "register": {
        const value = state(reading.register);
        return reading.start === undefined ? value : `(f64x2.sub ${value} ${constant(reading.start)})`;
      }
      case "state":
        return stateText!.output(reading.output, 0);
      case "training orders":
        return get(trainingOrders![reading.output]!);
      case "nothing":
        return constant(0);
    }
  };
  const arithmetic: Arithmetic<string> = {
    scaled: (factor, value) => `(f64x2.mul ${constant(factor)} ${value})`,
    negated: (value) => `(f64x2.neg ${value})`,
    sum: (one, other) => `(f64x2.add ${one} ${other})`,
    difference: (one, other) => `(f64x2.sub ${one} ${other})`,
  };
  const store = (index: number, value: string) =>
    target.line(`(v128.store offset=${index * addresses.columnBytes} (local.get $to) ${get(value)})`);
  for (const weight of weights) {
    note(get(weight));
  }
  const isFactor = new Set(plan.columns.flatMap((column) => (isMeasured(column) ? [] : placesIn(column))));
  /** Of columns that products are made of, what they are less their centers. */
  const factors = new Map<number, string>();
  // What of products and orders is not finite is found when they are added up: the trial did not diverge.
  plan.columns.forEach((column, index) => {
    if (!isMeasured(column)) {
      const product = ([one, other]: readonly [number, number]) =>
        `(f64x2.mul ${get(factors.get(one)!)} ${get(factors.get(other)!)})`;
      const added = ({ added: place }: PairedColumn) =>
        place === undefined ? [] : [get(factors.get(place)!)];
      const value = target.keep(
        "v128",
        isPaired(column)
          ? [...column.pairs.map(product), ...added(column)].reduce(
              (sum, one) => `(f64x2.add ${sum} ${one})`,
              zero,
            )
          : product(column.product),
      );
      factors.set(index, value);
      store(index, value);
      return;
    }
    const value = target.keep("v128", combined(column.combination, found, arithmetic));
    let difference = `(f64x2.sub ${get(value)} ${constant(column.center)})`;
    if (isFactor.has(index)) {
      const kept = target.keep("v128", difference);
      factors.set(index, kept);
      difference = get(kept);
    }
    if (!mayOverflow(column)) {
      note(difference, column.isExpectation ? settled : finite);
    }
    store(index, value);
  });
  if (settled !== undefined) {
    if (train !== undefined) {
      note(get(train));
    }
    // A trial that diverged is in no sum, whether its test loss holds or not.
    target.set(settled, `(f64x2.add ${get(settled)} ${get(finite)})`);
    store(settledAt(plan), settled);
    if (train !== undefined) {
      store(trainAt(plan), train);
    }
    keptQuantities(plan).forEach((quantity, index) => {
      const value = target.keep("v128", found(quantity));
      if (orderOf(quantity) === undefined) {
        note(get(value));
      }
      store(keptAt(plan) + index, value);
    });
  }
  store(finiteAt(plan), finite);
  return target.text(`$measurePair (param $lane i32) (param $to i32) (param $data i32) (param $points i32)`);
}

/** A local with the test loss, and one with a mask of the lanes where it holds, when it is checked. */
interface TestLoss {
  readonly loss: string;
  readonly holds?: string;
}

function emitTestLoss(
  target: FunctionText,
  plan: SimulationPlan,
  addresses: Addresses,
  pool: ConstantPool,
  weights: readonly string[],
): TestLoss | undefined {
  if (plan.closed === undefined) {
    return undefined;
  }
  const constant = (value: number) => loadPair(pool.address(...bitsOfDouble(value)));
  const closed = new ProgramText(target, plan.closed, pool, 1, (index) => get(weights[index]!));
  closed.emit(() => true);
  const loss = target.keep("v128", closed.output(0, 0));
  const holds = plan.check && target.keep("v128", "(v128.const i64x2 -1 -1)");
  const require = (mask: string) => target.set(holds!, `(v128.and ${get(holds!)} ${mask})`);
  plan.check?.box.forEach(({ low, high }, weight) => {
    require(`(f64x2.le ${constant(low)} ${get(weights[weight]!)})`);
    require(`(f64x2.le ${get(weights[weight]!)} ${constant(high)})`);
  });
  plan.sampled.forEach((part, index) => {
    const { sum, difference, scale } = emitSampledSums(
      target,
      part,
      addresses.quadrature[index]!,
      pool,
      weights,
    );
    target.set(loss, `(f64x2.add ${get(loss)} ${get(sum)})`);
    if (difference !== undefined) {
      require(`(f64x2.lt (f64x2.abs ${get(difference)}) (f64x2.mul ${constant(agreement)} ${get(scale!)}))`);
    }
  });
  return holds === undefined ? { loss } : { loss, holds };
}

interface SampledSums {
  readonly sum: string;
  /** With the points' second weights, and of magnitudes, when the part is checked. */
  readonly difference?: string;
  readonly scale?: string;
}

function emitSampledSums(
  target: FunctionText,
  part: SampledPart,
  address: number,
  pool: ConstantPool,
  weights: readonly string[],
): SampledSums {
  const at = target.keep("i32", `(i32.const ${address})`);
  const left = target.keep("i32", `(i32.const ${part.count})`);
  const zero = "(v128.const i64x2 0 0)";
  const sum = target.keep("v128", zero);
  const checks = part.checked
    ? { difference: target.keep("v128", zero), scale: target.keep("v128", zero) }
    : undefined;
  const first = part.width - part.data;
  const number = (offset: number) => `(v128.load64_splat offset=${8 * offset} ${get(at)})`;
  const program = new ProgramText(target, part.program, pool, 1, (index) =>
    index < weights.length ? get(weights[index]!) : number(index - weights.length + first),
  );
  const inner = dependsOnData(part.program, weights.length);
  program.emit((value) => !inner[value]);
  target.repeat(left, () => {
    program.emit(() => true);
    const value = program.output(0, 0);
    const add = (name: string, term: string) => target.set(name, `(f64x2.add ${get(name)} ${term})`);
    if (checks === undefined) {
      add(sum, `(f64x2.mul ${number(0)} ${value})`);
    } else {
      const kept = target.keep("v128", value);
      const term = target.keep("v128", `(f64x2.mul ${number(0)} ${get(kept)})`);
      add(sum, get(term));
      add(checks.difference, `(f64x2.mul ${number(1)} ${get(kept)})`);
      add(checks.scale, `(f64x2.abs ${get(term)})`);
    }
    target.set(at, `(i32.add ${get(at)} (i32.const ${8 * part.width}))`);
  });
  return { sum, ...checks };
}

/**
 * For each output of a program of a training point a local with its mean.
 * @param registers what its first inputs are; the others are the point's data.
 * @param at the local with the address of the first point's, which is moved on.
 */
function emitTrainingMeans(
  target: FunctionText,
  plan: SimulationPlan,
  addresses: Addresses,
  pool: ConstantPool,
  { program, registers, at }: { program: Program; registers: readonly string[]; at: string },
): readonly string[] {
  const bytes = addresses.lanes * 8;
  const sums = program.outputs.map(() => target.keep("v128", "(v128.const i64x2 0 0)"));
  const left = target.keep("i32", "(local.get $points)");
  const text = new ProgramText(
    target,
    program,
    pool,
    1,
    (index) => registers[index] ?? `(v128.load offset=${(index - registers.length) * bytes} ${get(at)})`,
  );
  const inner = dependsOnData(program, registers.length);
  text.emit((value) => !inner[value]);
  target.repeat(left, () => {
    text.emit(() => true);
    sums.forEach((sum, output) => {
      target.set(sum, `(f64x2.add ${get(sum)} ${text.output(output, 0)})`);
    });
    target.set(at, `(i32.add ${get(at)} (i32.const ${plan.data * bytes}))`);
  });
  for (const sum of sums) {
    target.set(sum, `(f64x2.div ${get(sum)} (f64x2.splat (f64.convert_i32_u (local.get $points))))`);
  }
  return sums;
}
