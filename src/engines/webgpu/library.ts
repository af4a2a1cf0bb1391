import { multiplier0, multiplier1 } from "../../compile/philox.js";
import type { CalledFunction } from "../../compile/program.js";
import { finiteFunctions } from "./finite-functions.js";
import { literal, polynomial } from "./numbers.js";

/**
 * Functions that a shader may need, each with those that it calls. Drivers' own functions differ: their `cos` may err by
 * 10^-4, and none need say what becomes of numbers that are not finite. These are minimax polynomials (Remez, for
 * single precision) in reduced arguments, good to a few units in the last place over all numbers.
 *
 * Shader compilers may take it that all numbers are finite; tests for other ones look at bits.
 */
interface LibraryFunction {
  readonly needs: readonly string[];
  readonly text: string;
}

const log2e = Math.LOG2E;
/** ln 2 in two pieces: multiples of the first up to 2^9 are exact. */
const ln2High = 0.693145751953125;
const ln2Low = Math.LN2 - ln2High;

/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const expPolynomial = [0.49999994, 0.166665211, 0.041668389, 0.00836871658, 0.00138145988];

/** (log((1 + s) / (1 − s)) − 2s) / s³ in z = s², for |s| ≤ (√2 − 1) / (√2 + 1). */
const logPolynomial = [0.666667759, 0.399775416, 0.29871729];

/** (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in z = r², for |r| ≤ π/4. */
const sinPolynomial = [-0.166666552, 0.00833217613, -0.000195169778];
const cosPolynomial = [0.041666653, -0.00138876517, 0.0000244635012];

/** (atan t − t) / t³ in z = t², for |t| ≤ tan(π/8). */
const atanPolynomial = [-0.333333164, 0.199984893, -0.142438486, 0.105960019, -0.0608345382];

/** (asin t − t) / t³ in z = t², for |t| ≤ ½. */
const asinPolynomial = [0.166667536, 0.0749524161, 0.0454770997, 0.0241475999, 0.0422185697];

/**
 * The normal quantile of probability `p` over `1 − 2p`, in `w = −log(4p(1 − p))` about 2.5, for `w` below 5; and the
 * quantile itself in the root of `w` about 3.44, beyond.
 */
const quantileCenter = [
  2.12331343, 0.34880203, -0.00590771716, -0.00177164457, 0.000308785675, -0.00000701923, -0.00000489700369,
  6.5926406e-7, 3.28558869e-8, -1.24323707e-8,
];
const quantileTail = [
  4.63161135, 1.42415547, 0.00485051982, -0.00264097936, 0.000931320363, -0.000278130086, 0.0000559901928,
  0.0000175862097, -0.0000129066402,
];

/** π/2 in pieces that add up to it: multiples up to 2^11 of the first three are exact in single precision. */
const quarter = (() => {
  const pieces: number[] = [];
  let left = Math.PI / 2;
  for (const bits of [9, 22, 35]) {
    const piece = Math.round(left * 2 ** bits) / 2 ** bits;
    pieces.push(piece);
    left -= piece;
  }
  // What the double nearest to π/2 is short of it counts here.
  return [...pieces, left + 6.123233995736766e-17] as const;
})();

/** π/2 in two numbers of single precision. */
const quarterHigh = Math.fround(Math.PI / 2);
const quarterLow = Math.PI / 2 - quarterHigh;

/** The first 224 bits of 2/π, behind 32 zeros. */
const twoOverPi = [0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab].map(
  (word) => `0x${word.toString(16)}u`,
);

const functions: Readonly<Record<string, LibraryFunction>> = {
  exactly: {
    needs: [],
    text: `
// A number that no compiler joins with its neighbours.
fn exactly(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ parameters.zero); }`,
  },
  is_finite: {
    needs: [],
    text: `
fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`,
  },
  is_not_a_number: {
    needs: [],
    text: `
fn is_not_a_number(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  },
  high_product: {
    needs: [],
    text: `
// The high word of a product of words.
fn high_product(a: u32, b: u32) -> u32 {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let first = a1 * b0 + ((a0 * b0) >> 16u);
  let second = a0 * b1 + (first & 0xffffu);
  return a1 * b1 + (first >> 16u) + (second >> 16u);
}`,
  },
  philox: {
    needs: ["high_product"],
    text: `
// Philox 4x32-10 (docs/streams.md).
fn philox(index: u32, domain: u32, low: u32, high: u32) -> vec4<u32> {
  var c = vec4<u32>(index, domain, low, high);
  for (var round = 0u; round < 5u; round++) {
    let keys = parameters.keys[round];
    c = vec4<u32>(high_product(c.z, ${multiplier1}u) ^ c.y ^ keys.x, c.z * ${multiplier1}u,
      high_product(c.x, ${multiplier0}u) ^ c.w ^ keys.y, c.x * ${multiplier0}u);
    c = vec4<u32>(high_product(c.z, ${multiplier1}u) ^ c.y ^ keys.z, c.z * ${multiplier1}u,
      high_product(c.x, ${multiplier0}u) ^ c.w ^ keys.w, c.x * ${multiplier0}u);
  }
  return c;
}`,
  },
  unit: {
    needs: [],
    text: `
// A word as a number between 0 and 1.
fn unit(word: u32) -> f32 { return (f32(word) + 0.5f) * ${literal(2 ** -32)}; }`,
  },
  tail: {
    needs: [],
    text: `
// Twice the distance of a word from the nearer end of all words, as a number between 0 and 1.
fn tail(word: u32) -> f32 {
  return (f32(select(~word, word, word < 0x80000000u)) + 0.5f) * ${literal(2 ** -31)};
}`,
  },
  side: {
    needs: [],
    text: `
// On which side of the middle a word is.
fn side(word: u32) -> f32 { return select(1.0f, -1.0f, word < 0x80000000u); }`,
  },
  deviate: {
    needs: ["log_of_normal"],
    text: `
// The standard normal's quantile at (word + 1/2) / 2^32.
fn deviate(word: u32) -> f32 {
  let lower = word < 0x80000000u;
  let near = select(~word, word, lower);
  let p = (f32(near) + 0.5f) * ${literal(2 ** -32)};
  let size = (f32(0x7fffffffu - near) + 0.5f) * ${literal(2 ** -31)};
  let w = -log_of_normal(4.0f * p * (1.0f - p));
  let c = w - 2.5f;
  var z = size * ${polynomial("c", quantileCenter)};
  if (w >= 5.0f) {
    let r = sqrt(w) - 3.44f;
    z = ${polynomial("r", quantileTail)};
  }
  return select(z, -z, lower);
}`,
  },
  power_of_two: {
    needs: [],
    text: `
fn power_of_two(k: i32) -> f32 { return bitcast<f32>(u32(k + 127) << 23u); }`,
  },
  exp_minus_one_reduced: {
    needs: [],
    text: `
// x = n ln 2 + r: n and e^r - 1.
fn exp_minus_one_reduced(x: f32) -> vec2<f32> {
  let n = round(x * ${literal(log2e)});
  let r = (x - n * ${literal(ln2High)}) - n * ${literal(ln2Low)};
  return vec2<f32>(n, r + r * r * ${polynomial("r", expPolynomial)});
}`,
  },
  log_reduced: {
    needs: [],
    text: `
// log(1 + f) + k ln 2, for 1 + f between the roots of 1/2 and of 2.
fn log_reduced(f: f32, k: f32) -> f32 {
  let s = f / (2.0f + f);
  let z = s * s;
  let half = 0.5f * f * f;
  let rest = z * ${polynomial("z", logPolynomial)};
  return k * ${literal(ln2High)} - ((half - (s * (half + rest) + k * ${literal(ln2Low)})) - f);
}`,
  },
  log_of_normal: {
    needs: ["log_reduced"],
    text: `
fn log_of_normal(x: f32) -> f32 {
  let shifted = bitcast<u32>(x) + (0x3f800000u - 0x3f3504f3u);
  let f = bitcast<f32>((shifted & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
  return log_reduced(f, f32(i32(shifted >> 23u) - 127));
}`,
  },
  exp_scaled: {
    needs: ["exp_minus_one_reduced", "power_of_two", "is_not_a_number"],
    text: `
// 2^power e^x, also where e^x is too large.
fn exp_scaled(x: f32, power: i32) -> f32 {
  let reduced = exp_minus_one_reduced(clamp(x, -104.0f, 90.0f));
  // Two factors, of which neither leaves the range before the product does.
  let k = i32(reduced.x) + power;
  let half = k >> 1u;
  let value = ((1.0f + reduced.y) * power_of_two(half)) * power_of_two(k - half);
  return select(value, x, is_not_a_number(x));
}`,
  },
  exp: {
    needs: ["exp_scaled"],
    text: `
fn exp_(x: f32) -> f32 { return exp_scaled(x, 0i); }`,
  },
  expm1: {
    needs: ["exp", "exp_minus_one_reduced", "power_of_two", "is_not_a_number"],
    text: `
fn expm1_(x: f32) -> f32 {
  if (is_not_a_number(x)) { return x; }
  if (x > 80.0f) { return exp_(x); }
  let reduced = exp_minus_one_reduced(max(x, -40.0f));
  let scale = power_of_two(i32(reduced.x));
  return scale * reduced.y + (scale - 1.0f);
}`,
  },
  log: {
    needs: ["log_of_normal"],
    text: `
fn log_(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (bits >= 0x00800000u && bits < 0x7f800000u) { return log_of_normal(x); }
  if (bits == 0x7f800000u) { return x; }
  if ((bits & 0x7fffffffu) == 0u) { return -bitcast<f32>(parameters.infinity); }
  // Tiny numbers, which the device may take for zero, by their bits.
  if (bits < 0x00800000u) { return log_of_normal(f32(bits)) - ${literal(149 * Math.LN2)}; }
  return bitcast<f32>(parameters.infinity | 0x00400000u);
}`,
  },
  log1p: {
    needs: ["log", "log_reduced", "exactly"],
    text: `
fn log1p_(x: f32) -> f32 {
  if (x > -0.29f && x < 0.41f) { return log_reduced(x, 0.0f); }
  if (x > 3e7f) { return log_(x); }
  let sum = exactly(1.0f + x);
  if (!(sum > 0.0f)) { return log_(sum); }
  return log_(sum) + (x - exactly(sum - 1.0f)) / sum;
}`,
  },
  reduce_angle: {
    needs: ["high_product"],
    text: `
const two_over_pi = array<u32, ${twoOverPi.length}>(${twoOverPi.join(", ")});
struct Angle { rest: f32, quadrant: u32 }
// An angle from the nearest quarter turn, and the number of quarter turns modulo 4.
fn reduce_angle(x: f32) -> Angle {
  if (abs(x) < 2048.0f) {
    let n = round(x * ${literal(2 / Math.PI)});
    let rest = ${quarter.reduce((left, piece) => `(${left} - n * ${literal(piece)})`, "x")};
    return Angle(rest, u32(i32(n)));
  }
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  if (bits >= 0x7f800000u) { return Angle(bitcast<f32>(parameters.infinity | 0x00400000u), 0u); }
  // Payne and Hanek: the mantissa times the 96 bits of 2/pi that matter, modulo 4.
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let first = (bits >> 23u) - 120u;
  let word = first >> 5u;
  let shift = first & 31u;
  var table = two_over_pi;
  var window: array<u32, 3>;
  for (var k = 0u; k < 3u; k++) {
    let next = select(0u, table[word + k + 1u] >> ((32u - shift) & 31u), shift != 0u);
    window[k] = (table[word + k] << shift) | next;
  }
  let low = mantissa * window[1];
  let middle = low + high_product(mantissa, window[2]);
  let carry = select(0u, 1u, middle < low);
  let top = mantissa * window[0] + high_product(mantissa, window[1]) + carry;
  var quadrant = top >> 30u;
  var fraction = vec2<u32>((top << 2u) | (middle >> 30u), middle << 2u);
  let above = fraction.x >= 0x80000000u;
  if (above) {
    quadrant += 1u;
    fraction = vec2<u32>(~fraction.x, ~fraction.y);
  }
  let size = (f32(fraction.x) + f32(fraction.y) * ${literal(2 ** -32)}) * ${literal(2 ** -32 * (Math.PI / 2))};
  let rest = select(size, -size, above);
  if (x < 0.0f) { return Angle(-rest, 0u - quadrant); }
  return Angle(rest, quadrant);
}
fn sin_reduced(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * ${polynomial("z", sinPolynomial)};
}
fn cos_reduced(r: f32) -> f32 {
  let z = r * r;
  return (1.0f - 0.5f * z) + z * z * ${polynomial("z", cosPolynomial)};
}`,
  },
  sin: {
    needs: ["reduce_angle"],
    text: `
fn sin_(angle: Angle) -> f32 {
  let value = select(sin_reduced(angle.rest), cos_reduced(angle.rest), (angle.quadrant & 1u) != 0u);
  return select(value, -value, (angle.quadrant & 2u) != 0u);
}`,
  },
  cos: {
    needs: ["reduce_angle"],
    text: `
fn cos_(angle: Angle) -> f32 {
  let value = select(cos_reduced(angle.rest), sin_reduced(angle.rest), (angle.quadrant & 1u) != 0u);
  return select(value, -value, ((angle.quadrant + 1u) & 2u) != 0u);
}`,
  },
  tan: {
    needs: ["reduce_angle"],
    text: `
fn tan_(angle: Angle) -> f32 {
  let sine = sin_reduced(angle.rest);
  let cosine = cos_reduced(angle.rest);
  if ((angle.quadrant & 1u) != 0u) { return -cosine / sine; }
  return sine / cosine;
}`,
  },
  atan: {
    needs: [],
    text: `
fn atan_(x: f32) -> f32 {
  let size = abs(x);
  var t = size;
  var quarters = 0.0f;
  if (size > ${literal(Math.tan((3 * Math.PI) / 8))}) {
    t = -1.0f / size;
    quarters = 1.0f;
  } else if (size > ${literal(Math.tan(Math.PI / 8))}) {
    t = (size - 1.0f) / (size + 1.0f);
    quarters = 0.5f;
  }
  let z = t * t;
  let rest = t * z * ${polynomial("z", atanPolynomial)} + quarters * ${literal(quarterLow)};
  let value = quarters * ${literal(quarterHigh)} + (t + rest);
  return select(value, -value, x < 0.0f);
}`,
  },
  asin_reduced: {
    needs: [],
    text: `
fn asin_reduced(t: f32) -> f32 {
  let z = t * t;
  return t + t * z * ${polynomial("z", asinPolynomial)};
}`,
  },
  asin: {
    needs: ["asin_reduced"],
    text: `
fn asin_(x: f32) -> f32 {
  let size = abs(x);
  if (size <= 0.5f) { return asin_reduced(x); }
  if (size > 1.0f) { return bitcast<f32>(parameters.infinity | 0x00400000u); }
  let rest = 2.0f * asin_reduced(sqrt(0.5f * (1.0f - size)));
  let value = ${literal(quarterHigh)} - (rest - ${literal(quarterLow)});
  return select(value, -value, x < 0.0f);
}`,
  },
  acos: {
    needs: ["asin_reduced"],
    text: `
fn acos_(x: f32) -> f32 {
  let size = abs(x);
  if (size <= 0.5f) { return ${literal(quarterHigh)} - (asin_reduced(x) - ${literal(quarterLow)}); }
  if (size > 1.0f) { return bitcast<f32>(parameters.infinity | 0x00400000u); }
  let value = 2.0f * asin_reduced(sqrt(0.5f * (1.0f - size)));
  return select(value, ${literal(2 * quarterHigh)} - (value - ${literal(2 * quarterLow)}), x < 0.0f);
}`,
  },
  sinh: {
    needs: ["expm1", "exp_scaled"],
    text: `
fn sinh_(x: f32) -> f32 {
  let size = abs(x);
  var value: f32;
  if (size > 40.0f) {
    value = exp_scaled(size, -1i);
  } else {
    let e = expm1_(size);
    value = 0.5f * (e + e / (e + 1.0f));
  }
  return select(value, -value, x < 0.0f);
}`,
  },
  cosh: {
    needs: ["exp_scaled"],
    text: `
fn cosh_(x: f32) -> f32 {
  let half = exp_scaled(abs(x), -1i);
  return half + 0.25f / half;
}`,
  },
  tanh: {
    needs: ["expm1", "is_not_a_number"],
    text: `
fn tanh_(x: f32) -> f32 {
  if (is_not_a_number(x)) { return x; }
  let e = expm1_(2.0f * min(abs(x), 10.0f));
  let value = e / (e + 2.0f);
  return select(value, -value, x < 0.0f);
}`,
  },
  asinh: {
    needs: ["log1p", "log"],
    text: `
fn asinh_(x: f32) -> f32 {
  let size = abs(x);
  var value: f32;
  if (size > 1e9f) {
    value = log_(size) + ${literal(Math.LN2)};
  } else {
    let square = size * size;
    value = log1p_(size + square / (1.0f + sqrt(1.0f + square)));
  }
  return select(value, -value, x < 0.0f);
}`,
  },
  acosh: {
    needs: ["log1p", "log"],
    text: `
fn acosh_(x: f32) -> f32 {
  if (x < 1.0f) { return bitcast<f32>(parameters.infinity | 0x00400000u); }
  if (x > 1e9f) { return log_(x) + ${literal(Math.LN2)}; }
  let t = x - 1.0f;
  return log1p_(t + sqrt(2.0f * t + t * t));
}`,
  },
  atanh: {
    needs: ["log1p"],
    text: `
fn atanh_(x: f32) -> f32 {
  let size = abs(x);
  let value = 0.5f * log1p_(2.0f * size / (1.0f - size));
  if (size > 1.0f) { return bitcast<f32>(parameters.infinity | 0x00400000u); }
  return select(value, -value, x < 0.0f);
}`,
  },
  cbrt: {
    needs: ["exp", "log", "is_finite"],
    text: `
fn cbrt_(x: f32) -> f32 {
  let size = abs(x);
  if (size == 0.0f || !is_finite(x)) { return x; }
  let guess = exp_(log_(size) * ${literal(1 / 3)});
  // One Newton step.
  let value = guess - (guess - size / (guess * guess)) * ${literal(1 / 3)};
  return select(value, -value, x < 0.0f);
}`,
  },
  ...finiteFunctions,
};

/** How the shader calls an elementary function. */
export function elementaryName(name: CalledFunction): string {
  return `${name}_`;
}

/** Whether what a function is given is not a number, but what `reduce_angle` makes of it. */
export function takesAngle(name: CalledFunction): boolean {
  return name === "sin" || name === "cos" || name === "tan";
}

/** The text of some functions with all that they call, each once, before those that need it. */
export function libraryText(names: Iterable<string>): string {
  const texts = new Map<string, string>();
  const add = (name: string): void => {
    if (texts.has(name)) {
      return;
    }
    for (const need of functions[name]!.needs) {
      add(need);
    }
    texts.set(name, functions[name]!.text);
  };
  for (const name of names) {
    add(name);
  }
  return [...texts.values()].join("\n");
}
