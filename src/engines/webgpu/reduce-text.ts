import { factorsOf, type ShaderJob } from "../../device/index.js";

/**
 * Sums without rounding, on the device. A number of single precision is an integer multiple of 2^-149 and its square one of
 * 2^-298; both are added as digits of 16 bits, with room for carries, first within a workgroup and then over all of them.
 * Integers add in any order to the same digits, so a mean does not depend on how trials were cut into dispatches.
 */

/** Digits of a sum, and of a sum of squares; `src/device/webgpu/digits.ts` reads them, after one count. */
export const sumDigits = 18;
export const squareDigits = 35;

/** A product of so many numbers has as many digits for each of them. */
const perFactor = sumDigits + squareDigits;

/**
 * The entry point `reduce`, for trials whose measurements are in `measured`, and for products of them. A product is rounded
 * to as many bits as single precision has, and has an exponent of its own: it is never out of reach.
 * @param columns how many are measured.
 * @param products of two places each, among the columns and the products before.
 */
export function reduceText(columns: number, products: ShaderJob["products"] = []): string {
  const factors = factorsOf({ columns, products });
  const most = Math.max(...factors);
  const hasProducts = products.length > 0;
  return `
var<workgroup> partial: array<atomic<i32>, ${most * perFactor}>;
var<workgroup> counted: atomic<i32>;
// Adds mantissa · 2^place, and its square behind the digits of the sum.
fn add_integer(mantissa: u32, place: u32, sign: i32, squares: u32) {
  // The sum: the mantissa in three digits.
  let digit = place >> 4u;
  let shift = place & 15u;
  let low = (mantissa & 0xffffu) << shift;
  let high = (mantissa >> 16u) << shift;
  atomicAdd(&partial[digit], sign * i32(low & 0xffffu));
  atomicAdd(&partial[digit + 1u], sign * i32((low >> 16u) + (high & 0xffffu)));
  atomicAdd(&partial[digit + 2u], sign * i32(high >> 16u));
  // The square: 48 bits in four digits.
  let square_digit = squares + (place >> 3u);
  let square_shift = (2u * place) & 15u;
  let square = mantissa * mantissa;
  let first = (square & 0xffffu) << square_shift;
  let second = (square >> 16u) << square_shift;
  let third = high_product(mantissa, mantissa) << square_shift;
  atomicAdd(&partial[square_digit], i32(first & 0xffffu));
  atomicAdd(&partial[square_digit + 1u], i32((first >> 16u) + (second & 0xffffu)));
  atomicAdd(&partial[square_digit + 2u], i32((second >> 16u) + (third & 0xffffu)));
  atomicAdd(&partial[square_digit + 3u], i32(third >> 16u));
}
fn sign_of(bits: u32) -> i32 { return select(1i, -1i, (bits >> 31u) == 1u); }
fn add_number(x: f32) {
  let bits = bitcast<u32>(x);
  let field = (bits >> 23u) & 0xffu;
  let mantissa = select(bits & 0x7fffffu, (bits & 0x7fffffu) | 0x800000u, field != 0u);
  add_integer(mantissa, max(field, 1u) - 1u, sign_of(bits), ${sumDigits}u);
}
${hasProducts ? productText(columns, products, factors) : ""}
// Of what a digit is in a workgroup, it keeps 16 bits over all of them, and the next digit takes the rest: so even 2^13
// workgroups fill no digit. The last digits keep all, with the sign.
fn give_digit(place: u32, to: u32, factors: u32) {
  let own = atomicLoad(&partial[place]);
  let before = atomicLoad(&partial[max(place, 1u) - 1u]);
  let squares = factors * ${sumDigits}u;
  let is_first = place == 0u || place == squares;
  let is_last = place == squares - 1u || place == factors * ${perFactor}u - 1u;
  atomicAdd(&digits[to], select(own & 0xffffi, own, is_last) + select(before >> 16u, 0i, is_first));
}
@compute @workgroup_size(256)
fn reduce(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let index = group.x * 256u + lane;
  let inside = index < parameters.to_trial;
  let sound = inside && measured[${columns}u * parameters.stride + min(index, parameters.stride - 1u)] == 1f;
  if (lane == 0u) { atomicStore(&counted, 0i); }
  workgroupBarrier();
  if (sound) { atomicAdd(&counted, 1i); }
  workgroupBarrier();
  if (lane == 0u) { atomicAdd(&digits[0], atomicLoad(&counted)); }
${hasProducts ? "  if (sound) { take_numbers(index); }" : ""}
  var at = 1u;
  for (var column = 0u; column < ${factors.length}u + parameters.zero; column++) {
    let factors = ${hasProducts ? "factors_of[column]" : "1u"};
    let own = factors * ${perFactor}u;
    if (lane < own) { atomicStore(&partial[lane], 0i); }
    workgroupBarrier();
    if (sound) { ${hasProducts ? `if (column < ${columns}u) { ${addMeasured} } else { add_wide(numbers[column], factors); }` : addMeasured} }
    workgroupBarrier();
    if (lane < own) { give_digit(lane, at + lane, factors); }
    workgroupBarrier();
    at += own;
  }
}`;
}

const addMeasured = "add_number(measured[column * parameters.stride + index]);";

/** Numbers as significands, which are 0 or between 1 and 2 without their signs, times powers of two. */
function productText(columns: number, products: ShaderJob["products"], factors: readonly number[]): string {
  return `
struct Wide { significand: f32, exponent: i32 }
var<private> numbers: array<Wide, ${factors.length}>;
var<private> factors_of: array<u32, ${factors.length}> = array<u32, ${factors.length}>(${factors.map((one) => `${one}u`).join(", ")});
// What is smaller than the normal numbers may be zero on a device; here it is on all.
fn widened(x: f32) -> Wide {
  let bits = bitcast<u32>(x);
  let field = (bits >> 23u) & 0xffu;
  if (field == 0u) { return Wide(0f, 0i); }
  return Wide(bitcast<f32>((bits & 0x807fffffu) | 0x3f800000u), i32(field) - 127i);
}
fn multiplied(one: Wide, other: Wide) -> Wide {
  let product = widened(one.significand * other.significand);
  return Wide(product.significand, product.exponent + one.exponent + other.exponent);
}
fn take_numbers(index: u32) {
  for (var column = 0u; column < ${columns}u + parameters.zero; column++) {
    numbers[column] = widened(measured[column * parameters.stride + index]);
  }
${products.map(([one, other], place) => `  numbers[${columns + place}] = multiplied(numbers[${one}], numbers[${other}]);`).join("\n")}
}
// In units of 2^-149 for each factor.
fn add_wide(x: Wide, factors: u32) {
  let bits = bitcast<u32>(x.significand);
  let mantissa = select((bits & 0x7fffffu) | 0x800000u, 0u, x.significand == 0f);
  add_integer(mantissa, u32(x.exponent + 149i * i32(factors) - 23i), sign_of(bits), factors * ${sumDigits}u);
}`;
}
