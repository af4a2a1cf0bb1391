/** The integer whose digits of 32 bits these are, the lowest first. */
export function integerOf(digits: BigInt64Array): bigint {
  // Most digits are 0: numbers of a column are of like size.
  const last = digits.findLastIndex((digit) => digit !== 0n);
  const first = digits.findIndex((digit) => digit !== 0n);
  let value = 0n;
  for (let place = last; place >= 0 && place >= first; place--) {
    value = (value << 32n) + digits[place]!;
  }
  return value << BigInt(32 * Math.max(0, first));
}
