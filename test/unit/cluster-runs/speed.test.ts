import { describe, expect, test } from "vitest";
import { type Timer, timedTrial } from "../../../src/cluster-runs/speed.js";

/** A machine on which time is what a test says. */
class Machine implements Timer {
  private clock = 0;
  private work = 0;
  readonly simulated: number[] = [];

  /**
   * @param trial seconds of one, which the processor works.
   * @param ready seconds that it works before the first.
   * @param stall seconds in which others have the processor, at each call.
   */
  constructor(
    private readonly trial: number,
    private readonly ready = 0,
    private readonly stall = 0,
  ) {}

  passed = () => this.clock;
  worked = () => this.work;
  simulate = async (trials: number): Promise<void> => {
    const work = trials * this.trial + (this.simulated.length === 0 ? this.ready : 0);
    this.work += work;
    this.clock += work + this.stall;
    this.simulated.push(trials);
  };

  timed(most = 1e9, signal?: AbortSignal): Promise<number> {
    return timedTrial(this.simulate, most, signal, this);
  }
}

describe("how long a trial takes", () => {
  test.each([1e-7, 1e-4, 0.5, 1000])("is told about right: %d s", async (trial) => {
    expect(await new Machine(trial).timed()).toBeCloseTo(trial, 12);
  });

  test("is told without what is made ready before, and without what others take", async () => {
    const machine = new Machine(1e-6, 3, 0.4);
    expect(await machine.timed()).toBeCloseTo(1e-6, 12);
  });

  test("is told without waiting for what does not use the processor's time otherwise", async () => {
    const machine = new Machine(2e-5);
    // As where a clock of work goes on for threads beside.
    machine.worked = () => 10 * machine.passed();
    expect(await machine.timed()).toBeCloseTo(2e-5, 12);
  });

  test("costs two of those that take long", async () => {
    const machine = new Machine(60);
    await machine.timed();
    expect(machine.simulated).toEqual([1, 1]);
  });

  test("is found with no more trials than there are", async () => {
    const machine = new Machine(1e-6);
    expect(await machine.timed(9)).toBeCloseTo(1e-6, 12);
    expect(Math.max(...machine.simulated)).toBe(9);
  });

  test("is nothing when it is stopped", async () => {
    const stop = new AbortController();
    const machine = new Machine(1e-6);
    const { simulate } = machine;
    machine.simulate = (trials) => {
      stop.abort();
      return simulate(trials);
    };
    expect(await machine.timed(1e9, stop.signal)).toBe(0);
    expect(machine.simulated).toEqual([1]);
  });
});
