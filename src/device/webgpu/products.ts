import type { ShaderJob } from "../protocol.js";

/**
 * Of how many measured numbers each column is a product: 1 for those that are measured, then the products'.
 * @param columns how many are measured.
 */
export function factorsOf({ columns, products }: Pick<ShaderJob, "columns" | "products">): readonly number[] {
  const factors = new Array<number>(columns).fill(1);
  for (const [one, other] of products) {
    factors.push(factors[one]! + factors[other]!);
  }
  return factors;
}

/** Numbers below this may count as zero on a device. */
const smallest = 2 ** -126;

const doubles = new Float64Array(1);
const words = new Uint32Array(doubles.buffer);

/**
 * The product as the shader rounds it (`src/engines/webgpu/reduce-text.ts`): to as many bits as single precision has, with as
 * many exponents as it takes. Of at most four factors of single precision no product is beyond the exponents of doubles.
 */
export function singleProduct(one: number, other: number): number {
  const product = one * other;
  if (product === 0) {
    return 0;
  }
  doubles[0] = product;
  const exponent = ((words[1]! >>> 20) & 0x7ff) - 1023;
  // Two powers of two, since one may be out of a double's reach on the way.
  const half = Math.trunc(exponent / 2);
  const significand = product * 2 ** -half * 2 ** (half - exponent);
  return Math.fround(significand) * 2 ** half * 2 ** (exponent - half);
}

/** What all columns of a trial are, of those that were measured in single precision. */
export function withProducts(
  measured: readonly number[],
  products: ShaderJob["products"],
): readonly number[] {
  const values = [...measured];
  const factor = (place: number) => {
    const value = values[place]!;
    return place < measured.length && Math.abs(value) < smallest ? 0 : value;
  };
  for (const [one, other] of products) {
    values.push(singleProduct(factor(one), factor(other)));
  }
  return values;
}
