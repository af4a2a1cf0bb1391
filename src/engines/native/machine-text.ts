/** Lanes of a vector: doubles that the machine takes at once. */
export type VectorWidth = 2 | 4 | 8;

const everywhere = (width: VectorWidth) => `
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#define W ${width}
typedef double V __attribute__((vector_size(8 * W), may_alias));
typedef int64_t I __attribute__((vector_size(8 * W), may_alias));
typedef uint64_t U __attribute__((vector_size(8 * W), may_alias));
#define INLINE static inline __attribute__((always_inline))
#define NOTHING ((V){0})
#define OR(a, b) ((V)((U)(a) | (U)(b)))
#define LESS(a, b) ((V)((a) < (b)))
#define ATMOST(a, b) ((V)((a) <= (b)))
INLINE V SELECT(V mask, V a, V b) { return (V)(((U)mask & (U)a) | (~(U)mask & (U)b)); }
#define EVERY(word) ((U){0} + (uint64_t)(word))
#define LOWS(a) ((U)(a) & EVERY(0xffffffff))
#define ABSOLUTE(a) ((V)((U)(a) & EVERY(0x7fffffffffffffff)))
#define NEGATED(a) ((V)((U)(a) ^ EVERY(0x8000000000000000)))
#define AT(address) (*(V *)(address))
#define DOUBLE(address) (*(const double *)(address))
#define K(offset) SPLAT(DOUBLE(k + (offset)))
#define INMEMORY(array) __asm__("" : "+m"(array))
#define FOLD(word, tail, sign) do { \\
  V f = (V)(LOWS(word) ^ EVERY(0x4330000080000000)) - SPLAT(0x1.000008p52) + SPLAT(0.5); \\
  tail = ABSOLUTE(f); sign = (V)(~(U)f & EVERY(0x8000000000000000)); } while (0)`;

/** What lanes do one after the other where the machine has no instruction for all. */
const oneByOne = `
INLINE V GATHER(const char *table, V offset) {
  V found;
  for (int i = 0; i < W; i++) found[i] = DOUBLE(table + (uint32_t)((U)offset)[i]);
  return found;
}`;

const rowsOneByOne = `
#define ROWS(table, offset, a, b, c, d) do { \\
  a = GATHER((table), offset); b = GATHER((table) + 8, offset); \\
  c = GATHER((table) + 16, offset); d = GATHER((table) + 24, offset); } while (0)`;

const intel = {
  8: `
#include <immintrin.h>
#define SPLAT(x) ((V)_mm512_set1_pd(x))
#define FUSED(a, b, c) ((V)_mm512_fmadd_pd(a, b, c))
#define FUSEDFROM(a, b, c) ((V)_mm512_fnmadd_pd(a, b, c))
#define ROOT(a) ((V)_mm512_sqrt_pd(a))
#define LARGER(a, b) ((V)_mm512_max_pd(a, b))
#define ANY(a) (_mm512_test_epi64_mask((__m512i)(a), (__m512i)(a)) != 0)
#define WORDS(a, b) ((U)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#define GATHER(table, offset) ((V)_mm512_i64gather_pd((__m512i)LOWS(offset), (table), 1))
#define TWOROWS(table, one, other) _mm512_insertf64x4(_mm512_castpd256_pd512( \\
  _mm256_loadu_pd((const double *)((table) + (uint32_t)at[one]))), _mm256_loadu_pd((const double *)((table) + (uint32_t)at[other])), 1)
#define ROWS(table, offset, a, b, c, d) do { \\
  uint64_t at[8] __attribute__((aligned(64))); \\
  _mm256_store_si256((__m256i *)at, _mm512_castsi512_si256((__m512i)(offset))); \\
  INMEMORY(at); \\
  _mm256_store_si256((__m256i *)(at + 4), _mm512_extracti64x4_epi64((__m512i)(offset), 1)); \\
  INMEMORY(at); \\
  __m512d r0 = TWOROWS(table, 0, 2), r1 = TWOROWS(table, 1, 3), r2 = TWOROWS(table, 4, 6), r3 = TWOROWS(table, 5, 7); \\
  __m512d s0 = _mm512_unpacklo_pd(r0, r1), s1 = _mm512_unpackhi_pd(r0, r1); \\
  __m512d s2 = _mm512_unpacklo_pd(r2, r3), s3 = _mm512_unpackhi_pd(r2, r3); \\
  a = (V)_mm512_shuffle_f64x2(s0, s2, 0x88); b = (V)_mm512_shuffle_f64x2(s1, s3, 0x88); \\
  c = (V)_mm512_shuffle_f64x2(s0, s2, 0xdd); d = (V)_mm512_shuffle_f64x2(s1, s3, 0xdd); } while (0)`,
  4: `
#include <immintrin.h>
#define SPLAT(x) ((V)_mm256_set1_pd(x))
#define FUSED(a, b, c) ((V)_mm256_fmadd_pd(a, b, c))
#define FUSEDFROM(a, b, c) ((V)_mm256_fnmadd_pd(a, b, c))
#define ROOT(a) ((V)_mm256_sqrt_pd(a))
#define LARGER(a, b) ((V)_mm256_max_pd(a, b))
#define ANY(a) (!_mm256_testz_si256((__m256i)(a), (__m256i)(a)))
#define WORDS(a, b) ((U)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
${oneByOne}
#define ROW(table, lane) _mm256_loadu_pd((const double *)((table) + (uint32_t)at[lane]))
#define ROWS(table, offset, a, b, c, d) do { \\
  uint64_t at[4] __attribute__((aligned(32))); _mm256_store_si256((__m256i *)at, (__m256i)(offset)); INMEMORY(at); \\
  __m256d r0 = ROW(table, 0), r1 = ROW(table, 1), r2 = ROW(table, 2), r3 = ROW(table, 3); \\
  __m256d s0 = _mm256_unpacklo_pd(r0, r1), s1 = _mm256_unpackhi_pd(r0, r1); \\
  __m256d s2 = _mm256_unpacklo_pd(r2, r3), s3 = _mm256_unpackhi_pd(r2, r3); \\
  a = (V)_mm256_permute2f128_pd(s0, s2, 0x20); b = (V)_mm256_permute2f128_pd(s1, s3, 0x20); \\
  c = (V)_mm256_permute2f128_pd(s0, s2, 0x31); d = (V)_mm256_permute2f128_pd(s1, s3, 0x31); } while (0)`,
  2: `
#include <immintrin.h>
#define SPLAT(x) ((V)_mm_set1_pd(x))
#define FUSED(a, b, c) ((V)_mm_fmadd_pd(a, b, c))
#define FUSEDFROM(a, b, c) ((V)_mm_fnmadd_pd(a, b, c))
#define ROOT(a) ((V)_mm_sqrt_pd(a))
#define LARGER(a, b) ((V)_mm_max_pd(a, b))
#define ANY(a) (!_mm_testz_si128((__m128i)(a), (__m128i)(a)))
#define WORDS(a, b) ((U)_mm_mul_epu32((__m128i)(a), (__m128i)(b)))
${oneByOne}${rowsOneByOne}`,
} as const;

const arm = `
#include <arm_neon.h>
#define SPLAT(x) ((V)vdupq_n_f64(x))
#define FUSED(a, b, c) ((V)vfmaq_f64((float64x2_t)(c), (float64x2_t)(a), (float64x2_t)(b)))
#define FUSEDFROM(a, b, c) ((V)vfmsq_f64((float64x2_t)(c), (float64x2_t)(a), (float64x2_t)(b)))
#define ROOT(a) ((V)vsqrtq_f64((float64x2_t)(a)))
INLINE V LARGER(V a, V b) { return SELECT(LESS(b, a), a, b); }
#define ANY(a) ((((U)(a))[0] | ((U)(a))[1]) != 0)
#define WORDS(a, b) ((U)vmull_u32(vmovn_u64((uint64x2_t)(a)), vmovn_u64((uint64x2_t)(b))))
${oneByOne}${rowsOneByOne}`;

/**
 * Names for what a vector of lanes does, each as IEEE 754 says. `LARGER(a, b)` is `b` where `a` is no number, `WORDS` has the products of
 * the lanes' low halves, `GATHER` and `ROWS` take offsets in bytes, of which the low half counts; the latter loads the four numbers of a row.
 * `FOLD(word, tail, sign)` takes a word, in the low half, as a signed one: `word + ½` is what docs/streams.md calls `F`, with the sign that
 * the deviate has not.
 *
 * Offsets go to scalar registers by way of memory (`INMEMORY`): compilers would take them out of a vector by shuffles, of which few are
 * done at once and rows take many. They go there in halves of 256 bits, since what is read of the upper half of a store of 512 waits for it.
 */
export function machineText(width: VectorWidth): string {
  return `${everywhere(width)}
#if defined(__aarch64__)
${width === 2 ? arm : "#error no lanes of this width on this machine"}
#else
${intel[width]}
#endif`;
}
