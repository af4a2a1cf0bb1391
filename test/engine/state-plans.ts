import { keyOfSeed, philoxBlock, roundKeys } from "../../src/compile/philox.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../../src/compile/program.js";
import type { Combination, Quantity } from "../../src/observables/index.js";
import type { Column, MeasuredColumn } from "../../src/simulate/column.js";
import { type PlanForm, planSimulation, type SimulationPlan } from "../../src/simulate/plan.js";
import { landscapeOf, uniform } from "../unit/landscape/read.js";
import { requestOf, sgd } from "./simulate-landscapes.js";

/** Plans whose trials carry more than weights along, made up by tests. The only datum of a point is uniform on [0, 1]. */

export const seed = 11;

/** A program written as a function of its inputs. */
export function programOf(
  inputs: number,
  write: (builder: ProgramBuilder, inputs: readonly Value[]) => readonly Value[],
): Program {
  const builder = new ProgramBuilder();
  const values = Array.from({ length: inputs }, (_, index) => builder.input(index));
  return finishProgram(builder, write(builder, values), inputs);
}

export function columnOf(combination: Combination, isExpectation = false): MeasuredColumn {
  return {
    label: "made up",
    center: 0,
    origin: { offset: 0, start: 0, resolution: 0 },
    combination,
    isExpectation,
  };
}

export const registerColumn = (register: number): Column =>
  columnOf([{ factor: 1, quantity: { kind: "register", register } }]);

export const quantityColumn = (quantity: Quantity): Column => columnOf([{ factor: 1, quantity }]);

/** Of one weight. */
export const landscape = landscapeOf("w^2/2 + u*w", { w: 0.25 }, [uniform("u", 0, 1)]);

/** The landscape's plan without columns; test and training losses may be measured, and a trial's data are kept. */
export function plainPlan(points: number, epochs = 1, batch = 1, form?: PlanForm): SimulationPlan {
  const plan = planSimulation(requestOf(landscape, sgd(points, epochs, batch), { seed }), form);
  return { ...plan, columns: [] };
}

/** The data of a trial, from docs/streams.md and nothing of the kernels but Philox. */
export function dataOf(trial: number, points: number): number[] {
  const keys = roundKeys(keyOfSeed(seed));
  return Array.from({ length: points }, (_, point) => {
    const block = new Uint32Array(4);
    philoxBlock(keys, Math.floor(point / 4), 0, trial % 2 ** 32, Math.floor(trial / 2 ** 32), block);
    return (block[point % 4]! + 0.5) / 2 ** 32;
  });
}
