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
 *        convnet FILE peak SECONDS                prints the most multiply-adds of single numbers in a second, of chains that wait for nothing
 * FILE has, one after the other: the number of images (32 bits), where the weights start (floats, tensor after tensor), images and labels (bytes).
 */
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
static float start[weights];

static lanes weight[weights], image[pixels], first[channels][plane], second[outer * outer][channels], third[channels], logit[classes];
static lanes slope1[blocks][inner * inner][block], slope2[outer * outer][channels], slope4[classes];

INSIDE lanes all(float value) { return (lanes){} + value; }

/* Weights of lanes, or one for all of them. */
INSIDE lanes weight_at(const float *from, int place, int shared) {
  return shared ? all(from[place]) : *(const lanes *)(from + (long)place * LANES);
}

INSIDE lanes least(lanes x, lanes y) {
  places smaller = x < y;
  return (lanes)(((places)x & smaller) | ((places)y & ~smaller));
}

/* Odd and rational, nearest to tanh up to 9, where it is 1 to single precision: off by 4e-7 at most with all rounding. */
INSIDE lanes tanh_of(lanes x) {
  x = least(x, all(9.01f));
  x = -least(-x, all(9.01f));
  lanes u = x * x;
  lanes p = ((((1.8208619e-11f * u - 1.27620378e-8f) * u + 9.26124235e-6f) * u + 2.9200828e-3f) * u + 1.29185963e-1f) * u + 9.99999941e-1f;
  lanes q = ((2.28006444e-4f * u + 2.37603872e-2f) * u + 4.62518797e-1f) * u + 1;
  return p * x / q;
}

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
APART void first_at_start(void) { first_layer(start, 1); }
APART void second_at_start(void) { second_layer(start, 1); }
APART void dense_at_start(void) { dense_layers(start, 1); }

static void forward(void) { first_of_lanes(), second_of_lanes(), dense_of_lanes(); }
static void forward_at_start(void) { first_at_start(), second_at_start(), dense_at_start(); }

/* Puts logits less their largest into `to`, and their largest into `most`. */
INSIDE lanes exponentials(lanes to[classes], lanes *most) {
  *most = logit[0];
  for (int k = 1; k < classes; k++) *most = -least(-*most, -logit[k]);
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

/* The dense layers' weights go their step while their gradients are made; `slope2` is left. */
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
}

/* A channel's slopes, from those of the second convolution's outputs. */
APART void second_to_inputs(int channel) {
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
      slope1[channel / block][y * inner + x][channel % block] = sum[x] * (1 - value * value);
    }
  }
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

APART void biases(float eta) {
  for (int k = 0; k < channels; k++) {
    lanes sum = all(0);
    for (int n = 0; n < outer * outer; n++) sum += slope2[n][k];
    weight[b + k] -= eta * sum;
    sum = all(0);
    for (int n = 0; n < inner * inner; n++) sum += slope1[k / block][n][k % block];
    weight[a + k] -= eta * sum;
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
    second_to_inputs(channel);
    second_to_weights(channel, eta);
  }
  first_to_weights(eta);
  biases(eta);
}

/* Adds how far each lane's loss at a point of its own has gone since the start. */
static void test(const int32_t *rows, double moved[LANES]) {
  take_images(rows);
  forward();
  lanes end = losses(rows);
  forward_at_start();
  lanes before = losses(rows);
  for (int i = 0; i < LANES; i++) moved[i] += (double)end[i] - before[i];
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

static double processor_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

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
    words ^= words << 13;
    words ^= words >> 7;
    words ^= words << 17;
    rows[i] = (int32_t)((words >> 32) * (uint64_t)images >> 32);
  }
}

static int run(float eta, int updates, int points, double seconds, uint64_t seed) {
  int32_t rows[LANES];
  double sum = 0, squares = 0, began = processor_seconds(), taken;
  long trials = 0, resident = resident_bytes();
  words = seed * 0x9e3779b97f4a7c15u + 1;
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

static int peak(double seconds) {
  enum { chains = 12, rounds = 1 << 20 };
  lanes sum[chains], factor = all(0.999f), step = all(0.001f);
  double most = 0, began = processor_seconds();
  UNROLLED for (int i = 0; i < chains; i++) sum[i] = all((float)i);
  do {
    double before = processor_seconds();
    for (long round = 0; round < rounds; round++) {
      UNROLLED for (int i = 0; i < chains; i++) sum[i] = sum[i] * factor + step;
      /* Else gcc might see what comes of it. */
      UNROLLED for (int i = 0; i < chains; i++) __asm__ volatile("" : "+x"(sum[i]));
    }
    double rate = (double)rounds * chains * LANES / (processor_seconds() - before);
    if (rate > most) most = rate;
  } while (processor_seconds() - began < seconds);
  printf("%.6g\n", most);
  return 0;
}

int main(int count, char **words_of_line) {
  char **of = words_of_line + 1;
  if (count < 4 || !read_file(of[0])) return 2;
  if (!strcmp(of[1], "peak")) return peak(atof(of[2]));
  if (count == 6 && !strcmp(of[1], "check")) return check((float)atof(of[2]), atoi(of[3]), atoi(of[4]));
  if (count == 8 && !strcmp(of[1], "run")) return run((float)atof(of[2]), atoi(of[3]), atoi(of[4]), atof(of[5]), strtoull(of[6], 0, 10));
  return 2;
}
