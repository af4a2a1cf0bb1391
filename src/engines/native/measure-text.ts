import { bitsOfDouble } from "../../compile/double-bits.js";
import type { Program } from "../../compile/program.js";
import { agreement } from "../../landscape/sampled-loss.js";
import { type Arithmetic, combined, type Quantity } from "../../observables/index.js";
import { isMeasured, isPaired, mayOverflow, placesIn } from "../../simulate/column.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { readingOf } from "../../simulate/reading.js";
import { finiteAt, settledAt } from "../wasm/addresses.js";
import { type ConstantPool, dependsOnData } from "../wasm/text.js";
import { headerAt, quadratureAt } from "./header.js";
import { constantAt, ProgramText, RangeWatch, Statements } from "./program-text.js";
import type { Shape } from "./shape.js";

/**
 * `NAMEmeasure(m, k, h, lane, slot)`: the columns of a vector of lanes; lane `i` becomes trial `slot + i` of the chunk. Behind
 * the columns come one that is 0 where the trial is finite and not a number where it is not, and, when test losses are checked, one that
 * says the same of the test loss.
 * @returns whether an argument of an elementary function was out of range.
 */
export function measureText(plan: SimulationPlan, shape: Shape, pool: ConstantPool): string {
  const measuring = new Measuring(plan, shape, pool);
  measuring.emit();
  return measuring.text;
}

class Measuring {
  private readonly target = new Statements();
  private readonly watch = new RangeWatch(this.target);
  private readonly bytes: number;
  private loss: string | undefined;
  private holds: string | undefined;
  private train: string | undefined;
  private trainingOrders: readonly string[] = [];
  private ofState: ProgramText | undefined;

  constructor(
    private readonly plan: SimulationPlan,
    { lanes }: Shape,
    private readonly pool: ConstantPool,
  ) {
    this.bytes = lanes * 8;
  }

  get text(): string {
    return `static int NAMEmeasure(char *restrict m, const char *restrict k, const int64_t *restrict h, int64_t lane, int64_t slot) {
const char *image = k - ${headerAt("constants")};
const char *state = m + ${headerAt("states")} + lane;
char *to = m + ${headerAt("results")} + 8 * slot;
(void)image;
${this.watch.declarations}
${this.target.text}
return ${this.watch.result};
}`;
  }

  private constant(value: number): string {
    return constantAt(this.pool.address(...bitsOfDouble(value)));
  }

  private register(register: number): string {
    return `AT(state + ${register * this.bytes})`;
  }

  emit(): void {
    const { plan, target } = this;
    this.emitTestLoss();
    if (plan.loss !== undefined) {
      this.train = this.emitTrainingMeans(plan.loss, plan.weights)[0];
    }
    if (plan.orders?.training !== undefined) {
      this.trainingOrders = this.emitTrainingMeans(plan.orders.training, plan.states.length);
    }
    if (plan.ofState !== undefined) {
      this.ofState = this.program(plan.ofState.program, (index) => this.register(index));
      this.ofState.emit();
    }
    const finite = target.keep("NOTHING");
    const settled = this.holds && target.keep(`(V)((U)${this.constant(Number.NaN)} & ~(U)${this.holds})`);
    const note = (value: string, to: string) => target.set(to, `${to} + ${value} * NOTHING`);
    for (let weight = 0; weight < plan.weights; weight++) {
      note(this.register(weight), finite);
    }
    this.emitColumns((value, isExpectation) => note(value, (isExpectation ? settled : undefined) ?? finite));
    if (settled !== undefined) {
      if (this.train !== undefined) {
        note(this.train, finite);
      }
      // A trial that diverged is in no sum, whether its test loss holds or not.
      target.set(settled, `${settled} + ${finite}`);
      this.store(settledAt(plan), settled);
    }
    this.store(finiteAt(plan), finite);
  }

  private store(index: number, value: string): void {
    this.target.line(`AT(to + ${index} * 8 * COLUMN) = ${value};`);
  }

  private emitColumns(note: (value: string, isExpectation: boolean) => void): void {
    const { plan, target } = this;
    const arithmetic: Arithmetic<string> = {
      scaled: (factor, value) => `(${this.constant(factor)} * ${value})`,
      negated: (value) => `NEGATED(${value})`,
      sum: (one, other) => `(${one} + ${other})`,
      difference: (one, other) => `(${one} - ${other})`,
    };
    const isFactor = new Set(plan.columns.flatMap((column) => (isMeasured(column) ? [] : placesIn(column))));
    /** Of columns that products are made of, what they are less their centers. */
    const factors = new Map<number, string>();
    // What of products and orders is not finite is found when they are added up: the trial did not diverge.
    plan.columns.forEach((column, index) => {
      if (!isMeasured(column)) {
        const product = ([one, other]: readonly [number, number]) =>
          `${factors.get(one)!} * ${factors.get(other)!}`;
        const added = isPaired(column) && column.added !== undefined ? [factors.get(column.added)!] : [];
        const value = target.keep(
          isPaired(column)
            ? [...column.pairs.map(product), ...added].reduce((sum, one) => `(${sum} + ${one})`, "NOTHING")
            : product(column.product),
        );
        factors.set(index, value);
        this.store(index, value);
        return;
      }
      const value = target.keep(combined(column.combination, (one) => this.found(one), arithmetic));
      const difference = target.keep(`${value} - ${this.constant(column.center)}`);
      if (isFactor.has(index)) {
        factors.set(index, difference);
      }
      if (!mayOverflow(column)) {
        note(difference, column.isExpectation);
      }
      this.store(index, value);
    });
  }

  private found(quantity: Quantity): string {
    const reading = readingOf(this.plan, quantity);
    switch (reading.from) {
      case "expected loss":
        return this.loss!;
      case "training loss":
        return this.train!;
      case "register": {
        const value = this.register(reading.register);
        return reading.start === undefined ? value : `(${value} - ${this.constant(reading.start)})`;
      }
      case "state":
        return this.ofState!.output(reading.output, 0);
      case "training orders":
        return this.trainingOrders[reading.output]!;
      case "nothing":
        return this.constant(0);
    }
  }

  private program(program: Program, input: (index: number) => string): ProgramText {
    return new ProgramText(this.target, program, this.pool, 1, input, this.watch);
  }

  private emitTestLoss(): void {
    const { plan, target } = this;
    if (plan.closed === undefined) {
      return;
    }
    const closed = this.program(plan.closed, (index) => this.register(index));
    closed.emit();
    const loss = target.keep(closed.output(0, 0));
    this.loss = loss;
    if (plan.check !== undefined) {
      this.holds = target.keep("(V)EVERY(-1)");
      plan.check.box.forEach(({ low, high }, weight) => {
        this.require(`ATMOST(${this.constant(low)}, ${this.register(weight)})`);
        this.require(`ATMOST(${this.register(weight)}, ${this.constant(high)})`);
      });
    }
    plan.sampled.forEach((_, part) => {
      this.emitSampledSums(part, loss);
    });
  }

  private require(mask: string): void {
    this.target.set(this.holds!, `(V)((U)${this.holds!} & (U)${mask})`);
  }

  private emitSampledSums(index: number, loss: string): void {
    const { plan, target } = this;
    const part = plan.sampled[index]!;
    const sum = target.keep("NOTHING");
    const difference = part.checked ? target.keep("NOTHING") : "";
    const scale = part.checked ? target.keep("NOTHING") : "";
    const first = part.width - part.data;
    const number = (offset: number) => `SPLAT(DOUBLE(at + ${8 * offset}))`;
    const program = this.program(part.program, (input) =>
      input < plan.weights ? this.register(input) : number(input - plan.weights + first),
    );
    const inner = dependsOnData(part.program, plan.weights);
    program.emit((value) => !inner[value]);
    const { address, count } = quadratureAt(index);
    target.line(`{ const char *at = image + ${address};
for (int64_t left = ${count}; left > 0; left--, at += ${8 * part.width}) {`);
    program.emit();
    const value = target.keep(program.output(0, 0));
    const term = target.keep(`${number(0)} * ${value}`);
    target.set(sum, `${sum} + ${term}`);
    if (part.checked) {
      target.set(difference, `${difference} + ${number(1)} * ${value}`);
      target.set(scale, `${scale} + ABSOLUTE(${term})`);
    }
    target.line("} }");
    target.set(loss, `${loss} + ${sum}`);
    if (part.checked) {
      this.require(`LESS(ABSOLUTE(${difference}), ${this.constant(agreement)} * ${scale})`);
    }
  }

  /** For each output of a program of a training point its mean. @param registers how many of its inputs are registers. */
  private emitTrainingMeans(program: Program, registers: number): readonly string[] {
    const { target } = this;
    const sums = program.outputs.map(() => target.keep("NOTHING"));
    const text = this.program(program, (index) =>
      index < registers ? this.register(index) : `AT(at + ${(index - registers) * this.bytes})`,
    );
    const inner = dependsOnData(program, registers);
    text.emit((value) => !inner[value]);
    target.line(`{ const char *at = m + ${headerAt("image")} + lane;
for (int64_t left = ${headerAt("points")}; left > 0; left--, at += ${this.plan.data * this.bytes}) {`);
    text.emit();
    sums.forEach((sum, output) => {
      target.set(sum, `${sum} + ${text.output(output, 0)}`);
    });
    target.line("} }");
    for (const sum of sums) {
      target.set(sum, `${sum} / SPLAT((double)${headerAt("points")})`);
    }
    return sums;
  }
}
