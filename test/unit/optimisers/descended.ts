import {
  add,
  Carried,
  type Example,
  type Measured,
  meanOf,
  measured,
  type Series,
  scale,
  stepped,
} from "./carried.js";

/** Epochs in one order, by all training sets, `rate` of the learning rate a step. */
export function descended(
  example: Example,
  { N, E, B, rate = 1 }: { N: number; E: number; B: number; rate?: number },
  length: number,
  eta?: number,
): Measured {
  const carried = new Carried(example);
  return meanOf(
    carried.trainingSets(N).map(({ data, probability }) => {
      let theta: readonly Series[] = carried.start(length);
      for (let update = 0; update < (E * N) / B; update++) {
        const first = (update * B) % N;
        const slopes = data
          .slice(first, first + B)
          .map((x) => carried.gradient(theta, x))
          .reduce((one, other) => one.map((slope, mu) => add(slope, other[mu]!)));
        theta = stepped(
          carried,
          theta,
          slopes.map((slope) => scale(slope, 1 / B)),
          1 / rate,
          eta,
        );
      }
      return { probability, end: measured(carried, theta, data) };
    }),
  );
}
