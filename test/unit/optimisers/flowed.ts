import {
  add,
  Carried,
  type Example,
  type Measured,
  measured,
  raised,
  type Series,
  scale,
} from "./carried.js";

/** The flow's Taylor series in the time gone, `eta·T`: by its recurrence. */
export function taylor(example: Example, length: number): Measured {
  const carried = new Carried(example);
  let theta: readonly Series[] = carried.start(length);
  for (let order = 0; order + 1 < length; order++) {
    const slopes = carried.raise(
      theta.map((_, mu) => carried.expected((x) => carried.gradient(theta, x)[mu]!)),
    );
    theta = theta.map((one, mu) =>
      one.map((value, d) => (d === order + 1 ? -slopes[mu]![order]! / (order + 1) : value)),
    );
  }
  return measured(carried, theta);
}

/** The flow as a series in `ε`, which counts edges but for those along the curvature at the start: by many small steps. */
export function carriedFlow(example: Example, time: number, length: number): Measured {
  const carried = new Carried(example);
  const curvature = carried.curvature();
  const start = carried.start(length);
  const slope = (theta: readonly Series[]): Series[] => {
    const down = carried.raise(
      theta.map((_, mu) => carried.expected((x) => carried.gradient(theta, x)[mu]!)),
    );
    const delta = theta.map((one, mu) => add(one, scale(start[mu]!, -1)));
    const bent = carried.raise(
      curvature.map((row) => row.map((entry, nu) => scale(delta[nu]!, entry)).reduce(add)),
    );
    return down.map((one, mu) => scale(add(bent[mu]!, raised(add(one, scale(bent[mu]!, -1)))), -1));
  };
  const moved = (theta: readonly Series[], along: readonly Series[], by: number) =>
    theta.map((one, mu) => add(one, scale(along[mu]!, by)));
  const steps = 1500;
  const h = time / steps;
  let theta: readonly Series[] = start;
  for (let step = 0; step < steps; step++) {
    const a = slope(theta);
    const b = slope(moved(theta, a, h / 2));
    const c = slope(moved(theta, b, h / 2));
    const d = slope(moved(theta, c, h));
    const along = a.map((one, mu) => add(add(one, scale(b[mu]!, 2)), add(scale(c[mu]!, 2), d[mu]!)));
    theta = moved(theta, along, h / 6);
  }
  return measured(carried, theta);
}
