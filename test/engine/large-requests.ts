import { largeLandscape } from "../../src/evaluate/index.js";
import type { Landscape } from "../../src/landscape/index.js";
import { expectedLoss, trainingLoss, weightDisplacement } from "../../src/observables/index.js";
import type { Descent, SpaceTime } from "../../src/optimisers/index.js";
import { withOrders } from "../../src/simulate/index.js";
import type {
  ExpansionForm,
  LargeRequest,
  RequestedNumber,
  SimulationRequest,
} from "../../src/simulate/request.js";
import { type TensorLandscape, unfoldLandscape } from "../../src/tensors/index.js";

export const gd: Descent = { optimiser: "gd", parameters: { N: 3, T: 4 } };
export const gdc: Descent = { optimiser: "gdc", parameters: { N: 4, T: 3 } };

/** What is observed: losses, how far weights go, and a function of the weights; orders of each, and a product. */
function numbersOn({ weights }: Landscape, order: number | undefined): readonly RequestedNumber[] {
  const [first, last] = [0, weights.length - 1].map((place) => weights[place]!.name) as [string, string];
  const observed = [
    { label: "test", combination: [{ factor: 1, quantity: expectedLoss }] },
    {
      label: "gap",
      combination: [
        { factor: 1, quantity: expectedLoss },
        { factor: -1, quantity: trainingLoss },
      ],
    },
    { label: "train", combination: [{ factor: 1, quantity: trainingLoss }] },
    { label: first, combination: [{ factor: 1, quantity: weightDisplacement(0) }] },
    { label: last, combination: [{ factor: 1, quantity: weightDisplacement(weights.length - 1) }] },
    {
      label: "product of weights",
      combination: [
        {
          factor: 2,
          quantity: {
            kind: "weight_function" as const,
            function: {
              name: "f",
              value: {
                kind: "sum" as const,
                terms: [
                  { kind: "number" as const, value: 3 },
                  {
                    kind: "product" as const,
                    factors: [
                      { kind: "symbol" as const, name: first },
                      { kind: "symbol" as const, name: last },
                    ],
                  },
                ],
              },
            },
          },
        },
      ],
    },
  ];
  const all =
    order === undefined
      ? observed
      : observed.flatMap((whole) => {
          const { orders, remainder } = withOrders(whole, order);
          return [whole, ...orders, remainder];
        });
  // about centers, of which losses have others where constants of theirs are apart
  const moved = all.findIndex(({ label }) => label === last);
  return [...all, { label: "square", product: [moved, moved] }];
}

/** The same trials on a net that is written with scalars and on one that is not. */
export function requests(
  net: TensorLandscape,
  spacetime: SpaceTime,
  expansion?: ExpansionForm,
): readonly [SimulationRequest, LargeRequest] {
  const written = unfoldLandscape(net);
  const request = {
    spacetime,
    ...(expansion && { expansion }),
    eta: 0.3,
    numbers: numbersOn(written, expansion?.order),
    trials: 9,
    firstTrial: 3,
    seed: 11,
  };
  return [
    { ...request, landscape: written },
    { ...request, landscape: largeLandscape(net, "it is tried so") },
  ];
}
