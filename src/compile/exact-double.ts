/** Doubles as what they are: integers in units of 2^-1074. */

const view = new DataView(new ArrayBuffer(8));

/** A finite double as an integer number of 2^-1074. */
export function exactInteger(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return bits >> 63n ? -magnitude : magnitude;
}

/** The double nearest to `numerator / denominator · 2^exponent` (ties to even) in the normal range; the denominator is positive. */
export function nearestDouble(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator === 0n) {
    return 0;
  }
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  // The quotient below has at least 66 bits; a sticky last bit makes its one rounding the right one.
  const shift = 66 - (bitLength(magnitude) - bitLength(denominator));
  const scaled = shift > 0 ? magnitude << BigInt(shift) : magnitude;
  const divisor = shift < 0 ? denominator << BigInt(-shift) : denominator;
  let quotient = scaled / divisor;
  if (quotient * divisor !== scaled) {
    quotient |= 1n;
  }
  const power = exponent - shift;
  const value = scaleByPower(Number(quotient), power);
  return negative ? -value : value;
}

function scaleByPower(value: number, power: number): number {
  let result = value;
  let left = power;
  while (left > 900) {
    result *= 2 ** 900;
    left -= 900;
  }
  while (left < -900) {
    result *= 2 ** -900;
    left += 900;
  }
  return result * 2 ** left;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}
