import {
  add,
  Carried,
  constant,
  type Example,
  type Measured,
  type MeasuredEnd,
  meanOf,
  measured,
  multiply,
  raised,
  type Series,
  scale,
  stepped,
} from "./carried.js";

/** The mean over training sets of what {@link penalisedEnds} are. */
export function penalised(...of: Parameters<typeof penalisedEnds>): Measured {
  return meanOf(penalisedEnds(...of));
}

/**
 * Gradient descent on the training loss and `eta·w` times the unbiased trace of the covariance of `N` gradients: where each
 * training set ends.
 */
export function penalisedEnds(
  example: Example,
  N: number,
  T: number,
  length: number,
  eta?: number,
): MeasuredEnd[] {
  const carried = new Carried(example);
  const w = (N - 1) / (4 * N);
  return carried.trainingSets(N).map(({ data, probability }) => {
    let theta: readonly Series[] = carried.start(length);
    for (let t = 0; t < T; t++) {
      const slopes = data.map((x) => carried.gradient(theta, x));
      const bends = data.map((x) => carried.hessian(theta, x));
      const mean = slopes[0]!.map((_, mu) => scale(slopes.map((one) => one[mu]!).reduce(add), 1 / N));
      // The derivative of `Σ_n |g_n − ḡ|² / (N − 1)`, a norm by the metric.
      const trace = mean.map((_, mu) =>
        scale(
          slopes
            .flatMap((own, n) =>
              carried
                .raise(own.map((slope, nu) => add(slope, scale(mean[nu]!, -1))))
                .map((beyond, nu) => multiply(beyond, bends[n]![nu]![mu]!)),
            )
            .reduce(add, constant(0, length)),
          N === 1 ? 0 : 2 / (N - 1),
        ),
      );
      const down = mean.map((slope, mu) => add(slope, raised(scale(trace[mu]!, w * (eta ?? 1)))));
      theta = stepped(carried, theta, down, 1, eta);
    }
    return { probability, end: measured(carried, theta, data) };
  });
}
