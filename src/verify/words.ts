/* Numbers as reasons say them. */

/** Three digits. */
export function short(value: number): string {
  return value.toPrecision(3);
}

/** `2,900,000`, or `1.0·10^12`. */
export function many(count: number): string {
  return count < 1e9 ? count.toLocaleString("en-US") : count.toExponential(1).replace("e+", "·10^");
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A share of a whole in percent. */
export function share(part: number, whole: number): string {
  return part <= whole ? `${Number(((100 * part) / whole).toPrecision(2))} %` : "more than all";
}

/** That an order cannot be told from zero. @param errors so many standard errors are the noise. */
export function lostInNoise(order: number, size: number, errors: string, noise: number): string {
  return `order ${order} is ${short(size)}, less than ${errors} standard errors of what was measured, ${short(noise)}`;
}

/** An estimate is off by so much now and then. */
const margin = 1.1;

/** Somewhat more than an estimated number, to two digits. */
export function roundedUp(estimate: number): number {
  const enough = margin * estimate;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(enough)) - 1);
  // What rounding adds is no reason for one more.
  return Math.ceil((enough / unit) * (1 - 1e-9)) * unit;
}
