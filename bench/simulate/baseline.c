/*
 * SGD with one datum an update on two landscapes, as one would write it in C for speed without
 * intrinsics: trials side by side in short arrays, every loop over them simple enough for gcc to
 * vectorise (-fopt-info-vec says so), exp, log, sin and cos from the vector math library.
 *
 * usage: baseline gauss|archimedes STEPS TRIALS ETA SEED THREADS REPEATS
 * prints, for each repeat, seconds; then the mean test loss less l(start) and its standard error.
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef LANES
#define LANES 16
#endif

typedef double lanes[LANES] __attribute__((aligned(64)));
typedef uint32_t words[LANES] __attribute__((aligned(64)));

/*
 * The table of docs/streams.md: cubics in the tail's F, four coefficients a segment. Made as the engine
 * makes it, but for rounding.
 */
static double cubics[32 * 64 * 4] __attribute__((aligned(64)));

static double density(double z) { return exp(-z * z / 2) / sqrt(2 * M_PI); }

/* The row of F: its exponent's last five bits and its mantissa's first six. */
static inline uint32_t row(double F) {
  uint64_t bits;
  memcpy(&bits, &F, 8);
  return (uint32_t)(bits >> 44) & 8188;
}

enum { degree = 9 };

static void taylor(double F, double z, double *q) {
  double g[degree + 1] = {-F * 0x1p-32 / density(z)}, squares[degree];
  q[0] = z;
  for (int k = 0; k < degree; k++) {
    q[k + 1] = g[k] / (k + 1);
    squares[k] = g[k + 1] = 0;
    for (int i = 0; i <= k; i++) squares[k] += g[i] * g[k - i];
    for (int i = 0; i <= k; i++) g[k + 1] += q[i] * squares[k - i] / (k + 1);
  }
}

static void make_table(void) {
  static const double economies[4][6] = {
      {-1. / 8, 0, 1}, {0, -5. / 16, 0, 5. / 4}, {1. / 32, 0, -9. / 16, 0, 3. / 2}, {0, 7. / 64, 0, -7. / 8, 0, 7. / 4}};
  double q[degree + 1], from = 0.5, z = 6.3;
  for (int step = 0; step < 8; step++) z += (erfc(z / M_SQRT2) / 2 - 0x1p-33) / density(z);
  taylor(from, z, q);
  for (int binade = -1; binade < 31; binade++)
    for (int segment = 0; segment < 64; segment++) {
      double center = ldexp(1 + (segment + 0.5) / 64, binade), t = (center - from) / from;
      double half = 1. / (129 + 2 * segment);
      z = 0;
      for (int k = degree; k >= 0; k--) z = z * t + q[k];
      taylor(from = center, z, q);
      for (int k = 7; k > 3; k--)
        for (int lower = 0; lower < k - 1; lower++) q[lower] += q[k] * economies[k - 4][lower] * pow(half, k - lower);
      double *to = cubics + row(center);
      to[0] = q[0] - q[1] + q[2] - q[3];
      to[1] = (q[1] - 2 * q[2] + 3 * q[3]) / center;
      to[2] = (q[2] - 3 * q[3]) / center / center;
      to[3] = q[3] / center / center / center;
      taylor(center, z, q);
    }
}

static void philox(uint32_t block, uint64_t trial, uint64_t seed, words a, words b, words c, words d) {
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    a[i] = block;
    b[i] = 0;
    c[i] = (uint32_t)(trial + i);
    d[i] = (uint32_t)((trial + i) >> 32);
  }
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    uint32_t c0 = a[i], c1 = b[i], c2 = c[i], c3 = d[i];
#pragma GCC unroll 10
    for (uint32_t round = 0; round < 10; round++) {
      uint64_t p = (uint64_t)c0 * 0xd2511f53u;
      uint64_t q = (uint64_t)c2 * 0xcd9e8d57u;
      c0 = (uint32_t)(q >> 32) ^ c1 ^ (key0 + round * 0x9e3779b9u);
      c1 = (uint32_t)q;
      c2 = (uint32_t)(p >> 32) ^ c3 ^ (key1 + round * 0xbb67ae85u);
      c3 = (uint32_t)p;
    }
    a[i] = c0;
    b[i] = c1;
    c[i] = c2;
    d[i] = c3;
  }
}

static void normal(const words w, lanes z) {
  lanes F;
  int32_t rows[LANES] __attribute__((aligned(64))), v[LANES] __attribute__((aligned(64)));
#pragma omp simd
  for (int i = 0; i < LANES; i++) v[i] = (int32_t)w[i] ^ ((int32_t)w[i] >> 31);
#pragma omp simd
  for (int i = 0; i < LANES; i++) F[i] = v[i] + 0.5;
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    uint64_t bits;
    memcpy(&bits, &F[i], 8);
    rows[i] = (int32_t)(bits >> 44) & 8188;
  }
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    double a = cubics[rows[i]], b = cubics[rows[i] + 1], c = cubics[rows[i] + 2], d = cubics[rows[i] + 3];
    double q = ((d * F[i] + c) * F[i] + b) * F[i] + a;
    z[i] = (int32_t)w[i] < 0 ? q : -q;
  }
}

static void gauss_step(double eta, lanes h, const lanes x) {
#pragma omp simd
  for (int i = 0; i < LANES; i++) h[i] -= eta * 0.5 * (1 - x[i] * x[i] * exp(-h[i]));
}

static void archimedes_step(double eta, lanes u, lanes v, lanes z, const lanes x) {
  lanes cz, sz, cp, sp;
#pragma omp simd
  for (int i = 0; i < LANES; i++) cz[i] = cos(z[i]);
#pragma omp simd
  for (int i = 0; i < LANES; i++) sz[i] = sin(z[i]);
  /* cos and sin of z − π/4 from those of z */
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    cp[i] = (cz[i] + sz[i]) * M_SQRT1_2;
    sp[i] = (sz[i] - cz[i]) * M_SQRT1_2;
  }
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    double along = cz[i] * u[i] + sz[i] * v[i];
    double across = cz[i] * v[i] - sz[i] * u[i];
    double gu = u[i] + along * cz[i] + x[i] * cp[i];
    double gv = v[i] + along * sz[i] + x[i] * sp[i];
    double gz = along * across + x[i] * (cp[i] * v[i] - sp[i] * u[i]);
    u[i] -= eta * gu;
    v[i] -= eta * gv;
    z[i] -= eta * gz;
  }
}

struct job {
  int archimedes;
  long steps, from, to;
  double eta;
  uint64_t seed;
  double sum, squares;
};

static void *work(void *argument) {
  struct job *job = argument;
  for (long trial = job->from; trial < job->to; trial += LANES) {
    lanes h, v, z, x[4];
    words w[4];
    memset(h, 0, sizeof h);
    memset(v, 0, sizeof v);
    memset(z, 0, sizeof z);
    for (long step = 0; step < job->steps; step += 4) {
      philox((uint32_t)(step / 4), (uint64_t)trial, job->seed, w[0], w[1], w[2], w[3]);
      for (int k = 0; k < 4; k++) normal(w[k], x[k]);
      long left = job->steps - step < 4 ? job->steps - step : 4;
      if (job->archimedes)
        for (long k = 0; k < left; k++) archimedes_step(job->eta, h, v, z, x[k]);
      else
        for (long k = 0; k < left; k++) gauss_step(job->eta, h, x[k]);
    }
    for (int i = 0; i < LANES && trial + i < job->to; i++) {
      double along = cos(z[i]) * h[i] + sin(z[i]) * v[i];
      double excess = job->archimedes ? (h[i] * h[i] + v[i] * v[i] + along * along) / 2
                                      : (h[i] + exp(-h[i])) / 2 - 0.5;
      job->sum += excess;
      job->squares += excess * excess;
    }
  }
  return 0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 8) return 2;
  long steps = atol(arguments[2]), trials = atol(arguments[3]);
  int threads = atoi(arguments[6]), repeats = atoi(arguments[7]);
  struct job jobs[256];
  pthread_t ids[256];
  double sum = 0, squares = 0;
  if (threads < 1 || threads > 256) return 2;
  make_table();
  for (int repeat = 0; repeat < repeats; repeat++) {
    double start = now();
    for (int t = 0; t < threads; t++) {
      jobs[t] = (struct job){!strcmp(arguments[1], "archimedes"), steps, trials * t / threads / LANES * LANES,
                             t + 1 == threads ? trials : trials * (t + 1) / threads / LANES * LANES,
                             atof(arguments[4]), strtoull(arguments[5], 0, 10), 0, 0};
      if (t > 0) pthread_create(&ids[t], 0, work, &jobs[t]);
    }
    work(&jobs[0]);
    sum = squares = 0;
    for (int t = 0; t < threads; t++) {
      if (t > 0) pthread_join(ids[t], 0);
      sum += jobs[t].sum;
      squares += jobs[t].squares;
    }
    printf("%.6f\n", now() - start);
  }
  double mean = sum / (double)trials;
  printf("%.17g %.17g\n", mean, sqrt((squares / (double)trials - mean * mean) / (double)(trials - 1)));
  return 0;
}
