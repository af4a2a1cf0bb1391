import { patchFunctions } from "../../compile/program.js";
import { combinedValue, type Quantity } from "../../observables/index.js";
import { type Column, isMeasured, madeOf, mayOverflow } from "../../simulate/column.js";
import {
  type CollectedSums,
  type Fate,
  layoutOf,
  type MeasuredTrials,
  type TellingKernel,
  type UnsettledTrial,
} from "../../simulate/kernel.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { isSameQuantity, keptQuantities, readingOf } from "../../simulate/reading.js";
import { finiteAt, keptAt, settledAt, squareDigits, sumDigits, trainAt } from "./addresses.js";
import { mostUnnormalized } from "./collect.js";
import { integerOf } from "./digits.js";
import { fillMemory } from "./fill.js";
import type { KernelModule } from "./module.js";

interface KernelExports {
  draw(index: number, blocks: number, to: number, trialLow: number, trialHigh: number): void;
  shuffle(epoch: number, points: number, buffer: number, trialLow: number, trialHigh: number): void;
  descend(data: number, lane: number, batches: number, batch: number, row?: number): void;
  /** Present when later passes have programs of their own. */
  descendLater?(data: number, lane: number, batches: number, batch: number): void;
  measure(to: number, data: number, points: number): void;
  accumulate(
    values: number,
    finite: number,
    count: number,
    center: number,
    sum: number,
    squares: number,
  ): number;
}

const pageBytes = 65536;

/** The kernel in WebAssembly: SIMD on pairs of lanes, several pairs abreast. */
export class WasmKernel implements TellingKernel {
  readonly lanes: number;
  private readonly plan: SimulationPlan;
  private readonly module: KernelModule;
  private readonly exports: KernelExports;
  private readonly memory: WebAssembly.Memory;
  private readonly rowBytes: number;
  /** The registers of all lanes, and what they are at the start. */
  private readonly states: Float64Array;
  private readonly starts: Float64Array;
  private low = 0;
  private high = 0;
  /** Where the lanes that were measured last begin in the chunk. */
  private measuredSlot = 0;

  constructor(module: KernelModule, plan: SimulationPlan, seed: bigint | number) {
    const { addresses } = module;
    this.lanes = addresses.lanes;
    this.plan = plan;
    this.module = module;
    this.rowBytes = plan.data * addresses.lanes * 8;
    const bytes = module.buffer + layoutOf(plan).places * this.rowBytes;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes), maximum: pageBytes });
    const instance = new WebAssembly.Instance(module.module, {
      host: {
        memory: this.memory,
        elementary: (index: number, x: number) => Math[patchFunctions[index]!](x),
      },
    });
    this.exports = instance.exports as unknown as KernelExports;
    this.starts = Float64Array.from(
      plan.states.flatMap(({ start }) => new Array<number>(this.lanes).fill(start)),
    );
    this.states = new Float64Array(this.memory.buffer, addresses.states, this.starts.length);
    fillMemory(this.memory.buffer, addresses, module.constants, plan, seed);
  }

  begin(low: number, high: number): void {
    this.low = low;
    this.high = high;
    this.states.set(this.starts);
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    if (this.plan.data === 0) {
      return;
    }
    const to = this.module.buffer + place * this.rowBytes;
    this.exports.draw(firstBlock * this.plan.sources.length, blocks, to, this.low, this.high);
  }

  shuffle(epoch: number): void {
    for (let lane = 0; lane < this.lanes; lane++) {
      const buffer = this.module.buffer + 8 * lane;
      this.exports.shuffle(epoch, this.plan.points, buffer, this.low + lane, this.high);
    }
  }

  descend(place: number, batches: number, epoch: number, first: number): void {
    const { batch, steps } = this.plan;
    const data = this.module.buffer + place * this.rowBytes;
    const row = this.module.addresses.steps + 8 * first * (steps?.width ?? 0);
    const step = 16 * this.module.vectors;
    const later = epoch === 0 ? undefined : this.exports.descendLater;
    for (let lane = 0; lane < 8 * this.lanes; lane += step) {
      if (later !== undefined) {
        later(data + lane, lane, batches, batch);
      } else if (steps !== undefined) {
        this.exports.descend(data + lane, lane, batches, batch, row);
      } else {
        this.exports.descend(data + lane, lane, batches, batch);
      }
    }
  }

  measure(slot: number): void {
    const { addresses, buffer } = this.module;
    this.measuredSlot = slot;
    this.exports.measure(addresses.results + 8 * slot, buffer, this.plan.points);
  }

  unsettled(slot: number, trials: number): readonly UnsettledTrial[] {
    if (this.plan.check === undefined) {
      return [];
    }
    const finite = this.column(finiteAt(this.plan));
    const settled = this.column(settledAt(this.plan));
    const found: UnsettledTrial[] = [];
    for (let lane = 0; lane < trials; lane++) {
      if (finite[slot + lane] !== 0 || settled[slot + lane] === 0) {
        continue;
      }
      const weights = Array.from({ length: this.plan.weights }, (_, weight) => this.register(weight, lane));
      found.push({ slot: slot + lane, weights });
    }
    return found;
  }

  settle(slot: number, testLoss: number): void {
    const lane = slot - this.measuredSlot;
    const found = (quantity: Quantity): number => {
      const reading = readingOf(this.plan, quantity);
      switch (reading.from) {
        case "expected loss":
          return testLoss;
        case "training loss":
          return this.column(trainAt(this.plan))[slot]!;
        case "register": {
          const value = this.register(reading.register, lane);
          return reading.start === undefined ? value : value - reading.start;
        }
        case "state":
        case "training orders": {
          const kept = keptQuantities(this.plan).findIndex((one) => isSameQuantity(one, quantity));
          return this.column(keptAt(this.plan) + kept)[slot]!;
        }
        case "nothing":
          return 0;
      }
    };
    const difference = (index: number) => this.column(index)[slot]! - this.plan.columns[index]!.center;
    this.plan.columns.forEach((column, index) => {
      if (column.isExpectation) {
        this.column(index)[slot] = isMeasured(column)
          ? combinedValue(column.combination, found)
          : madeOf(column, difference);
      }
    });
    this.column(settledAt(this.plan))[slot] = 0;
  }

  private register(register: number, lane: number): number {
    return this.states[register * this.lanes + lane]!;
  }

  collect(from: number, to: number): CollectedSums {
    const { addresses } = this.module;
    const { columns } = this.plan;
    const digits = (column: number) => addresses.digits + column * addresses.digitBytes;
    new Uint8Array(this.memory.buffer, addresses.digits, columns.length * addresses.digitBytes).fill(0);
    const counts = columns.map(() => 0);
    for (let first = from; first < to; first += mostUnnormalized) {
      const some = Math.min(mostUnnormalized, to - first);
      columns.forEach((column, index) => {
        counts[index]! += this.exports.accumulate(
          addresses.results + index * addresses.columnBytes + 8 * first,
          addresses.results + this.soundAt(column) * addresses.columnBytes + 8 * first,
          some,
          column.center,
          digits(index),
          digits(index) + 8 * sumDigits,
        );
      });
    }
    const isSettledIn = columns.some((column) => mayOverflow(column) && this.isChecked(column));
    const finite = this.trialsIn(finiteAt(this.plan), from, to);
    const settled = isSettledIn ? this.trialsIn(settledAt(this.plan), from, to) : 0;
    const sums = columns.map((column, index) => {
      const overflowed = mayOverflow(column)
        ? (this.isChecked(column) ? settled : finite) - counts[index]!
        : 0;
      return {
        count: counts[index]!,
        sum: this.integer(digits(index), sumDigits),
        squares: this.integer(digits(index) + 8 * sumDigits, squareDigits),
        ...(overflowed === 0 ? {} : { overflowed }),
      };
    });
    return { count: finite, sums };
  }

  /** Whether trials whose test loss does not hold are in no sum of a column. */
  private isChecked({ isExpectation }: Column): boolean {
    return this.plan.check !== undefined && isExpectation;
  }

  /** The column that says which trials are in the sums of another. */
  private soundAt(column: Column): number {
    return this.isChecked(column) ? settledAt(this.plan) : finiteAt(this.plan);
  }

  /** How many trials the column of `finiteAt` or `settledAt` lets pass. */
  private trialsIn(marks: number, from: number, to: number): number {
    return this.column(marks)
      .subarray(from, to)
      .reduce((count, mark) => count + (mark === 0 ? 1 : 0), 0);
  }

  /** A column of the chunk's trials. */
  private column(index: number): Float64Array {
    const { addresses } = this.module;
    const address = addresses.results + index * addresses.columnBytes;
    return new Float64Array(this.memory.buffer, address, addresses.columnBytes / 8);
  }

  private integer(address: number, digits: number): bigint {
    return integerOf(new BigInt64Array(this.memory.buffer, address, digits));
  }

  fates(from: number, to: number): readonly Fate[] {
    const finite = this.column(finiteAt(this.plan));
    const settled = this.plan.check === undefined ? undefined : this.column(settledAt(this.plan));
    return Array.from({ length: to - from }, (_, index) =>
      finite[from + index] !== 0
        ? "diverged"
        : settled !== undefined && settled[from + index] !== 0
          ? "unfound"
          : "measured",
    );
  }

  takeOff(others: MeasuredTrials, sign: 1 | -1, from: number, to: number): void {
    const { columns, check } = this.plan;
    columns.forEach((column, index) => {
      const own = this.column(index).subarray(from, to);
      if (!isMeasured(column)) {
        // Columns of a difference are about 0.
        const made = columns.map((_, place) => this.column(place).subarray(from, to));
        own.forEach((_, trial) => {
          own[trial] = madeOf(column, (place) => made[place]![trial]!);
        });
        return;
      }
      others.values(index, from, to).forEach((value, trial) => {
        own[trial] = sign === 1 ? own[trial]! - value : value - own[trial]!;
      });
    });
    const [finite, settled] = [finiteAt(this.plan), settledAt(this.plan)].map((mark) => this.column(mark));
    others.fates(from, to).forEach((fate, index) => {
      if (fate === "diverged") {
        finite![from + index] = Number.NaN;
      }
      if (fate !== "measured" && check !== undefined) {
        settled![from + index] = Number.NaN;
      }
    });
  }

  /**
   * What a column is in the chunk's trials: NaN where a trial diverged, its test loss is not known, or a product or an
   * order is not finite.
   */
  values(column: number, from: number, to: number): number[] {
    const finite = this.column(finiteAt(this.plan));
    const sound = this.column(this.soundAt(this.plan.columns[column]!));
    const values = this.column(column);
    return Array.from({ length: to - from }, (_, index) => {
      const value = values[from + index]! + finite[from + index]! + sound[from + index]!;
      return Number.isFinite(value) ? value : Number.NaN;
    });
  }
}
