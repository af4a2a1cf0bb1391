/*
 * Trials of the paper's convnet as one would write them in C for speed: SGD with one point an update, a trial a lane, in single precision.
 * Every number of a trial is a vector of LANES trials, and each pass is blocked so that its sums stay in registers:
 *
 *   forward               4 positions by 5 channels, the kernel and all channels below inside: 9 loads for 20 multiply-adds
 *   gradients of weights  5 taps of a kernel's row by 5 channels, all positions inside: 10 loads for 25; the update is their end
 *   gradients of inputs   a row of a channel, 11 sums, every row of outputs that meets it inside: 9 loads for 20
 *
 * The second convolution reads 11 by 11 of the first one's 12 by 12 outputs; the others are never made. Weights are held times the factor
 * of `xavier`, so that updates are times its square. Images are transposed as they are read.
 *
 * Compile with -Ofast -fno-associative-math: sums that gcc puts in another order no longer fit the registers.
 *
 * usage: convnet FILE check ETA UPDATES POINTS    rows on standard input, UPDATES + POINTS for each of LANES trials; prints a trial a line, how
 *                                                 far its loss has gone in mean over its points, then its weights
 *        convnet FILE run ETA UPDATES POINTS SECONDS SEED   prints trials, seconds of processor time, the mean of how far losses have gone, its
 *                                                 standard error, the bytes of memory that trials have made resident, and the lanes
 * FILE has, one after the other: the number of images (32 bits), where the weights start (floats, tensor after tensor), images and labels (bytes).
 */
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef LANES
#define LANES 16
#endif

typedef float lanes __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t places __attribute__((vector_size(4 * LANES)));

#define INSIDE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#define UNROLLED _Pragma("GCC unroll 32")

enum {
  side = 28, pixels = side * side, kernel = 5, taps = kernel * kernel, stride = 2,
  channels = 10, block = 5, blocks = channels / block, classes = 10,
  /* Outputs of the first convolution that the second one reads, and a row of them in memory; outputs of the second. */
  inner = 11, pitch = 12, plane = inner * pitch + 1, outer = 4, flat = outer * outer * channels,
  /* Where weights are: kernels by block of channels, tap, channel of the block; the second one's by channel below first; matrices by column. */
  A = 0, a = A + taps * channels, B = a + channels, b = B + channels * taps * channels, C = b + channels, c = C + flat * channels,
  D = c + channels, d = D + channels * classes, weights = d + classes
};

/* What xavier multiplies by, squared. */
#define SQUARE_A (2.0f / (taps * (1 + channels)))
#define SQUARE_B (2.0f / (taps * (channels + channels)))
#define SQUARE_C (2.0f / (flat + channels))
#define SQUARE_D (2.0f / (channels + classes))

static int32_t images;
static float *table;
static uint8_t *labels;
static float start[weights], *loss_at_start;

static lanes weight[weights], image[pixels], first[channels][plane], second[outer * outer][channels], third[channels], logit[classes];
static lanes slope1[blocks][inner * inner][block], slope2[outer * outer][channels], slope4[classes];

INSIDE lanes all(float value) { return (lanes){} + value; }

/* Weights of lanes, or one for all of them. */
INSIDE lanes weight_at(const float *from, int place, int shared) {
  return shared ? all(from[place]) : *(const lanes *)(from + (long)place * LANES);
}

#if defined(__x86_64__)
#if LANES == 16
#define LEAST(x, y) ((lanes)_mm512_min_ps((__m512)(x), (__m512)(y)))
#define MOST(x, y) ((lanes)_mm512_max_ps((__m512)(x), (__m512)(y)))
#elif LANES == 8
#define LEAST(x, y) ((lanes)_mm256_min_ps((__m256)(x), (__m256)(y)))
#define MOST(x, y) ((lanes)_mm256_max_ps((__m256)(x), (__m256)(y)))
#else
#define LEAST(x, y) ((lanes)_mm_min_ps((__m128)(x), (__m128)(y)))
#define MOST(x, y) ((lanes)_mm_max_ps((__m128)(x), (__m128)(y)))
#endif
#else
#define LEAST(x, y) ((lanes)(((places)(x) & ((x) < (y))) | ((places)(y) & ~((x) < (y)))))
#define MOST(x, y) (-LEAST(-(x), -(y)))
#endif

#if LANES == 16
/* A polynomial for each quarter up to 8, where tanh is 1 to single precision: coefficients are looked up in registers. Off by 3e-7 at most. */
enum { segments = 32, degree = 4 };
static float polynomials[degree + 1][segments] __attribute__((aligned(64)));

/* Interpolates at Chebyshev's points of the segment, in quarters from its middle. */
static void make_polynomials(void) {
  for (int segment = 0; segment < segments; segment++) {
    double point[degree + 1], difference[degree + 1], sum[degree + 1] = {0};
    for (int k = 0; k <= degree; k++) {
      point[k] = cos(M_PI * (k + 0.5) / (degree + 1)) / 2;
      difference[k] = tanh((segment + point[k]) / 4);
    }
    for (int order = 1; order <= degree; order++)
      for (int k = degree; k >= order; k--) difference[k] = (difference[k] - difference[k - 1]) / (point[k] - point[k - order]);
    for (int k = degree; k >= 0; k--) {
      for (int power = degree; power > 0; power--) sum[power] = sum[power - 1] - point[k] * sum[power];
      sum[0] = difference[k] - point[k] * sum[0];
    }
    for (int power = 0; power <= degree; power++) polynomials[power][segment] = (float)sum[power];
  }
}

INSIDE lanes coefficient(int power, places segment) {
  return (lanes)_mm512_permutex2var_ps(_mm512_load_ps(polynomials[power]), (__m512i)segment, _mm512_load_ps(polynomials[power] + 16));
}

INSIDE lanes tanh_of(lanes x) {
  /* The lesser of the absolute values, without a sign; added to so large a number, it leaves its segment in the last bits. */
  lanes size = (lanes)_mm512_range_ps((__m512)x, (__m512)all(7.8749995f), 10), shifted = size * 4 + 12582912.0f;
  lanes middle = shifted - 12582912.0f, u = size * 4 - middle;
  places segment = (places)shifted;
  lanes value = coefficient(4, segment);
  for (int power = 3; power >= 0; power--) value = value * u + coefficient(power, segment);
  return (lanes)_mm512_ternarylogic_epi32((__m512i)value, (__m512i)x, _mm512_set1_epi32(INT32_MIN), 0xd8);
}
#else
/* Odd and rational, nearest to tanh up to 9, where it is 1 to single precision: off by 4e-7 at most with all rounding. */
static void make_polynomials(void) {}

INSIDE lanes tanh_of(lanes x) {
  x = MOST(LEAST(x, all(9.01f)), all(-9.01f));
  lanes u = x * x;
  lanes p = ((((1.8208619e-11f * u - 1.27620378e-8f) * u + 9.26124235e-6f) * u + 2.9200828e-3f) * u + 1.29185963e-1f) * u + 9.99999941e-1f;
  lanes q = ((2.28006444e-4f * u + 2.37603872e-2f) * u + 4.62518797e-1f) * u + 1;
  return p * x / q;
}
#endif

/* `count` neighbouring outputs of the first convolution, in `block` channels. */
INSIDE void first_block(const float *w, int shared, int part, int count, const lanes *from, lanes *to) {
  lanes sum[4][block];
  UNROLLED for (int k = 0; k < block; k++) UNROLLED for (int n = 0; n < count; n++) sum[n][k] = weight_at(w, a + part * block + k, shared);
  for (int y = 0; y < kernel; y++)
    UNROLLED for (int x = 0; x < kernel; x++) {
      lanes tap[block];
      UNROLLED for (int k = 0; k < block; k++) tap[k] = weight_at(w, A + (part * taps + y * kernel + x) * block + k, shared);
      UNROLLED for (int n = 0; n < count; n++) {
        lanes value = from[y * side + x + stride * n];
        UNROLLED for (int k = 0; k < block; k++) sum[n][k] += value * tap[k];
      }
    }
  UNROLLED for (int k = 0; k < block; k++) UNROLLED for (int n = 0; n < count; n++) to[k * plane + n] = tanh_of(sum[n][k]);
}

INSIDE void first_layer(const float *w, int shared) {
  for (int y = 0; y < inner; y++)
    for (int part = 0; part < blocks; part++) {
      const lanes *from = image + stride * y * side;
      lanes *to = &first[part * block][y * pitch];
      first_block(w, shared, part, 4, from, to);
      first_block(w, shared, part, 4, from + 4 * stride, to + 4);
      first_block(w, shared, part, inner - 8, from + 8 * stride, to + 8);
    }
}

/* Some channels below at a time, so that their weights are read again from the nearest cache. */
enum { together = 5 };

INSIDE void second_layer(const float *w, int shared) {
  lanes kept[outer][outer][block];
  for (int part = 0; part < blocks; part++)
    for (int below = 0; below < channels; below += together)
      for (int y = 0; y < outer; y++) {
        lanes sum[outer][block];
        UNROLLED for (int k = 0; k < block; k++) UNROLLED for (int n = 0; n < outer; n++)
          sum[n][k] = below == 0 ? weight_at(w, b + part * block + k, shared) : kept[y][n][k];
        for (int from = below; from < below + together; from++)
          for (int row = 0; row < kernel; row++) {
            const lanes *values = &first[from][(stride * y + row) * pitch];
            UNROLLED for (int x = 0; x < kernel; x++) {
              lanes tap[block];
              UNROLLED for (int k = 0; k < block; k++)
                tap[k] = weight_at(w, B + ((from * blocks + part) * taps + row * kernel + x) * block + k, shared);
              UNROLLED for (int n = 0; n < outer; n++) {
                lanes value = values[x + stride * n];
                UNROLLED for (int k = 0; k < block; k++) sum[n][k] += value * tap[k];
              }
            }
          }
        if (below + together < channels) UNROLLED for (int k = 0; k < block; k++) UNROLLED for (int n = 0; n < outer; n++) kept[y][n][k] = sum[n][k];
        else UNROLLED for (int k = 0; k < block; k++) UNROLLED for (int n = 0; n < outer; n++)
          second[y * outer + n][part * block + k] = tanh_of(sum[n][k]);
      }
}

INSIDE void dense_layers(const float *w, int shared) {
  const lanes *values = second[0];
  lanes sum[channels];
  UNROLLED for (int k = 0; k < channels; k++) sum[k] = weight_at(w, c + k, shared);
  for (int i = 0; i < flat; i++) UNROLLED for (int k = 0; k < channels; k++) sum[k] += values[i] * weight_at(w, C + i * channels + k, shared);
  UNROLLED for (int k = 0; k < channels; k++) third[k] = tanh_of(sum[k]);
  UNROLLED for (int k = 0; k < classes; k++) sum[k] = weight_at(w, d + k, shared);
  UNROLLED for (int i = 0; i < channels; i++) UNROLLED for (int k = 0; k < classes; k++) sum[k] += third[i] * weight_at(w, D + i * classes + k, shared);
  UNROLLED for (int k = 0; k < classes; k++) logit[k] = sum[k];
}

APART void first_of_lanes(void) { first_layer((float *)weight, 0); }
APART void second_of_lanes(void) { second_layer((float *)weight, 0); }
APART void dense_of_lanes(void) { dense_layers((float *)weight, 0); }

static void forward(void) { first_of_lanes(), second_of_lanes(), dense_of_lanes(); }

/* Puts logits less their largest into `to`, and their largest into `most`. */
INSIDE lanes exponentials(lanes to[classes], lanes *most) {
  *most = logit[0];
  for (int k = 1; k < classes; k++) *most = MOST(*most, logit[k]);
  for (int k = 0; k < classes; k++) to[k] = logit[k] - *most;
  float *numbers = (float *)to;
  for (int i = 0; i < classes * LANES; i++) numbers[i] = expf(numbers[i]);
  lanes sum = to[0];
  for (int k = 1; k < classes; k++) sum += to[k];
  return sum;
}

APART lanes losses(const int32_t *rows) {
  lanes shares[classes], most, sum = exponentials(shares, &most);
  float *numbers = (float *)&sum;
  for (int i = 0; i < LANES; i++) numbers[i] = logf(numbers[i]);
  sum += most;
  for (int i = 0; i < LANES; i++) sum[i] -= logit[labels[rows[i]]][i];
  return sum;
}

/* The dense layers' weights go their step while their gradients are made, and the second convolution's biases; `slope2` is left. */
APART void dense_back(const int32_t *rows, float eta) {
  lanes most, sum = 1 / exponentials(slope4, &most), slope3[channels];
  for (int k = 0; k < classes; k++) slope4[k] *= sum;
  for (int i = 0; i < LANES; i++) slope4[labels[rows[i]]][i] -= 1;
  for (int i = 0; i < channels; i++) {
    lanes back = all(0), step = third[i] * (-eta * SQUARE_D);
    UNROLLED for (int k = 0; k < classes; k++) {
      lanes old = weight[D + i * classes + k];
      back += old * slope4[k];
      weight[D + i * classes + k] = old + step * slope4[k];
    }
    slope3[i] = back * (1 - third[i] * third[i]);
  }
  for (int k = 0; k < classes; k++) weight[d + k] -= eta * slope4[k];
  for (int k = 0; k < channels; k++) weight[c + k] -= eta * slope3[k];
  const lanes *values = second[0];
  lanes *slopes = slope2[0];
  for (int i = 0; i < flat; i++) {
    lanes back[2] = {all(0), all(0)}, value = values[i], step = value * (-eta * SQUARE_C);
    UNROLLED for (int k = 0; k < channels; k++) {
      lanes old = weight[C + i * channels + k];
      back[k % 2] += old * slope3[k];
      weight[C + i * channels + k] = old + step * slope3[k];
    }
    slopes[i] = (back[0] + back[1]) * (1 - value * value);
  }
  for (int k = 0; k < channels; k++) {
    lanes total = all(0);
    for (int n = 0; n < outer * outer; n++) total += slope2[n][k];
    weight[b + k] -= eta * total;
  }
}

/* A channel's slopes, from those of the second convolution's outputs, and the step of its bias. */
APART void second_to_inputs(int channel, float eta) {
  lanes total = all(0);
  for (int y = 0; y < inner; y++) {
    lanes sum[inner];
    UNROLLED for (int x = 0; x < inner; x++) sum[x] = all(0);
    /* The rows of outputs whose kernel has row y. */
    int from = y < kernel ? 0 : (y - kernel + stride) / stride, to = y / stride < outer ? y / stride : outer - 1;
    for (int row = from; row <= to; row++)
      for (int part = 0; part < blocks; part++) {
        const lanes *tap = weight + B + ((channel * blocks + part) * taps + (y - stride * row) * kernel) * block;
        UNROLLED for (int k = 0; k < block; k++) {
          lanes slope[outer];
          UNROLLED for (int n = 0; n < outer; n++) slope[n] = slope2[row * outer + n][part * block + k];
          UNROLLED for (int x = 0; x < kernel; x++) UNROLLED for (int n = 0; n < outer; n++) sum[stride * n + x] += tap[x * block + k] * slope[n];
        }
      }
    UNROLLED for (int x = 0; x < inner; x++) {
      lanes value = first[channel][y * pitch + x];
      lanes slope = sum[x] * (1 - value * value);
      slope1[channel / block][y * inner + x][channel % block] = slope;
      total += slope;
    }
  }
  weight[a + channel] -= eta * total;
}

/* Takes a step with the weights of a row of a kernel, for `block` channels. */
INSIDE void step_row(lanes *to, float rate, lanes sum[kernel][block]) {
  UNROLLED for (int x = 0; x < kernel; x++) UNROLLED for (int k = 0; k < block; k++) to[x * block + k] -= rate * sum[x][k];
}

INSIDE void add_position(lanes sum[kernel][block], const lanes *values, const lanes *slopes) {
  lanes slope[block];
  UNROLLED for (int k = 0; k < block; k++) slope[k] = slopes[k];
  UNROLLED for (int x = 0; x < kernel; x++) {
    lanes value = values[x];
    UNROLLED for (int k = 0; k < block; k++) sum[x][k] += value * slope[k];
  }
}

APART void second_to_weights(int channel, float eta) {
  for (int part = 0; part < blocks; part++)
    for (int row = 0; row < kernel; row++) {
      lanes sum[kernel][block];
      UNROLLED for (int x = 0; x < kernel; x++) UNROLLED for (int k = 0; k < block; k++) sum[x][k] = all(0);
      for (int y = 0; y < outer; y++)
        UNROLLED for (int n = 0; n < outer; n++)
          add_position(sum, &first[channel][(stride * y + row) * pitch + stride * n], &slope2[y * outer + n][part * block]);
      step_row(weight + B + ((channel * blocks + part) * taps + row * kernel) * block, eta * SQUARE_B, sum);
    }
}

APART void first_to_weights(float eta) {
  for (int part = 0; part < blocks; part++)
    for (int row = 0; row < kernel; row++) {
      lanes sum[kernel][block];
      UNROLLED for (int x = 0; x < kernel; x++) UNROLLED for (int k = 0; k < block; k++) sum[x][k] = all(0);
      for (int y = 0; y < inner; y++)
        for (int n = 0; n < inner; n++)
          add_position(sum, image + (stride * y + row) * side + stride * n, slope1[part][y * inner + n]);
      step_row(weight + A + (part * taps + row * kernel) * block, eta * SQUARE_A, sum);
    }
}

/* Each lane's image, squares of LANES by LANES numbers at a time: halves are dealt out like cards until they are transposed. */
APART void take_images(const int32_t *rows) {
  places low, high;
  for (int i = 0; i < LANES; i++) low[i] = i / 2 + i % 2 * LANES, high[i] = low[i] + LANES / 2;
  for (int from = 0; from < pixels; from += LANES) {
    lanes square[LANES], dealt[LANES];
    UNROLLED for (int i = 0; i < LANES; i++) memcpy(&square[i], table + (long)rows[i] * pixels + from, sizeof(lanes));
    UNROLLED for (int round = 1; round < LANES; round *= 2) {
      UNROLLED for (int i = 0; i < LANES / 2; i++) {
        dealt[2 * i] = __builtin_shuffle(square[i], square[i + LANES / 2], low);
        dealt[2 * i + 1] = __builtin_shuffle(square[i], square[i + LANES / 2], high);
      }
      UNROLLED for (int i = 0; i < LANES; i++) square[i] = dealt[i];
    }
    UNROLLED for (int i = 0; i < LANES; i++) image[from + i] = square[i];
  }
}

static void begin(void) {
  for (int k = 0; k < weights; k++) weight[k] = all(start[k]);
}

static void update(const int32_t *rows, float eta) {
  take_images(rows);
  forward();
  dense_back(rows, eta);
  for (int channel = 0; channel < channels; channel++) {
    second_to_inputs(channel, eta);
    second_to_weights(channel, eta);
  }
  first_to_weights(eta);
}

/* Of every image, once: trials have the start in common. */
static void find_losses_at_start(void) {
  for (int32_t from = 0; from < images; from += LANES) {
    int32_t rows[LANES];
    for (int i = 0; i < LANES; i++) rows[i] = from + i < images ? from + i : images - 1;
    take_images(rows);
    first_layer(start, 1), second_layer(start, 1), dense_layers(start, 1);
    lanes found = losses(rows);
    for (int i = 0; i < LANES; i++) loss_at_start[rows[i]] = found[i];
  }
}

/* Adds how far each lane's loss at a point of its own has gone since the start. */
static void test(const int32_t *rows, double moved[LANES]) {
  take_images(rows);
  forward();
  lanes end = losses(rows);
  for (int i = 0; i < LANES; i++) moved[i] += (double)end[i] - loss_at_start[rows[i]];
}

/* The place of a weight of the file, tensors one after the other and row-major, among ours, and what it is multiplied by. */
static int place_of(int entry, double *factor) {
  *factor = 1;
  if (entry < a) {
    *factor = sqrt(SQUARE_A);
    int tap = entry / channels, to = entry % channels;
    return A + (to / block * taps + tap) * block + to % block;
  }
  if (entry < B || (entry >= b && entry < C) || (entry >= c && entry < D) || entry >= d) return entry;
  if (entry < b) {
    *factor = sqrt(SQUARE_B);
    int tap = (entry - B) / channels / channels, from = (entry - B) / channels % channels, to = (entry - B) % channels;
    return B + ((from * blocks + to / block) * taps + tap) * block + to % block;
  }
  if (entry < c) {
    *factor = sqrt(SQUARE_C);
    return C + (entry - C) % flat * channels + (entry - C) / flat;
  }
  *factor = sqrt(SQUARE_D);
  return D + (entry - D) % channels * classes + (entry - D) / channels;
}

static int read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fread(&images, 4, 1, file) != 1 || images < 1) return 0;
  for (int entry = 0; entry < weights; entry++) {
    float value;
    double factor;
    if (fread(&value, 4, 1, file) != 1) return 0;
    int place = place_of(entry, &factor);
    start[place] = (float)(value * factor);
  }
  uint8_t *bytes = malloc((size_t)images * pixels);
  table = malloc(((size_t)images * pixels + LANES) * sizeof(float));
  labels = malloc((size_t)images);
  loss_at_start = malloc((size_t)images * sizeof(float));
  if (fread(bytes, pixels, (size_t)images, file) != (size_t)images || fread(labels, 1, (size_t)images, file) != (size_t)images) return 0;
  for (long k = 0; k < (long)images * pixels; k++) table[k] = bytes[k] / 255.0f;
  free(bytes);
  fclose(file);
  return 1;
}

static int check(float eta, int updates, int points) {
  int32_t *rows = malloc(sizeof(int32_t) * LANES * (size_t)(updates + points));
  double moved[LANES] = {0};
  for (int i = 0; i < LANES; i++)
    for (int k = 0; k < updates + points; k++)
      if (scanf("%d", &rows[k * LANES + i]) != 1) return 2;
  find_losses_at_start();
  begin();
  for (int k = 0; k < updates; k++) update(rows + k * LANES, eta);
  for (int k = 0; k < points; k++) test(rows + (updates + k) * LANES, moved);
  for (int i = 0; i < LANES; i++) {
    printf("%.9g", moved[i] / points);
    for (int entry = 0; entry < weights; entry++) {
      double factor;
      int place = place_of(entry, &factor);
      printf(" %.9g", weight[place][i] / factor);
    }
    puts("");
  }
  return 0;
}

static double processor_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

static long resident_bytes(void) {
  long all_pages, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fscanf(file, "%ld %ld", &all_pages, &pages) != 2) pages = 0;
  if (file) fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

static uint64_t words;

static void draw(int32_t rows[LANES]) {
  for (int i = 0; i < LANES; i++) {
    words ^= words << 13, words ^= words >> 7, words ^= words << 17;
    rows[i] = (int32_t)((words >> 32) * (uint64_t)images >> 32);
  }
}

static int run(float eta, int updates, int points, double seconds, uint64_t seed) {
  int32_t rows[LANES];
  long trials = 0, resident = resident_bytes();
  double sum = 0, squares = 0, began = processor_seconds(), taken;
  words = seed * 0x9e3779b97f4a7c15u + 1;
  find_losses_at_start();
  do {
    double moved[LANES] = {0};
    begin();
    for (int k = 0; k < updates; k++) draw(rows), update(rows, eta);
    for (int k = 0; k < points; k++) draw(rows), test(rows, moved);
    for (int i = 0; i < LANES; i++) sum += moved[i] / points, squares += moved[i] / points * (moved[i] / points);
    trials += LANES;
  } while ((taken = processor_seconds() - began) < seconds);
  double mean = sum / (double)trials;
  printf("%ld %.6f %.9g %.3g %ld %d\n", trials, taken, mean, sqrt((squares / (double)trials - mean * mean) / (double)trials),
         resident_bytes() - resident, LANES);
  return 0;
}

int main(int count, char **words_of_line) {
  char **of = words_of_line + 1;
  make_polynomials();
  if (count < 6 || !read_file(of[0])) return 2;
  if (count == 6 && !strcmp(of[1], "check")) return check((float)atof(of[2]), atoi(of[3]), atoi(of[4]));
  if (count == 8 && !strcmp(of[1], "run")) return run((float)atof(of[2]), atoi(of[3]), atoi(of[4]), atof(of[5]), strtoull(of[6], 0, 10));
  return 2;
}
