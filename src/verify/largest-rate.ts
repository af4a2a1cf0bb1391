/** Orders of a prediction of one number at a learning rate. */
export interface OrdersAt {
  /** `Σ_{k≥1} p_k` of the orders predicted with. */
  readonly carried: number;
  /** `|p_{d+1}| + |p_{d+2}|`; absent where these orders cannot be evaluated. */
  readonly beyond?: number;
}

/** More than this share of what the orders carry may not lie beyond them. */
export const mostBeyond = 1 / 4;

/** Learning rates are tried down to this share of the given one, each a tenth of that before. */
const decades = 12;

/** A learning rate is found to within this share of itself. */
const precision = 0.002;

/** The most evaluations that {@link largestRate} makes. */
export const mostRates = 1 + decades + Math.ceil(Math.log2(Math.LN10 / precision));

/**
 * The largest learning rate below a given one at which what lies beyond the orders is at most a quarter of what they carry,
 * rounded down to three digits; `undefined` where none is. Where the orders beyond are not known, or would be small enough at
 * the given rate already, a measured remainder stands for them, which falls like `eta^(d+1)`.
 */
export function largestRate(
  eta: number,
  order: number,
  remainder: number,
  ordersAt: (eta: number) => OrdersAt,
): number | undefined {
  const here = ordersAt(eta);
  const isPredicted = here.beyond !== undefined && !(here.beyond <= mostBeyond * Math.abs(here.carried));
  const isCarried = (rate: number) => {
    const { carried, beyond } = ordersAt(rate);
    const rest = isPredicted ? beyond! : Math.abs(remainder) * (rate / eta) ** (order + 1);
    return carried !== 0 && rest <= mostBeyond * Math.abs(carried);
  };
  let [high, low] = [eta, eta / 10];
  for (let decade = 1; !isCarried(low); decade++) {
    if (decade === decades) {
      return undefined;
    }
    [high, low] = [low, low / 10];
  }
  while (high / low > 1 + precision) {
    const middle = Math.sqrt(high * low);
    if (isCarried(middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return roundedDown(low);
}

function roundedDown(value: number): number {
  const exponent = Math.floor(Math.log10(value)) - 2;
  return Number(`${Math.floor(value / 10 ** exponent)}e${exponent}`);
}
