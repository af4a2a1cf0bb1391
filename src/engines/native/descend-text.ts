import type { DescentPrograms, SimulationPlan, StepConstants } from "../../simulate/plan.js";
import { carriedRegisters } from "../wasm/descend.js";
import { type ConstantPool, dependsOnData } from "../wasm/text.js";
import { headerAt } from "./header.js";
import { ProgramText, RangeWatch, Statements } from "./program-text.js";
import type { Shape } from "./shape.js";

/**
 * `NAMEdescend(m, k, h, data, lane, batches, row)`: the updates of some vectors of lanes, with their state in variables. `data` is the
 * address of the first lane's first datum, `lane` the lane's offset in bytes, `row` the address of the first update's step
 * constants, where a plan has any. `NAMElater` is the same for later passes that have programs of their own.
 * @returns whether an argument of an elementary function was out of range.
 */
export function descendTexts(plan: SimulationPlan, shape: Shape, pool: ConstantPool): string[] {
  return [
    descendText(plan, plan, plan.steps, "descend", shape, pool),
    ...(plan.later === undefined ? [] : [descendText(plan, plan.later, undefined, "later", shape, pool)]),
  ];
}

function descendText(
  plan: SimulationPlan,
  programs: DescentPrograms,
  steps: StepConstants | undefined,
  name: string,
  { lanes, width, descended: vectors }: Shape,
  pool: ConstantPool,
): string {
  const { descent, update } = programs;
  const target = new Statements();
  const watch = new RangeWatch(target);
  const vectorBytes = 8 * width;
  const all = Array.from({ length: vectors }, (_, vector) => vector);
  const place = (register: number, vector: number) =>
    `m + ${headerAt("states")} + lane + ${register * lanes * 8 + vectorBytes * vector}`;
  const carried = carriedRegisters(programs, plan.states.length);
  const stateOf = (register: number, vector: number) => `s${register}_${vector}`;
  const rowBytes = plan.data * lanes * 8;
  const isStep = (index: number) => index >= plan.states.length + plan.data;
  const constant = (index: number) => `SPLAT(DOUBLE(row + ${8 * index}))`;
  const read = (index: number, vector: number) =>
    index < plan.states.length
      ? stateOf(index, vector)
      : isStep(index)
        ? constant(index - plan.states.length - plan.data)
        : `AT(data + ${(index - plan.states.length) * lanes * 8 + vectorBytes * vector})`;
  const text = new ProgramText(target, descent, pool, vectors, read, watch);
  const advance = () => target.line(`data += ${rowBytes};`);
  if (plan.batch === 1) {
    text.emit();
    takeOutputs(target, text, all, stateOf);
    advance();
  } else {
    const inner = dependsOnData(descent, plan.states.length, plan.states.length + plan.data);
    text.emit((value) => !inner[value]);
    const sums = descent.outputs.map(() => all.map(() => target.keep("NOTHING")));
    target.line(`for (int64_t left = ${headerAt("batch")}; left > 0; left--) {`);
    text.emit();
    sums.forEach((names, output) => {
      names.forEach((sum, vector) => {
        target.set(sum, `${sum} + ${text.output(output, vector)}`);
      });
    });
    advance();
    target.line("}");
    if (update === undefined) {
      sums.forEach((names, register) => {
        names.forEach((sum, vector) => {
          const state = stateOf(register, vector);
          target.set(state, `${state} - rate * ${sum}`);
        });
      });
    } else {
      const reads = (index: number, vector: number) =>
        index < plan.states.length
          ? stateOf(index, vector)
          : index < plan.states.length + sums.length
            ? sums[index - plan.states.length]![vector]!
            : constant(index - plan.states.length - sums.length);
      const updating = new ProgramText(target, update, pool, vectors, reads, watch);
      updating.emit();
      takeOutputs(target, updating, all, stateOf);
    }
  }
  if (steps !== undefined) {
    target.line(`row += ${8 * steps.width};`);
  }
  const written = (plan.batch === 1 ? descent : (update ?? descent)).outputs.length;
  const loads = [...carried].flatMap((register) =>
    all.map((vector) => `V ${stateOf(register, vector)} = AT(${place(register, vector)});`),
  );
  const stores = Array.from({ length: written }, (_, register) =>
    all.map((vector) => `AT(${place(register, vector)}) = ${stateOf(register, vector)};`),
  ).flat();
  return `static int NAME${name}(char *restrict m, const char *restrict k, const int64_t *restrict h, const char *data, int64_t lane, int64_t batches, const char *row, int64_t epoch, int64_t first) {
${loads.join("\n")}
V rate = SPLAT(DOUBLE(k - ${headerAt("constants")} + ${headerAt("rate")}));
(void)rate; (void)row; (void)data; (void)epoch; (void)first;
${watch.declarations}
for (; batches > 0; batches--) {
${target.text}
}
${stores.join("\n")}
return ${watch.result};
}`;
}

/** Sets registers to a program's outputs. An output that is itself a register is what that was before. */
function takeOutputs(
  target: Statements,
  text: ProgramText,
  all: readonly number[],
  stateOf: (register: number, vector: number) => string,
): void {
  const moves = text.outputs.flatMap(({ op, index }, register) =>
    all.map((vector) => {
      const value = text.output(register, vector);
      const isMoved = op === "input" && index < register;
      return { name: stateOf(register, vector), value: isMoved ? target.keep(value) : value };
    }),
  );
  for (const { name, value } of moves) {
    target.set(name, value);
  }
}
