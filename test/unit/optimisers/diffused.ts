import {
  add,
  Carried,
  type Example,
  type Measured,
  type MeasuredEnd,
  meanOf,
  measured,
  type Series,
  scale,
  stepped,
} from "./carried.js";

/** In place of a normal deviate: the same moments, to the fifth. */
const deviates = [
  { value: -Math.sqrt(3), probability: 1 / 6 },
  { value: 0, probability: 2 / 3 },
  { value: Math.sqrt(3), probability: 1 / 6 },
];

/** The mean over paths of what {@link diffusedEnds} are. */
export function diffused(...of: Parameters<typeof diffusedEnds>): Measured {
  return meanOf(diffusedEnds(...of));
}

/**
 * Euler's and Maruyama's steps, `r` a unit of time, by all sequences of deviates. The datum has two outcomes, so that the
 * gradient's noise at any weights is one deviate times `√(p q)` of the difference of its two gradients.
 */
export function diffusedEnds(
  example: Example,
  T: number,
  r: number,
  length: number,
  eta?: number,
): MeasuredEnd[] {
  const carried = new Carried(example);
  const [one, other] = carried.example.outcomes;
  const share = Math.sqrt(one!.probability * other!.probability);
  let paths: { theta: readonly Series[]; probability: number }[] = [
    { theta: carried.start(length), probability: 1 },
  ];
  for (let step = 0; step < T * r; step++) {
    paths = paths.flatMap(({ theta, probability }) => {
      const [first, second] = [carried.gradient(theta, one!.x), carried.gradient(theta, other!.x)];
      const mean = first.map((slope, mu) =>
        add(scale(slope, one!.probability), scale(second[mu]!, other!.probability)),
      );
      return deviates.map((deviate) => {
        const down = mean.map((slope, mu) =>
          add(slope, scale(add(first[mu]!, scale(second[mu]!, -1)), Math.sqrt(r) * share * deviate.value)),
        );
        return {
          theta: stepped(carried, theta, down, r, eta),
          probability: probability * deviate.probability,
        };
      });
    });
  }
  return paths.map(({ theta, probability }) => ({ probability, end: measured(carried, theta) }));
}
