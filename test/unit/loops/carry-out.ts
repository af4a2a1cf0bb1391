import { expect } from "vitest";
import { machineFuses } from "../../../src/compile/fused.js";
import { assemble } from "../../../src/engines/wasm/assembler.js";
import { WasmLanes } from "../../../src/engines/wasm/loops/lanes.js";
import { type PlacedTensor, PlannedLanes } from "../../../src/engines/wasm/loops/planned-lanes.js";
import { type Loop, lowerToLoops } from "../../../src/loops/index.js";
import type {
  LaneArithmetic,
  LanePass,
  LaneTensor,
  PassTarget,
} from "../../../src/simulate/tensors/index.js";
import {
  finishTensorProgram,
  type Shape,
  sizeOf,
  TensorInterpreter,
  type TensorProgram,
  TensorProgramBuilder,
  type TensorValue,
} from "../../../src/tensors/index.js";

export const lanes = 4;

/** A program, what it is given in each of four lanes, and where its outputs go. */
export interface LoopCase {
  readonly name: string;
  readonly program: TensorProgram;
  /** Of each input the entries in each lane. */
  readonly inputs: readonly (readonly ArrayLike<number>[])[];
  /** How many of the inputs are weights, the first ones. */
  readonly weights?: number;
  /** Of the outputs, from the first on: added to a sum, or a weight goes along it, times a share. */
  readonly goes?: readonly ("add" | { readonly weight: number; readonly share: number })[];
  /** How far results may be off, of the largest entry of theirs; nothing where absent. */
  readonly off?: number;
}

/** What comes of a case: of each output the entries in each lane, or of what it went to. */
type Found = readonly (readonly (readonly number[])[])[];

/** What sums hold beforehand. */
const sumBefore = (entry: number, lane: number) => 8 - entry + 2 * lane;
/** Where a weight starts, near to which it is; how far it is from there is exact in single precision. */
const startOf = (values: readonly ArrayLike<number>[]) =>
  Float64Array.from(values[0]!, (value) => Math.round(8 * value) / 8);

/** A program of tensors of the given shapes. */
export function programOf(
  shapes: readonly Shape[],
  make: (
    builder: TensorProgramBuilder,
    ...inputs: readonly TensorValue[]
  ) => TensorValue | readonly TensorValue[],
): TensorProgram {
  const builder = new TensorProgramBuilder();
  const made = make(builder, ...shapes.map((shape) => builder.input(shape)));
  return finishTensorProgram(builder, typeof made === "number" ? [made] : made);
}

/** A generator of numbers from 0 to 1 with a fixed seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
}

/** Whole numbers of which sums and products are exact in single precision, other ones for each lane. */
export function wholeNumbers(shapes: readonly Shape[], seed = 1): Float64Array[][] {
  const next = random(seed);
  return filled(shapes, () => Math.floor(13 * next()) - 6);
}

/** Numbers of single precision between two, other ones for each lane. */
export function singles(shapes: readonly Shape[], low = -1, high = 1, seed = 1): Float64Array[][] {
  const next = random(seed);
  return filled(shapes, () => Math.fround(low + (high - low) * next()));
}

function filled(shapes: readonly Shape[], value: () => number): Float64Array[][] {
  return shapes.map((shape) =>
    Array.from({ length: lanes }, () => Float64Array.from({ length: sizeOf(shape) }, value)),
  );
}

/** A case whose program has nothing but whole numbers, and results without any rounding. */
export function exactCase(
  name: string,
  shapes: readonly Shape[],
  make: Parameters<typeof programOf>[1],
): LoopCase {
  return { name, program: programOf(shapes, make), inputs: wholeNumbers(shapes) };
}

interface Made<T extends LaneTensor> {
  readonly pass: LanePass<T>;
  readonly tensors: readonly T[];
  readonly alongs: readonly T[];
  readonly targets: readonly PassTarget<T>[];
}

/** All that a case needs of who carries it out, in a fixed order. */
function make<T extends LaneTensor>(arithmetic: LaneArithmetic<T>, one: LoopCase): Made<T> {
  const { program, inputs, weights = 0, goes = [] } = one;
  const tensors = inputs.map((values, input) =>
    input < weights ? arithmetic.weight(startOf(values)) : arithmetic.tensor(values[0]!.length),
  );
  const alongs = tensors.slice(0, weights).map(({ length }) => arithmetic.tensor(length));
  const targets = goes.map(
    (where, output): PassTarget<T> =>
      where === "add"
        ? { kind: "add", sum: arithmetic.tensor(sizeOf(shapeOf(program, output))) }
        : { kind: "descend", weight: tensors[where.weight]!, share: where.share },
  );
  return { tensors, alongs, targets, pass: arithmetic.pass(program, tensors, targets) };
}

function shapeOf({ instructions, outputs }: TensorProgram, output: number): Shape {
  return instructions[outputs[output]!]!.shape;
}

/** Cases as one module of WebAssembly, carried out. @param fuses whether products and sums are rounded at once. */
async function byWebAssembly(cases: readonly LoopCase[], fuses: boolean): Promise<Found[]> {
  const planned = new PlannedLanes();
  for (const one of cases) {
    make(planned, one);
  }
  const { text, image, tensors, passes, rows } = planned.finished(fuses);
  const module = await WebAssembly.compile(await assemble(text));
  const arithmetic = new WasmLanes({
    module,
    bytes: image.length,
    filled: image.filled,
    tensors,
    passes,
    rows,
  });
  const made = cases.map((one) => make<PlacedTensor>(arithmetic, one));
  return cases.map((one, place) => {
    const { pass, tensors: own, alongs, targets } = made[place]!;
    own.forEach((tensor, input) => {
      const values = one.inputs[input]!;
      const along = alongs[input];
      if (along === undefined) {
        values.forEach((entries, lane) => {
          arithmetic.putRow(tensor, lane, entries, 0);
        });
      } else {
        const start = startOf(values);
        values.forEach((entries, lane) => {
          arithmetic.putRow(
            along,
            lane,
            start.map((from, entry) => entries[entry]! - from),
            0,
          );
        });
        arithmetic.restart(tensor);
        arithmetic.descend(tensor, along, 1);
      }
    });
    for (const target of targets) {
      if (target.kind === "add") {
        for (let lane = 0; lane < lanes; lane++) {
          for (let entry = 0; entry < target.sum.length; entry++) {
            arithmetic.put(target.sum, lane, entry, sumBefore(entry, lane));
          }
        }
      }
    }
    pass.run();
    return one.program.outputs.map((_, output) => {
      const target = targets[output];
      const tensor =
        target === undefined ? pass.outputs[output]! : target.kind === "add" ? target.sum : target.weight;
      return Array.from({ length: lanes }, (__, lane) =>
        Array.from({ length: tensor.length }, (___, entry) => {
          const value = arithmetic.read(tensor, lane, entry);
          if (target?.kind === "descend") {
            const start = startOf(one.inputs[tensors.length === 0 ? 0 : own.indexOf(tensor)]!)[entry]!;
            expect(value, `${one.name}: a weight is where it has gone`).toBe(
              Math.fround(start + arithmetic.moved(tensor, lane, entry)),
            );
            return arithmetic.moved(tensor, lane, entry);
          }
          return value;
        }),
      );
    });
  });
}

/** The same by the interpreter, in double precision. */
function byInterpreter({ program, inputs, goes = [] }: LoopCase): Found {
  const interpreter = new TensorInterpreter(
    program,
    inputs.map(() => true),
    lanes,
  );
  const found = interpreter.run(
    inputs.map((values) => Float64Array.from(values.flatMap((own) => Array.from(own)))),
  );
  return found.map((all, output) => {
    const size = sizeOf(shapeOf(program, output));
    const isOfLanes = interpreter.varies[output]!;
    return Array.from({ length: lanes }, (_, lane) =>
      Array.from({ length: size }, (__, entry) => {
        const value = all[(isOfLanes ? lane * size : 0) + entry]!;
        const where = goes[output];
        if (where === undefined) {
          return value;
        }
        if (where === "add") {
          return sumBefore(entry, lane) + value;
        }
        const own = inputs[where.weight]!;
        return own[lane]![entry]! - startOf(own)[entry]! + where.share * value;
      }),
    );
  });
}

/** Carries cases out as loops, rounding products and sums at once, if this machine does, and twice, and compares with the interpreter. */
export async function expectAsInterpreted(cases: readonly LoopCase[]): Promise<void> {
  const wanted = cases.map(byInterpreter);
  for (const fuses of machineFuses() ? [true, false] : [false]) {
    const found = await byWebAssembly(cases, fuses);
    cases.forEach(({ name, off = 0 }, place) => {
      wanted[place]!.forEach((ofLanes, output) => {
        const finite = ofLanes.flat().filter(Number.isFinite);
        const scale = off * Math.max(1e-30, ...finite.map(Math.abs));
        ofLanes.forEach((entries, lane) => {
          const own = found[place]![output]![lane]!;
          expect(own.length, name).toBe(entries.length);
          entries.forEach((right, entry) => {
            const where = `${name}, ${fuses ? "fused" : "not fused"}: output ${output}, lane ${lane}, entry ${entry}: ${own[entry]} for ${right}`;
            const isSame = Number.isFinite(right)
              ? Math.abs(own[entry]! - right) <= scale
              : Object.is(own[entry], right);
            expect(isSame, where).toBe(true);
          });
        });
      });
    });
  }
}

/** The kinds of loops that a program becomes. */
export function kindsOf({
  program,
  inputs,
  goes = [],
}: Pick<LoopCase, "program" | "inputs" | "goes">): Loop["kind"][] {
  const sizes = inputs.map((values) => values[0]!.length);
  const given = [...sizes];
  const targets = program.outputs.map((_, output) => {
    const where = goes[output];
    if (where === undefined) {
      return undefined;
    }
    const size = sizeOf(shapeOf(program, output));
    return where === "add"
      ? ({ kind: "add", buffer: given.push(size) - 1, factor: 1 } as const)
      : ({
          kind: "descend",
          weight: where.weight,
          moved: given.push(size) - 1,
          start: 0,
          factor: where.share,
        } as const);
  });
  return lowerToLoops(
    program,
    given,
    inputs.map((_, input) => input),
    targets,
  ).loops.map(({ kind }) => kind);
}
