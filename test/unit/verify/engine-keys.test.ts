import { describe, expect, it as test } from "vitest";
import { openCpuEngine } from "../../../src/engines/index.js";
import { largeLandscape } from "../../../src/evaluate/index.js";
import { expectedLoss } from "../../../src/observables/index.js";
import type { AnyRequest } from "../../../src/simulate/index.js";
import { bitsOf, engineKey, isSingle, mayGoOn, nameIn } from "../../../src/verify/engine-keys.js";
import { gauss, sgd } from "../../engine/simulate-landscapes.js";
import { dense } from "../tensors/networks.js";

const cpu = openCpuEngine(0);
const native = { ...cpu, name: "native" as const };
const graphics = { ...cpu, name: "webgpu" as const, device: "a card", isPrecise: () => false };

const asked = {
  spacetime: sgd(2),
  eta: 0.1,
  numbers: [{ label: "test", combination: [{ factor: 1, quantity: expectedLoss }] }],
  trials: 8,
  seed: 1,
};
const written: AnyRequest = { ...asked, landscape: gauss };
const large: AnyRequest = { ...asked, landscape: largeLandscape(dense(), "it is tried so") };

describe("keys of trials", () => {
  test("of the processor say that those of tensors are in single precision, and nothing of others", () => {
    expect(engineKey(cpu, written)).toMatch(/^cpu rounding (once|twice)$/);
    expect(engineKey(cpu, large)).toMatch(/^cpu single rounding (once|twice)$/);
    expect([written, large].map((one) => isSingle(engineKey(cpu, one)))).toEqual([false, true]);
    expect([written, large].map((one) => nameIn(engineKey(cpu, one)))).toEqual(["cpu", "cpu"]);
  });

  test("of an engine that is in single precision say no more than its name and device", () => {
    expect(engineKey(graphics, written)).toBe("webgpu a card");
    expect(isSingle("webgpu a card")).toBe(true);
  });

  test("are the processor's where an engine has its bits", () => {
    expect(bitsOf(engineKey(native, large))).toBe(engineKey(cpu, large));
    expect(bitsOf("webgpu a card")).toBe("webgpu a card");
  });
});

describe("the processor", () => {
  const single = engineKey(cpu, large);
  const double = engineKey(cpu, written);

  test("goes on with its own trials, and with those of an engine with its bits", () => {
    expect(mayGoOn(cpu, large, [single], false)).toBe(true);
    expect(mayGoOn(cpu, large, [engineKey(native, large)], false)).toBe(true);
    expect(mayGoOn(cpu, written, [double], false)).toBe(true);
    expect(mayGoOn(cpu, large, [], true)).toBe(false);
  });

  test.each([true, false])(
    "does not mix trials of tensors in single precision with such as an earlier version had in double precision, whichever engine is wished: %s",
    (isFree) => {
      expect(mayGoOn(cpu, large, [double], isFree)).toBe(false);
      expect(mayGoOn(cpu, large, ["tfjs a device", double], isFree)).toBe(false);
      expect(mayGoOn(cpu, written, [single], isFree)).toBe(false);
    },
  );

  test("goes on in single precision only with what it began, since floors of what others began are not known to it", () => {
    expect(mayGoOn(cpu, large, ["tfjs a device", single], true)).toBe(false);
    expect(mayGoOn(cpu, written, ["webgpu a card", double], true)).toBe(true);
    expect(mayGoOn(cpu, written, ["webgpu a card", double], false)).toBe(false);
  });
});
