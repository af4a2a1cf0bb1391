import type { Diagram } from "../diagram/diagram.js";
import type { Observable, SumMode } from "../evaluate/observable.js";
import type { Landscape } from "../landscape/landscape.js";
import type { SpaceTime } from "../spacetime/spacetime.js";

/** Which diagrams a prediction sums. */
export type Prediction =
  /** All irreducible diagrams of at most `order` edges, as rvalues. */
  | { readonly kind: "order"; readonly order: number }
  /** All diagrams of at most `order` edges, as uvalues: the Taylor polynomial in `eta`. */
  | { readonly kind: "series"; readonly order: number }
  /** Named irreducible diagrams, as rvalues, and the order-0 term. */
  | {
      readonly kind: "diagrams";
      readonly diagrams: readonly { readonly name: string; readonly diagram: Diagram }[];
    };

/** A `verify` block, checked: what to predict, what to simulate and how often. */
export interface VerifySpecification {
  readonly name: string;
  readonly landscape: Landscape;
  readonly spacetime: SpaceTime;
  /** Learning rates, positive; one run each. */
  readonly etas: readonly number[];
  readonly observables: readonly Observable[];
  readonly prediction: Prediction;
  readonly sum: SumMode;
  /** Absent when the file leaves it to the command. */
  readonly trials?: number;
  readonly seed?: number;
}
