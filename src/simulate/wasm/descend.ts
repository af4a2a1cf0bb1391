import type { Addresses } from "../addresses.js";
import { bitsOfDouble } from "../double-bits.js";
import type { Column, SampledPart, SimulationPlan } from "../plan.js";
import {
  type ConstantPool,
  dependsOnData,
  FunctionText,
  get,
  loadPair,
  ProgramText,
  RangeWatch,
} from "./text.js";

/** Programs of more instructions are emitted with fewer pairs of lanes abreast, to bound the function's size. */
const largestWidePrograms = [
  { instructions: 400, vectors: 8 },
  { instructions: 800, vectors: 4 },
  { instructions: 1600, vectors: 2 },
] as const;

/** Pairs of lanes that go through the gradient abreast; what is more goes through it next. */
const mostAbreast = 4;

/** How many pairs of lanes `descend` takes at a time. */
export function descendVectors(plan: SimulationPlan, lanes: number): number {
  const size = plan.descent.instructions.length;
  const fitting = largestWidePrograms.find((entry) => size <= entry.instructions)?.vectors ?? 1;
  return Math.min(fitting, lanes / 2);
}

/**
 * `descend(data, lane, batches, batch)`: the updates of some pairs of lanes, with their weights in
 * locals. `data` is the address of the first lane's first datum, `lane` the lane's offset in bytes.
 * Elementary functions first do without their patches; if one was needed, all is done again with them.
 */
export function descendFunctions(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string[] {
  const patched = plan.descent.instructions.some(({ op }) => op === "patch");
  const signature = parameters.map((name) => `(param ${name} i32)`).join(" ");
  const exported = `$descend (export "descend") ${signature}`;
  if (!patched) return [descendText(plan, addresses, pool, false).text(exported)];
  return [
    descendText(plan, addresses, pool, true).text(exported),
    descendText(plan, addresses, pool, false).text(`$descendPatched ${signature}`),
  ];
}

const parameters = ["$data", "$lane", "$batches", "$batch"] as const;

function descendText(
  plan: SimulationPlan,
  addresses: Addresses,
  pool: ConstantPool,
  trying: boolean,
): FunctionText {
  const { lanes } = addresses;
  const vectors = descendVectors(plan, lanes);
  const target = new FunctionText();
  const given = trying ? parameters.map((name) => target.keep("i32", get(name))) : [];
  const watch = trying ? new RangeWatch(target) : undefined;
  const weights = plan.starts.map((_, weight) =>
    Array.from({ length: vectors }, (_, vector) =>
      target.keep(
        "v128",
        `(v128.load offset=${addresses.weights + weight * lanes * 8 + 16 * vector} (local.get $lane))`,
      ),
    ),
  );
  const rate = target.keep("v128", loadPair(addresses.rate));
  const rowBytes = plan.data * lanes * 8;
  const abreast = Math.min(vectors, mostAbreast);
  const parts = Array.from({ length: vectors / abreast }, (_, part) => {
    const first = part * abreast;
    const read = (index: number, vector: number) =>
      index < weights.length
        ? get(weights[index]![first + vector]!)
        : `(v128.load offset=${(index - weights.length) * lanes * 8 + 16 * (first + vector)} (local.get $data))`;
    return { text: new ProgramText(target, plan.descent, pool, abreast, read, watch), first };
  });
  const advance = () => target.set("$data", `(i32.add (local.get $data) (i32.const ${rowBytes}))`);
  /** For each weight's vectors in a part: the local of `rows` and what the program gives. */
  const eachOutput = (
    { text, first }: (typeof parts)[number],
    rows: readonly (readonly string[])[],
    use: (name: string, output: string) => void,
  ) => {
    rows.forEach((names, weight) => {
      for (let vector = 0; vector < abreast; vector++)
        use(names[first + vector]!, text.output(weight, vector));
    });
  };
  const step = (name: string, gradient: string) =>
    target.set(name, `(f64x2.sub ${get(name)} (f64x2.mul ${get(rate)} ${gradient}))`);
  target.repeat("$batches", () => {
    if (plan.batch === 1) {
      parts.forEach((part, index) => {
        for (const next of parts.slice(index, index + 2)) next.text.emitAddresses(() => true);
        part.text.emit(() => true);
        eachOutput(part, weights, (name, updated) => {
          target.set(name, updated);
        });
      });
      advance();
      return;
    }
    const inner = dependsOnData(plan.descent, weights.length);
    for (const { text } of parts) text.emit((value) => !inner[value]);
    const sums = weights.map((names) => names.map(() => target.keep("v128", "(v128.const i64x2 0 0)")));
    const left = target.keep("i32", "(local.get $batch)");
    target.repeat(left, () => {
      for (const part of parts) {
        part.text.emit(() => true);
        eachOutput(part, sums, (name, gradient) => target.set(name, `(f64x2.add ${get(name)} ${gradient})`));
      }
      advance();
    });
    weights.forEach((names, weight) => {
      names.forEach((name, vector) => {
        step(name, get(sums[weight]![vector]!));
      });
    });
  });
  // The weights in memory are still those from before.
  if (watch?.result !== undefined)
    target.line(`(if ${watch.result} (then (call $descendPatched ${given.map(get).join(" ")}) (return)))`);
  weights.forEach((names, weight) => {
    names.forEach((name, vector) => {
      target.line(
        `(v128.store offset=${addresses.weights + weight * lanes * 8 + 16 * vector} (local.get $lane) ${get(name)})`,
      );
    });
  });
  return target;
}

/**
 * `measure(to, data, points)`: the observables of all lanes. `to` is the address of the first column's first
 * value; the last column is 0 where the trial is finite and not a number where it is not.
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
  const weights = plan.starts.map((_, weight) =>
    target.keep("v128", `(v128.load offset=${addresses.weights + weight * lanes * 8} (local.get $lane))`),
  );
  const constant = (value: number) => loadPair(pool.address(...bitsOfDouble(value)));
  const test = emitTestLoss(target, plan, addresses, pool, weights);
  const train = emitTrainLoss(target, plan, addresses, pool, weights);
  const finite = target.keep("v128", "(v128.const i64x2 0 0)");
  const note = (value: string) =>
    target.set(finite, `(f64x2.add ${get(finite)} (f64x2.mul ${value} (v128.const i64x2 0 0)))`);
  const measured = (column: Column): string => {
    switch (column.kind) {
      case "test_loss":
        return get(test!);
      case "train_loss":
        return get(train!);
      case "gen_gap":
        return `(f64x2.sub ${get(test!)} ${get(train!)})`;
      case "displacement":
        return `(f64x2.sub ${get(weights[column.weight]!)} ${constant(plan.starts[column.weight]!)})`;
    }
  };
  for (const weight of weights) note(get(weight));
  plan.columns.forEach((column, index) => {
    const value = target.keep("v128", measured(column));
    note(`(f64x2.sub ${get(value)} ${constant(column.center)})`);
    target.line(`(v128.store offset=${index * addresses.columnBytes} (local.get $to) ${get(value)})`);
  });
  target.line(
    `(v128.store offset=${plan.columns.length * addresses.columnBytes} (local.get $to) ${get(finite)})`,
  );
  return target.text(`$measurePair (param $lane i32) (param $to i32) (param $data i32) (param $points i32)`);
}

function emitTestLoss(
  target: FunctionText,
  plan: SimulationPlan,
  addresses: Addresses,
  pool: ConstantPool,
  weights: readonly string[],
): string | undefined {
  if (plan.closed === undefined) return undefined;
  const closed = new ProgramText(target, plan.closed, pool, 1, (index) => get(weights[index]!));
  closed.emit(() => true);
  const loss = target.keep("v128", closed.output(0, 0));
  plan.sampled.forEach((part, index) => {
    const sum = emitSampledSum(target, part, addresses.quadrature[index]!, pool, weights);
    target.set(loss, `(f64x2.add ${get(loss)} ${get(sum)})`);
  });
  return loss;
}

function emitSampledSum(
  target: FunctionText,
  part: SampledPart,
  address: number,
  pool: ConstantPool,
  weights: readonly string[],
): string {
  const at = target.keep("i32", `(i32.const ${address})`);
  const left = target.keep("i32", `(i32.const ${part.count})`);
  const sum = target.keep("v128", "(v128.const i64x2 0 0)");
  const program = new ProgramText(target, part.program, pool, 1, (index) =>
    index < weights.length
      ? get(weights[index]!)
      : `(v128.load64_splat offset=${8 * (index - weights.length + 1)} ${get(at)})`,
  );
  const inner = dependsOnData(part.program, weights.length);
  program.emit((value) => !inner[value]);
  target.repeat(left, () => {
    program.emit(() => true);
    target.set(
      sum,
      `(f64x2.add ${get(sum)} (f64x2.mul (v128.load64_splat ${get(at)}) ${program.output(0, 0)}))`,
    );
    target.set(at, `(i32.add ${get(at)} (i32.const ${8 * (part.data + 1)}))`);
  });
  return sum;
}

function emitTrainLoss(
  target: FunctionText,
  plan: SimulationPlan,
  addresses: Addresses,
  pool: ConstantPool,
  weights: readonly string[],
): string | undefined {
  if (plan.loss === undefined) return undefined;
  const bytes = addresses.lanes * 8;
  const sum = target.keep("v128", "(v128.const i64x2 0 0)");
  const left = target.keep("i32", "(local.get $points)");
  const program = new ProgramText(target, plan.loss, pool, 1, (index) =>
    index < weights.length
      ? get(weights[index]!)
      : `(v128.load offset=${(index - weights.length) * bytes} (local.get $data))`,
  );
  const inner = dependsOnData(plan.loss, weights.length);
  program.emit((value) => !inner[value]);
  target.repeat(left, () => {
    program.emit(() => true);
    target.set(sum, `(f64x2.add ${get(sum)} ${program.output(0, 0)})`);
    target.set("$data", `(i32.add (local.get $data) (i32.const ${plan.data * bytes}))`);
  });
  target.set(sum, `(f64x2.div ${get(sum)} (f64x2.splat (f64.convert_i32_u (local.get $points))))`);
  return sum;
}
