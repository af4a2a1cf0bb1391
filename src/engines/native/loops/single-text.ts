import type { VectorWidth } from "../machine-text.js";

const intel = {
  8: `
#define SINGLES(x) ((F)_mm512_set1_ps(x))
#define FUSED32(a, b, c) ((F)_mm512_fmadd_ps(a, b, c))
#define FUSEDFROM32(a, b, c) ((F)_mm512_fnmadd_ps(a, b, c))
#define ROOT32(a) ((F)_mm512_sqrt_ps(a))
#define NEAREST32(a) ((F)_mm512_roundscale_ps(a, 8))
#define LARGER32(a, b) ((F)_mm512_max_ps(b, a))
#define SMALLER32(a, b) ((F)_mm512_min_ps(b, a))
#define BYTES_AT(p) ((F)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(p)))))`,
  4: `
#define SINGLES(x) ((F)_mm256_set1_ps(x))
#define FUSED32(a, b, c) ((F)_mm256_fmadd_ps(a, b, c))
#define FUSEDFROM32(a, b, c) ((F)_mm256_fnmadd_ps(a, b, c))
#define ROOT32(a) ((F)_mm256_sqrt_ps(a))
#define NEAREST32(a) ((F)_mm256_round_ps(a, 8))
#define LARGER32(a, b) ((F)_mm256_max_ps(b, a))
#define SMALLER32(a, b) ((F)_mm256_min_ps(b, a))
#define BYTES_AT(p) ((F)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(p)))))`,
  2: `
#define SINGLES(x) ((F)_mm_set1_ps(x))
#define FUSED32(a, b, c) ((F)_mm_fmadd_ps(a, b, c))
#define FUSEDFROM32(a, b, c) ((F)_mm_fnmadd_ps(a, b, c))
#define ROOT32(a) ((F)_mm_sqrt_ps(a))
#define NEAREST32(a) ((F)_mm_round_ps(a, 8))
#define LARGER32(a, b) ((F)_mm_max_ps(b, a))
#define SMALLER32(a, b) ((F)_mm_min_ps(b, a))
#define BYTES_AT(p) ((F)_mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_loadu_si32(p))))`,
} as const;

const arm = `
#define SINGLES(x) ((F)vdupq_n_f32(x))
#define FUSED32(a, b, c) ((F)vfmaq_f32((float32x4_t)(c), (float32x4_t)(a), (float32x4_t)(b)))
#define FUSEDFROM32(a, b, c) ((F)vfmsq_f32((float32x4_t)(c), (float32x4_t)(a), (float32x4_t)(b)))
#define ROOT32(a) ((F)vsqrtq_f32((float32x4_t)(a)))
#define NEAREST32(a) ((F)vrndnq_f32((float32x4_t)(a)))
INLINE F LARGER32(F a, F b) { return SELECT32(LESS32(a, b), b, a); }
INLINE F SMALLER32(F a, F b) { return SELECT32(LESS32(b, a), b, a); }
INLINE F BYTES_AT(const uint8_t *p) {
  F found;
  for (int l = 0; l < L; l++) found[l] = (float)p[l];
  return found;
}`;

/** What else is done to tensors beside programs, as `engines/wasm/loops/common-text` does it, and data as trials take them. */
const common = `
/* Some bytes behind a vector. */
#define AT32(from, bytes) (*(const F *)((const char *)(from) + (bytes)))
static __attribute__((unused)) void clear32(F *to, int64_t count) { for (int64_t i = 0; i < count; i++) to[i] = (F){0}; }
static __attribute__((unused)) void restart32(F *weight, F *moved, const float *start, int64_t count) {
  for (int64_t i = 0; i < count; i++) { moved[i] = (F){0}; weight[i] = SINGLES(start[i]); }
}
static __attribute__((unused)) void descend32(F *weight, F *moved, const float *start, const F *along, int64_t count, float share) {
  F s = SINGLES(share);
  for (int64_t i = 0; i < count; i++) { moved[i] = FUSED32(s, along[i], moved[i]); weight[i] = SINGLES(start[i]) + moved[i]; }
}
static __attribute__((unused)) void add32(F *to, const F *value, int64_t count, float share) {
  F s = SINGLES(share);
  for (int64_t i = 0; i < count; i++) to[i] = FUSED32(s, value[i], to[i]);
}
static __attribute__((unused)) void scale32(F *to, const F *value, int64_t count, float share) {
  F s = SINGLES(share);
  for (int64_t i = 0; i < count; i++) to[i] = s * value[i];
}
static __attribute__((unused)) void distance32(F *to, const F *one, const F *other, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = one[i] - other[i];
}
static __attribute__((unused)) void splat32(F *to, const float *from, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = SINGLES(from[i]);
}
/* How far some numbers are from others, or from 0, in double precision. */
static __attribute__((unused)) void apart32(double *to, const F *one, const F *other, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float *x = (const float *)(one + i), *y = (const float *)(other + i);
    for (int l = 0; l < L; l++) to[i * L + l] = (double)x[l] - (other ? (double)y[l] : 0.0);
  }
}
/* Takes off some numbers the product of their rows of a matrix with a vector, times a share. */
static __attribute__((unused)) void bend32(F *values, const double *apart, const double *rows, int64_t count, int64_t dimension, double share) {
  for (int64_t row = 0; row < count; row++, rows += dimension) {
    V sums[2] = {NOTHING, NOTHING};
    for (int64_t column = 0; column < dimension; column++)
      for (int half = 0; half < 2; half++)
        sums[half] = sums[half] + rows[column] * AT(apart + column * L + half * W);
    float *own = (float *)(values + row);
    for (int l = 0; l < L; l++) own[l] = (float)((double)own[l] - share * sums[l / W][l % W]);
  }
}
static __attribute__((unused)) void add_number(double *sums, const F *value, double share) {
  const float *x = (const float *)value;
  for (int l = 0; l < L; l++) sums[l] += share * (double)x[l];
}
static __attribute__((unused)) void add_shares(double *sums, const F *value, const double *shares) {
  const float *x = (const float *)value;
  for (int l = 0; l < L; l++) sums[l] += shares[l] * (double)x[l];
}
/* Has entries be what a number says of which of so many values each is. Returns what is left of the number; the share becomes that of these values. */
static __attribute__((unused)) int64_t take_values(F *to, const float *values, const double *probabilities, int64_t rest, int64_t count, int64_t size, double *share) {
  for (int64_t i = 0; i < size; i++) {
    to[i] = SINGLES(values[rest % count]);
    *share *= probabilities[rest % count];
    rest /= count;
  }
  return rest;
}
/* Which of some entries of a lane is the largest; of several the first. */
INLINE int largest(const F *values, int l, int count) {
  int found = 0;
  float most = ((const float *)values)[l];
  for (int i = 1; i < count; i++) {
    float value = ((const float *)(values + i))[l];
    if (value > most) { found = i; most = value; }
  }
  return found;
}
/* How many of a lane's items have another label than the largest logit's; a label is a number, or how likely each class is. */
static __attribute__((unused)) double missed(const F *logits, const F *labels, int l, int count, int classes, int areProbabilities) {
  int all = 0;
  for (int item = 0; item < count; item++) {
    double label = areProbabilities ? largest(labels + item * classes, l, classes) : (double)((const float *)(labels + item))[l];
    all += largest(logits + item * classes, l, classes) != label;
  }
  return all;
}
static __attribute__((unused)) void add_product(double *sums, const F *value, const double *vector, int64_t count, double share) {
  double own[L] = {0};
  for (int64_t i = 0; i < count; i++) {
    const float *x = (const float *)(value + i);
    for (int l = 0; l < L; l++) own[l] += vector[i] * (double)x[l];
  }
  for (int l = 0; l < L; l++) sums[l] += share * own[l];
}
/* What is 0 in the lanes of which all numbers are finite; by four sums, which do not wait for each other. */
static __attribute__((unused)) F spread32(const F *values, int64_t count) {
  F sums[4] = {0};
  for (int64_t i = 0; i < count; i++) sums[i % 4] = sums[i % 4] + (values[i] - values[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}
INLINE F singles_at(const float *p) { F found; memcpy(&found, p, sizeof found); return found; }
#define TAKE_ROWS(name, type, vector) \\
static __attribute__((unused)) void name(F *to, const type *values, const double *rows, int64_t size) { \\
  const type *from[L]; \\
  for (int l = 0; l < L; l++) from[l] = values + (int64_t)rows[l] * size; \\
  float *x = (float *)to; \\
  int64_t i = 0; \\
  for (; i + L <= size; i += L) { \\
    F turned[L]; \\
    _Pragma("GCC unroll 16") \\
    for (int l = 0; l < L; l++) turned[l] = vector(from[l] + i); \\
    TURN(turned) \\
    _Pragma("GCC unroll 16") \\
    for (int l = 0; l < L; l++) to[i + l] = turned[l]; \\
  } \\
  for (; i < size; i++) for (int l = 0; l < L; l++) x[i * L + l] = (float)from[l][i]; \\
} \\
static __attribute__((unused)) void name##_shared(F *to, const type *values, int64_t row, int64_t size) { \\
  for (int64_t i = 0; i < size; i++) to[i] = SINGLES((float)values[row * size + i]); \\
}
TAKE_ROWS(take_bytes, uint8_t, BYTES_AT)
TAKE_ROWS(take_singles, float, singles_at)`;

/** What is one instruction is rounded as WebAssembly rounds it on a machine, or in a Node, that has none for it. */
const roundedTwice = `
#undef FUSED32
#undef FUSEDFROM32
#define FUSED32(a, b, c) ((a) * (b) + (c))
#define FUSEDFROM32(a, b, c) ((c) - (a) * (b))`;

/**
 * Names for what a vector of numbers of single precision does, twice as many lanes as of doubles, each as IEEE 754 says.
 * @param fuses whether products and sums are rounded at once.
 */
export function singleText(width: VectorWidth, fuses: boolean): string {
  return `
#define L (2 * W)
typedef float F __attribute__((vector_size(4 * L), may_alias));
typedef int32_t J __attribute__((vector_size(4 * L), may_alias));
typedef uint32_t Q __attribute__((vector_size(4 * L), may_alias));
#define WORDS32(word) ((F)((Q){0} + (uint32_t)(word)))
#define LESS32(a, b) ((F)((a) < (b)))
#define ATMOST32(a, b) ((F)((a) <= (b)))
#define EQUAL32(a, b) ((F)((a) == (b)))
#define AND32(a, b) ((F)((Q)(a) & (Q)(b)))
#define OR32(a, b) ((F)((Q)(a) | (Q)(b)))
#define XOR32(a, b) ((F)((Q)(a) ^ (Q)(b)))
#define ADDWORDS32(a, b) ((F)((Q)(a) + (Q)(b)))
#define SUBTRACTWORDS32(a, b) ((F)((Q)(a) - (Q)(b)))
#define SELECT32(mask, a, b) ((F)(((Q)(mask) & (Q)(a)) | (~(Q)(mask) & (Q)(b))))
#define ABSOLUTE32(a) ((F)((Q)(a) & 0x7fffffffu))
#define NEGATE32(a) ((F)((Q)(a) ^ 0x80000000u))
#define LEFT32(a, bits) ((F)((Q)(a) << (bits)))
#define RIGHT32(a, bits) ((F)((Q)(a) >> (bits)))
#define SIGNEDRIGHT32(a, bits) ((F)((J)(a) >> (bits)))
#define FROMWORD32(a) __builtin_convertvector((J)(a), F)
#if defined(__aarch64__)
${arm}
#else
${intel[width]}
#endif
${fuses ? "" : roundedTwice}
${turnText(2 * width)}
${common}`;
}

/** Exchanges rows and columns of as many vectors as they have lanes, in blocks of twice the size at a time. */
function turnText(lanes: number): string {
  const all = Array.from({ length: lanes }, (_, lane) => lane);
  const stages = all.filter((distance) => distance > 0 && (distance & (distance - 1)) === 0);
  const stage = (distance: number) => {
    const [low, high] = [
      all.map((lane) => (lane & distance ? lanes + lane - distance : lane)),
      all.map((lane) => (lane & distance ? lanes + lane : lane + distance)),
    ];
    return `_Pragma("GCC unroll 16") \\
for (int i = 0; i < L; i++) if (!(i & ${distance})) { \\
  F one = x[i], other = x[i + ${distance}]; \\
  x[i] = CHOSEN(one, other, ${low.join(", ")}); \\
  x[i + ${distance}] = CHOSEN(one, other, ${high.join(", ")}); \\
}`;
  };
  return `#if defined(__clang__)
#define CHOSEN(one, other, ...) __builtin_shufflevector(one, other, __VA_ARGS__)
#else
#define CHOSEN(one, other, ...) __builtin_shuffle(one, other, (J){__VA_ARGS__})
#endif
#define TURN(x) \\
${stages.map(stage).join(" \\\n")}`;
}
