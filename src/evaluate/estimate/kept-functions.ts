import type { WeightFunction } from "../../observables/index.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "../directional/derivatives.js";

/** A landscape whose functions of the weights are made once: they are the same for all samples. */
export function withFunctionsKept(landscape: DirectionalLandscape): DirectionalLandscape {
  const known = new WeakMap<WeightFunction["value"], DirectionalDerivatives>();
  return {
    ...landscape,
    functionOf(observed) {
      const found = known.get(observed.value) ?? landscape.functionOf(observed);
      known.set(observed.value, found);
      return found;
    },
  };
}
