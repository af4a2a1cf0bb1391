/*
 * The most multiply-adds of single numbers in a second of processor time, with vectors of LANES: chains that wait for nothing, in registers.
 *
 * usage: peak SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef LANES
#define LANES 16
#endif

typedef float lanes __attribute__((vector_size(4 * LANES)));

#define UNROLLED _Pragma("GCC unroll 32")

enum { chains = 12, rounds = 1 << 20 };

static double processor_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  lanes sum[chains], factor = (lanes){} + 0.999f, step = (lanes){} + 0.001f;
  UNROLLED for (int i = 0; i < chains; i++) sum[i] = (lanes){} + (float)i;
  double most = 0, seconds = atof(words[1]), began = processor_seconds();
  do {
    double before = processor_seconds();
    for (long round = 0; round < rounds; round++) {
      UNROLLED for (int i = 0; i < chains; i++) sum[i] = sum[i] * factor + step;
      /* Else the compiler might see what comes of it. */
#if defined(__x86_64__)
      UNROLLED for (int i = 0; i < chains; i++) __asm__ volatile("" : "+x"(sum[i]));
#else
      UNROLLED for (int i = 0; i < chains; i++) __asm__ volatile("" : "+w"(sum[i]));
#endif
    }
    double rate = (double)rounds * chains * LANES / (processor_seconds() - before);
    if (rate > most) most = rate;
  } while (processor_seconds() - began < seconds);
  printf("%.6g\n", most);
  return 0;
}
