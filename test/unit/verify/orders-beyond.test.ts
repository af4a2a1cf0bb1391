import { expect, test } from "vitest";
import type { Landscape } from "../../../src/landscape/index.js";
import { ordersLookedAt } from "../../../src/verify/specification.js";
import { landscapeOf, normal } from "../landscape/read.js";

function lookedAt(landscape: Landscape, order: number): number {
  return ordersLookedAt({ name: "v", landscape, prediction: { kind: "order", order } });
}

test("orders beyond a prediction are looked at only where the loss has the derivatives for them", () => {
  const smooth = landscapeOf("h^2 + h * x", { h: 0 }, [normal("x")]);
  const cubic = landscapeOf("h^2 + h * x + abs(h)^3", { h: 0 }, [normal("x")]);
  expect(lookedAt(smooth, 2)).toBeGreaterThan(0);
  expect(lookedAt(cubic, 2)).toBe(0);
  // at another start it has all of them
  expect(lookedAt({ ...cubic, weights: [{ name: "h", start: 1 }] }, 2)).toBeGreaterThan(0);
});
