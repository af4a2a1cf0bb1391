import { largestChunk, squareDigits, sumDigits } from "../wasm/addresses.js";
import { mostUnnormalized } from "../wasm/collect.js";

/**
 * Exact sums in C, as `wasm/collect` makes them: digits of 32 bits, each in 64. A double is m · 2^(e − 1074); its integer m is added
 * to the digits at bit e, and m², as low² + 2·low·high·2^32 + high²·2^64, to those at bit 2e.
 */
export const sumsText = `
#define COLUMN (${largestChunk} + LANES)
#define SUM ${sumDigits}
#define SQUARES ${squareDigits}
#define DIGITS (SUM + SQUARES)
#define LOW 0xffffffffu
static void normalize(int64_t *at, int digits) {
  int64_t carry = 0;
  for (int i = 0; i < digits - 1; i++) {
    int64_t digit = at[i] + carry;
    carry = digit >> 32;
    at[i] = digit & LOW;
  }
  at[digits - 1] += carry;
}
static int64_t accumulate_some(const double *values, const double *marks, int64_t count, double center, int64_t *sums, int64_t *squares) {
  int64_t done = 0;
  for (int64_t i = 0; i < count; i++) {
    if (marks[i] != 0) continue;
    double difference = values[i] - center;
    int64_t bits;
    memcpy(&bits, &difference, 8);
    int64_t e = bits >> 52 & 0x7ff;
    if (e == 0x7ff) continue;
    done++;
    uint64_t m = (uint64_t)bits & 0xfffffffffffff;
    if (e != 0) { m |= 0x10000000000000; e--; }
    int64_t s = bits < 0 ? -(int64_t)m : (int64_t)m;
    int shift = (int)(e & 31);
    int64_t *to = sums + (e >> 5);
    to[0] += (int64_t)((uint64_t)s << shift) & LOW;
    to[1] += s >> (32 - shift);
    e <<= 1;
    shift = (int)(e & 31);
    to = squares + (e >> 5);
    uint64_t low = m & LOW, high = m >> 32, t = low * low;
    uint64_t d1 = (t >> 32) + (low * high << 1), d2 = high * high;
    t = (t & LOW) << shift;
    to[0] += (int64_t)(t & LOW);
    to[1] += (int64_t)((t >> 32) + (d1 << shift & LOW));
    to[2] += (int64_t)((d1 >> (32 - shift)) + (d2 << shift & LOW));
    to[3] += (int64_t)(d2 >> (32 - shift));
  }
  normalize(sums, SUM);
  normalize(squares, SQUARES);
  return done;
}
/* Adds values less a center, and their squares, of trials whose marks are 0; returns how many those are that are finite. */
static int64_t accumulate(const double *values, const double *marks, int64_t count, double center, int64_t *digits) {
  int64_t done = 0;
  for (int64_t first = 0; first < count; first += ${mostUnnormalized}) {
    int64_t some = count - first < ${mostUnnormalized} ? count - first : ${mostUnnormalized};
    done += accumulate_some(values + first, marks + first, some, center, digits, digits + SUM);
  }
  return done;
}`;
