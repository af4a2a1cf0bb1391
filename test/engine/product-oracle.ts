import type { DataSource, Landscape } from "../../src/landscape/index.js";
import type { ProductNumber, SimulationRequest } from "../../src/simulate/index.js";
import { product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";

/* Products and their sums by integers of the tests' own. */

/** A finite double as a whole number and a power of two. */
export function parts(value: number): { readonly integer: bigint; readonly power: number } {
  if (value === 0) {
    return { integer: 0n, power: 0 };
  }
  let scaled = value;
  let power = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power--;
  }
  return { integer: BigInt(scaled), power };
}

/** A double in units of 2^-1074. */
export function inUnits(value: number): bigint {
  const { integer, power } = parts(value);
  return integer << BigInt(1074 + power);
}

/**
 * The product of two doubles with so many significant bits, the nearest that there is (of two, the even one).
 * @param least the power of two of the smallest unit; `most` that which the product must stay below.
 */
export function roundedProduct(one: number, other: number, bits = 53, least = -1074, most = 1024): number {
  const [first, second] = [parts(one), parts(other)];
  const exact = first.integer * second.integer;
  if (exact === 0n) {
    return 0;
  }
  const magnitude = exact < 0n ? -exact : exact;
  const length = magnitude.toString(2).length;
  const unit = Math.max(least, first.power + second.power + length - bits);
  const dropped = unit - (first.power + second.power);
  let kept: bigint;
  if (dropped <= 0) {
    kept = magnitude << BigInt(-dropped);
  } else {
    const whole = 1n << BigInt(dropped);
    kept = magnitude / whole;
    const rest = 2n * (magnitude % whole);
    kept += rest > whole || (rest === whole && kept % 2n === 1n) ? 1n : 0n;
  }
  if (kept.toString(2).length + unit > most) {
    return exact < 0n ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  // Exact: the significand first, then by powers of two that leave it a double.
  let value = Number(exact < 0n ? -kept : kept);
  for (let left = unit; left !== 0; ) {
    const step = Math.max(-500, Math.min(500, left));
    value *= 2 ** step;
    left -= step;
  }
  return value;
}

/** The sums of a column's numbers, those that are not finite apart. */
export function sumsOf(values: readonly number[]) {
  const integers = values.filter(Number.isFinite).map(inUnits);
  return {
    count: integers.length,
    sum: integers.reduce((total, one) => total + one, 0n),
    squares: integers.reduce((total, one) => total + one * one, 0n),
    overflowed: values.length - integers.length,
  };
}

/** Products of all pairs of some places, and of these products with each other as far as there may be such. */
export function productsOf(measured: number, some = 4): ProductNumber[] {
  const products: ProductNumber[] = [];
  for (let one = 0; one < measured; one++) {
    for (let other = one; other < measured; other++) {
      products.push({ label: `${one}·${other}`, product: [one, other] });
    }
  }
  const pairs = products.length;
  for (let place = 0; place < some; place++) {
    const [one, other] = [(5 * place) % pairs, (7 * place + 3) % pairs];
    products.push({ label: `third ${place}`, product: [place % measured, measured + one] });
    products.push({ label: `fourth ${place}`, product: [measured + one, measured + other] });
  }
  return products;
}

/** All columns of a trial, of its measured numbers less their centers. */
export function multiplied(
  measured: readonly number[],
  products: readonly ProductNumber[],
  multiply: (one: number, other: number) => number = (one, other) =>
    Number.isFinite(one) && Number.isFinite(other) ? roundedProduct(one, other) : Number.NaN,
): number[] {
  const values = [...measured];
  for (const { product } of products) {
    values.push(multiply(values[product[0]]!, values[product[1]]!));
  }
  return values;
}

/** Displacements of the two weights are a row's numbers with the other sign. */
export function rows(...pairs: readonly (readonly [number, number])[]): SimulationRequest {
  const source: DataSource = { kind: "rows", names: ["p", "q"], values: pairs.flat() };
  const landscape: Landscape = {
    name: "rows",
    weights: [
      { name: "t", start: 0 },
      { name: "u", start: 0 },
    ],
    data: [source],
    loss: sum(product(symbol("t"), symbol("p")), product(symbol("u"), symbol("q"))),
  };
  const observables = [{ name: "displacement", weights: [0, 1] }];
  return requestOf(landscape, sgd(1), { eta: 1, observables, trials: 400 });
}
