import { expect, test, vi } from "vitest";
import { numbersOf } from "../../../src/observables/index.js";
import { followFlow } from "../../../src/simulate/flow.js";
import { landscapeOf, normal } from "../landscape/read.js";

// Many steps along an expected gradient take a while; along a ready-made slope they do not.
vi.mock(import("../../../src/simulate/integrate.js"), async (original) => {
  const { follow } = await original();
  return { follow: (_, start, time) => follow(([place]) => [-1e6 * place!], start, time) };
});

test("a flow that decays much faster than it lasts is refused for what it is, with one weight too", () => {
  const landscape = landscapeOf("1e6*u^2/2 + u*x", { u: 1 }, [normal("x", 0, 1)]);
  const spacetime = { optimiser: "ode", parameters: { T: 1000 } } as const;
  const numbers = numbersOf({ name: "displacement", weights: [0] }, landscape);
  expect(() => followFlow({ landscape, spacetime, eta: 0.1, numbers, trials: 1, seed: 1 }, [])).toThrow(
    /^ode at eta = 0.1 takes too many steps to follow, since the flow is stiff: it decays much faster than it lasts; lower eta or T$/,
  );
});
