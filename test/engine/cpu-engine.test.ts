import { expect, test } from "vitest";
import { exactInteger } from "../../src/compile/exact-double.js";
import { openCpuEngine } from "../../src/engines/index.js";
import { gauss, mixed, requestOf, sgd } from "./simulate-landscapes.js";

test.each([
  ["from the first trial on", gauss, 0, 5000],
  ["from a trial in between", mixed, 4090, 30],
  ["where the number of a trial gets its second word", mixed, 2 ** 32 - 21, 50],
  ["to the last number", gauss, 2 ** 53 - 12, 11],
])("what trials measure adds up to what a run tells: %s", async (_, landscape, firstTrial, trials) => {
  const engine = openCpuEngine(0);
  const request = requestOf(landscape, sgd(6, 2, 3), { firstTrial, trials });
  const { statistics } = await engine.simulate(request);
  const values = await engine.trialValues(request);
  expect(values).toHaveLength(statistics.length);
  statistics.forEach(({ moments }, column) => {
    const integers = values[column]!.map(exactInteger);
    expect(integers).toHaveLength(trials);
    expect(moments.sum).toBe(integers.reduce((total, one) => total + one, 0n));
    expect(moments.squares).toBe(integers.reduce((total, one) => total + one * one, 0n));
  });
  await engine.close();
});
