import type { SimulationPlan } from "../../simulate/plan.js";
import type { Addresses } from "./addresses.js";
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
  if (!patched) {
    return [descendText(plan, addresses, pool, false).text(exported)];
  }
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
  const weights = plan.states.map((_, weight) =>
    Array.from({ length: vectors }, (_, vector) =>
      target.keep(
        "v128",
        `(v128.load offset=${addresses.states + weight * lanes * 8 + 16 * vector} (local.get $lane))`,
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
      for (let vector = 0; vector < abreast; vector++) {
        use(names[first + vector]!, text.output(weight, vector));
      }
    });
  };
  const step = (name: string, gradient: string) =>
    target.set(name, `(f64x2.sub ${get(name)} (f64x2.mul ${get(rate)} ${gradient}))`);
  target.repeat("$batches", () => {
    if (plan.batch === 1) {
      parts.forEach((part, index) => {
        for (const next of parts.slice(index, index + 2)) {
          next.text.emitAddresses(() => true);
        }
        part.text.emit(() => true);
        eachOutput(part, weights, (name, updated) => {
          target.set(name, updated);
        });
      });
      advance();
      return;
    }
    const inner = dependsOnData(plan.descent, weights.length);
    for (const { text } of parts) {
      text.emit((value) => !inner[value]);
    }
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
  if (watch?.result !== undefined) {
    target.line(`(if ${watch.result} (then (call $descendPatched ${given.map(get).join(" ")}) (return)))`);
  }
  weights.forEach((names, weight) => {
    names.forEach((name, vector) => {
      target.line(
        `(v128.store offset=${addresses.states + weight * lanes * 8 + 16 * vector} (local.get $lane) ${get(name)})`,
      );
    });
  });
  return target;
}
