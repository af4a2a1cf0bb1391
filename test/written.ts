import { type AnyLandscape, isWritten, type WrittenLandscape } from "../src/evaluate/index.js";
import { isSimulated, type SimulatedSpecification, type VerifySpecification } from "../src/verify/index.js";

/** A landscape that a test knows to be small. */
export function written(landscape: AnyLandscape | undefined): WrittenLandscape {
  if (landscape === undefined || !isWritten(landscape)) {
    throw new Error(`${landscape?.name ?? "a landscape"} is not written with scalars`);
  }
  return landscape;
}

/** A verification on such a landscape. */
export function simulated(specification: VerifySpecification | undefined): SimulatedSpecification {
  if (specification === undefined || !isSimulated(specification)) {
    throw new Error(`${specification?.name ?? "a verification"} is not simulated`);
  }
  return specification;
}
