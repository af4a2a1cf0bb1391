/**
 * Sums without rounding, on the device. A number of single precision is an integer multiple of 2^-149 and its square one of
 * 2^-298; both are added as digits of 16 bits, with room for carries, first within a workgroup and then over all of them.
 * Integers add in any order to the same digits, so a mean does not depend on how trials were cut into dispatches.
 */

/** Digits of a sum, and of a sum of squares; `src/device/webgpu/digits.ts` reads them, after one count. */
export const sumDigits = 18;
export const squareDigits = 35;

const perColumn = sumDigits + squareDigits;

/** The entry point `reduce`, for trials whose measurements are in `measured`. */
export function reduceText(columns: number): string {
  return `
var<workgroup> partial: array<atomic<i32>, ${perColumn}>;
var<workgroup> counted: atomic<i32>;
fn add_number(x: f32) {
  let bits = bitcast<u32>(x);
  let field = (bits >> 23u) & 0xffu;
  let mantissa = select(bits & 0x7fffffu, (bits & 0x7fffffu) | 0x800000u, field != 0u);
  let place = max(field, 1u) - 1u;
  // The sum: the mantissa in three digits.
  let digit = place >> 4u;
  let shift = place & 15u;
  let low = (mantissa & 0xffffu) << shift;
  let high = (mantissa >> 16u) << shift;
  let sign = select(1i, -1i, (bits >> 31u) == 1u);
  atomicAdd(&partial[digit], sign * i32(low & 0xffffu));
  atomicAdd(&partial[digit + 1u], sign * i32((low >> 16u) + (high & 0xffffu)));
  atomicAdd(&partial[digit + 2u], sign * i32(high >> 16u));
  // The square: 48 bits in four digits.
  let square_digit = ${sumDigits}u + (place >> 3u);
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
// Of what a digit is in a workgroup, it keeps 16 bits over all of them, and the next digit takes the rest: so even 2^13
// workgroups fill no digit. The last digits keep all, with the sign.
fn give_digit(place: u32, to: u32) {
  let own = atomicLoad(&partial[place]);
  let before = atomicLoad(&partial[max(place, 1u) - 1u]);
  let is_first = place == 0u || place == ${sumDigits}u;
  let is_last = place == ${sumDigits - 1}u || place == ${perColumn - 1}u;
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
  for (var column = 0u; column < ${columns}u + parameters.zero; column++) {
    if (lane < ${perColumn}u) { atomicStore(&partial[lane], 0i); }
    workgroupBarrier();
    if (sound) { add_number(measured[column * parameters.stride + index]); }
    workgroupBarrier();
    if (lane < ${perColumn}u) { give_digit(lane, 1u + column * ${perColumn}u + lane); }
    workgroupBarrier();
  }
}`;
}
