/** Orders of a prediction of one number at a learning rate. */
export interface OrdersAt {
  /** `Σ_{k≥1} p_k` of the orders predicted with. */
  readonly carried: number;
  /** `p_{d+1}`, `p_{d+2}`; absent where these orders cannot be evaluated. */
  readonly beyond?: readonly number[];
}

/** More than this share of what the orders carry may not lie beyond them. */
export const mostBeyond = 1 / 4;

/** Learning rates are tried down to this share of the given one, each a tenth of that before. */
const decades = 12;

/** A learning rate is found to within this share of itself. */
const precision = 0.002;

/** The most evaluations that {@link largestRate} makes. */
export const mostRates = 1 + decades + Math.ceil(Math.log2(Math.LN10 / precision));

/** What is left over at a learning rate. */
export interface LeftOver {
  readonly remainder: number;
  /** `Σ_{k≥1} m_k`, where orders and the remainder are measured: the remainder is a share of both together. */
  readonly carried?: number;
}

/** So much of the share that may be left over is asked for where it is told from what another rate leaves: a little is to spare. */
const told = 0.9;

/**
 * The largest learning rate below a given one at which what lies beyond the orders is at most a quarter of what they carry,
 * rounded down to three digits; `undefined` where none is. A measured remainder must be a little less than a quarter of what
 * would be measured there, whether all of it falls like `eta^(d+1)` or only what it has beyond the next two orders, like
 * `eta^(d+3)`. One beside which no orders were measured stands for those beyond where these are not known, or would be small
 * enough at the given rate already.
 */
export function largestRate(
  eta: number,
  order: number,
  { remainder, carried: measured }: LeftOver,
  ordersAt: (eta: number) => OrdersAt,
): number | undefined {
  const here = ordersAt(eta);
  // Where orders were measured to carry less than is predicted, they do so at other rates.
  const share = measured === undefined ? 1 : Math.min(1, Math.abs(measured / here.carried));
  const isPredicted = here.beyond !== undefined && !isLittle(magnitudeOf(here.beyond), here.carried);
  const isCarried = (rate: number) => {
    const { carried, beyond } = ordersAt(rate);
    const scaled = (rest: number, power: number) => rest * (rate / eta) ** power;
    const rest = scaled(remainder, order + 1);
    const predicted = beyond === undefined ? 0 : magnitudeOf(beyond);
    if (carried === 0) {
      return false;
    }
    if (measured === undefined) {
      return isLittle(isPredicted ? predicted : rest, carried);
    }
    const rests = [rest];
    if (beyond !== undefined && here.beyond !== undefined) {
      rests.push(sumOf(beyond) + scaled(remainder - sumOf(here.beyond), order + 1 + beyond.length));
    }
    return (
      isLittle(predicted, carried) && rests.every((one) => isLittle(one, told * (share * carried + one)))
    );
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

function isLittle(rest: number, carried: number): boolean {
  return Math.abs(rest) <= mostBeyond * Math.abs(carried);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function magnitudeOf(values: readonly number[]): number {
  return sumOf(values.map(Math.abs));
}

function roundedDown(value: number): number {
  const exponent = Math.floor(Math.log10(value)) - 2;
  return Number(`${Math.floor(value / 10 ** exponent)}e${exponent}`);
}
