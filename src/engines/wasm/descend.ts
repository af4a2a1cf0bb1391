import type { DescentPrograms, SimulationPlan, StepConstants } from "../../simulate/plan.js";
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

/** How many pairs of lanes `descend` and `descendLater` take at a time. */
export function descendVectors(plan: SimulationPlan, lanes: number): number {
  const size = Math.max(...[plan, plan.later ?? plan].map(instructionsOf));
  const fitting = largestWidePrograms.find((entry) => size <= entry.instructions)?.vectors ?? 1;
  // Registers beside the weights fill a processor's own, and then those of more lanes are loaded and stored all the time.
  const most = plan.states.length > plan.weights ? mostAbreast : fitting;
  return Math.min(fitting, most, lanes / 2);
}

function programsOf({ descent, update }: DescentPrograms) {
  return update === undefined ? [descent] : [descent, update];
}

function instructionsOf(programs: DescentPrograms): number {
  return programsOf(programs).reduce((sum, { instructions }) => sum + instructions.length, 0);
}

/**
 * `descend(data, lane, batches, batch, row)`: the updates of some pairs of lanes, with their state in
 * locals. `data` is the address of the first lane's first datum, `lane` the lane's offset in bytes, `row` the address of
 * the first update's step constants, where a plan has any. `descendLater` is the same for later passes that have programs
 * of their own. Elementary functions first do without their patches; if one was needed, all is done again with them.
 */
export function descendFunctions(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string[] {
  return [
    ...passFunctions({ plan, programs: plan, steps: plan.steps, name: "descend" }, addresses, pool),
    ...(plan.later === undefined
      ? []
      : passFunctions(
          { plan, programs: plan.later, steps: undefined, name: "descendLater" },
          addresses,
          pool,
        )),
  ];
}

/** The updates of a pass over the training points. */
interface Pass {
  readonly plan: SimulationPlan;
  readonly programs: DescentPrograms;
  readonly steps: StepConstants | undefined;
  readonly name: string;
}

function passFunctions(pass: Pass, addresses: Addresses, pool: ConstantPool): string[] {
  const patched = programsOf(pass.programs).some(({ instructions }) =>
    instructions.some(({ op }) => op === "patch"),
  );
  const signature = parametersOf(pass)
    .map((name) => `(param ${name} i32)`)
    .join(" ");
  const exported = `$${pass.name} (export "${pass.name}") ${signature}`;
  if (!patched) {
    return [descendText(pass, addresses, pool, false).text(exported)];
  }
  return [
    descendText(pass, addresses, pool, true).text(exported),
    descendText(pass, addresses, pool, false).text(`$${pass.name}Patched ${signature}`),
  ];
}

function parametersOf({ steps }: Pass): readonly string[] {
  return ["$data", "$lane", "$batches", "$batch", ...(steps === undefined ? [] : ["$row"])];
}

function descendText(pass: Pass, addresses: Addresses, pool: ConstantPool, trying: boolean): FunctionText {
  const { plan, programs, steps } = pass;
  const { descent } = programs;
  const { lanes } = addresses;
  const vectors = descendVectors(plan, lanes);
  const target = new FunctionText();
  const given = trying ? parametersOf(pass).map((name) => target.keep("i32", get(name))) : [];
  const watch = trying ? new RangeWatch(target) : undefined;
  const place = (register: number, vector: number) =>
    `offset=${addresses.states + register * lanes * 8 + 16 * vector} (local.get $lane)`;
  const carried = carriedRegisters(programs, plan.states.length);
  const states = plan.states.map((_, register) =>
    carried.has(register)
      ? Array.from({ length: vectors }, (_, vector) =>
          target.keep("v128", `(v128.load ${place(register, vector)})`),
        )
      : [],
  );
  const rate =
    plan.batch > 1 && programs.update !== undefined
      ? undefined
      : target.keep("v128", loadPair(addresses.rate));
  const rowBytes = plan.data * lanes * 8;
  const abreast = Math.min(vectors, mostAbreast);
  const firsts = Array.from({ length: vectors / abreast }, (_, part) => part * abreast);
  const constant = (index: number) => `(v128.load64_splat offset=${8 * index} (local.get $row))`;
  const firstConstant = states.length + plan.data;
  const parts = firsts.map((first) => {
    const read = (index: number, vector: number) =>
      index < states.length
        ? get(states[index]![first + vector]!)
        : index < firstConstant
          ? `(v128.load offset=${(index - states.length) * lanes * 8 + 16 * (first + vector)} (local.get $data))`
          : constant(index - firstConstant);
    return { text: new ProgramText(target, descent, pool, abreast, read, watch), first };
  });
  const advance = () => target.set("$data", `(i32.add (local.get $data) (i32.const ${rowBytes}))`);
  target.repeat("$batches", () => {
    if (plan.batch === 1) {
      parts.forEach((part, index) => {
        for (const next of parts.slice(index, index + 2)) {
          next.text.emitAddresses(() => true);
        }
        part.text.emit(() => true);
        takeOutputs(target, part, abreast, states);
      });
      advance();
    } else {
      const inner = dependsOnData(descent, states.length, firstConstant);
      for (const { text } of parts) {
        text.emit((value) => !inner[value]);
      }
      const sums = descent.outputs.map(() =>
        Array.from({ length: vectors }, () => target.keep("v128", "(v128.const i64x2 0 0)")),
      );
      const left = target.keep("i32", "(local.get $batch)");
      target.repeat(left, () => {
        for (const { text, first } of parts) {
          text.emit(() => true);
          sums.forEach((names, output) => {
            for (const [vector, name] of names.slice(first, first + abreast).entries()) {
              target.set(name, `(f64x2.add ${get(name)} ${text.output(output, vector)})`);
            }
          });
        }
        advance();
      });
      afterBatch(sums);
    }
    if (steps !== undefined) {
      target.set("$row", `(i32.add (local.get $row) (i32.const ${8 * steps.width}))`);
    }
  });
  function afterBatch(sums: readonly (readonly string[])[]): void {
    const { update } = programs;
    if (update === undefined) {
      sums.forEach((names, register) => {
        names.forEach((sum, vector) => {
          const name = states[register]![vector]!;
          target.set(name, `(f64x2.sub ${get(name)} (f64x2.mul ${get(rate!)} ${get(sum)}))`);
        });
      });
      return;
    }
    const inputs = [...states, ...sums];
    for (const first of firsts) {
      const read = (index: number, vector: number) =>
        index < inputs.length ? get(inputs[index]![first + vector]!) : constant(index - inputs.length);
      const text = new ProgramText(target, update, pool, abreast, read, watch);
      text.emit(() => true);
      takeOutputs(target, { text, first }, abreast, states);
    }
  }
  // The state in memory is still that from before.
  if (watch?.result !== undefined) {
    target.line(
      `(if ${watch.result} (then (call $${pass.name}Patched ${given.map(get).join(" ")}) (return)))`,
    );
  }
  const written = (plan.batch === 1 ? descent : (programs.update ?? descent)).outputs.length;
  states.slice(0, written).forEach((names, register) => {
    names.forEach((name, vector) => {
      target.line(`(v128.store ${place(register, vector)} ${get(name)})`);
    });
  });
  return target;
}

/** Registers that programs read or write; descent lets the others be. */
export function carriedRegisters(programs: DescentPrograms, registers: number): ReadonlySet<number> {
  const carried = new Set<number>();
  for (const { instructions, outputs } of programsOf(programs)) {
    for (const { op, index } of instructions) {
      if (op === "input" && index < registers) {
        carried.add(index);
      }
    }
    for (const register of outputs.keys()) {
      carried.add(register);
    }
  }
  return carried;
}

/** Sets registers to a program's outputs. An output that is itself a register is what that was before. */
function takeOutputs(
  target: FunctionText,
  { text, first }: { readonly text: ProgramText; readonly first: number },
  abreast: number,
  states: readonly (readonly string[])[],
): void {
  const moves = text.outputs.flatMap(({ op, index }, register) => {
    const isMoved = op === "input" && index < register && index < states.length;
    return Array.from({ length: abreast }, (_, vector) => {
      const value = text.output(register, vector);
      return {
        name: states[register]![first + vector]!,
        value: isMoved ? get(target.keep("v128", value)) : value,
      };
    });
  });
  for (const { name, value } of moves) {
    target.set(name, value);
  }
}
