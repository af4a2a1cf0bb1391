/*
 * Elementary functions over arrays, as one would write them in C for speed: gcc makes calls of the vector math library of them
 * (-Ofast; libmvec has those that math.h declares so).
 */
#include <math.h>

#define OVER(name, function) \
  void theirs_##name##_double(const double *restrict in, double *restrict out, long count) { \
    for (long i = 0; i < count; i++) out[i] = function(in[i]); \
  } \
  void theirs_##name##_single(const float *restrict in, float *restrict out, long count) { \
    for (long i = 0; i < count; i++) out[i] = function##f(in[i]); \
  }

OVER(exp, exp)
OVER(expm1, expm1)
OVER(log, log)
OVER(log1p, log1p)
OVER(sin, sin)
OVER(cos, cos)
OVER(tan, tan)
OVER(atan, atan)
OVER(sinh, sinh)
OVER(cosh, cosh)
OVER(tanh, tanh)
OVER(cbrt, cbrt)
OVER(erf, erf)
