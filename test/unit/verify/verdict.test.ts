import { expect, test } from "vitest";
import type { Run } from "../../../src/runs/index.js";
import { exitStatus } from "../../../src/verify/index.js";

test("the exit status: 1 beats 3 beats 0", () => {
  const runs = (...verdicts: Run["verdict"][]) => verdicts.map((verdict) => ({ verdict }) as Run);
  expect(exitStatus(runs("agrees", "agrees"))).toBe(0);
  expect(exitStatus(runs("agrees", "inconclusive"))).toBe(3);
  expect(exitStatus(runs("inconclusive", "disagrees"))).toBe(1);
});
