/** Trials that are done again together where one of them needs it. */
export const redoneTogether = 16;

/** What the program and who started it say to each other: a kind and a length, 32 bits each, then so many bytes. */
export const toProgram = { load: 1, run: 2, stop: 3 } as const;
export const fromProgram = { hello: 1, loaded: 2, done: 3, alive: 4, failed: 5 } as const;

/** What the program begins with. */
export const greeting = "descent-diagrams native 1";

/** How many 64-bit numbers a result has before those of its columns. */
export const resultNumbers = 6;

/** The trials of a chunk, in the program's kernels' memories, whatever their plans. */
export const trialsText = `
#define NAN_ (__builtin_nan(""))
static int goes_on(void);
struct kernel {
  int (*draw)(char *, const char *, const int64_t *, const struct trials *, uint32_t, int64_t, char *);
  void (*shuffle)(char *, const char *, const int64_t *, uint32_t, uint64_t, uint32_t);
  void (*begin)(char *, const char *, const int64_t *, uint64_t, uint32_t);
  int (*descend)(char *, const char *, const int64_t *, const char *, int64_t, int64_t, const char *, int64_t, int64_t);
  int (*later)(char *, const char *, const int64_t *, const char *, int64_t, int64_t, const char *, int64_t, int64_t);
  int (*measure)(char *, const char *, const int64_t *, int64_t, int64_t);
  int stored, checked, columns, data, sources, stepBytes, group, states;
  /* Of each column: whether the mark of its trials is that of test losses, and where its center is among the constants. */
  const int *checks, *centers;
};
struct side { struct kernel kernel; const int64_t *h; const char *image, *k; };
enum { FINITE, SETTLED };
static struct side sides[2];
static _Atomic int stop;
static _Atomic uint64_t progress;
struct worker { pthread_t thread; char *m[2]; struct trials *trials; int64_t *digits, *counts, finite, settled; double *scratch; uint8_t redo[${4096}]; };
static double *column(const struct side *side, char *m, int index) {
  return (double *)(m + side->h[H_RESULTS]) + (int64_t)index * COLUMN;
}
static double *marks(const struct side *side, char *m, int which) {
  return column(side, m, side->kernel.columns + which);
}
static int goes_on(void) {
  atomic_fetch_add_explicit(&progress, 1, memory_order_relaxed);
  return atomic_load_explicit(&stop, memory_order_relaxed) < 2;
}
/* Batches that lie from a place on; marks lanes in bad. Returns whether it was not stopped. */
static int descend(const struct side *side, char *m, uint8_t *bad, int64_t place, int64_t epoch, int64_t first, int64_t count) {
  const struct kernel *kernel = &side->kernel;
  const int64_t *h = side->h;
  int64_t rowBytes = (int64_t)kernel->data * LANES * 8, slice = h[H_SLICE];
  for (int64_t batch = 0; batch < count; batch += slice) {
    int64_t some = count - batch < slice ? count - batch : slice;
    const char *data = m + h[H_IMAGE] + (place + batch * h[H_BATCH]) * rowBytes;
    const char *row = side->image + h[H_STEPS] + (first + batch) * kernel->stepBytes;
    for (int lane = 0; lane < LANES; lane += kernel->group) {
      int (*pass)(char *, const char *, const int64_t *, const char *, int64_t, int64_t, const char *, int64_t, int64_t) =
        epoch > 0 && kernel->later ? kernel->later : kernel->descend;
      if (pass(m, side->k, h, data + 8 * lane, 8 * lane, some, row, epoch, first + batch)) memset(bad + lane, 1, (size_t)kernel->group);
    }
    if (!goes_on()) return 0;
  }
  return 1;
}
/* A group of lanes from its start to its end. */
static int run_group(const struct side *side, struct trials *t, char *m, uint8_t *bad, uint64_t low, uint32_t high) {
  const struct kernel *kernel = &side->kernel;
  const int64_t *h = side->h;
  char *buffer = m + h[H_IMAGE];
  int64_t points = h[H_POINTS], rowBytes = (int64_t)kernel->data * LANES * 8;
  memcpy(m + h[H_STATES], side->image + h[H_STATES], (size_t)kernel->states * LANES * 8);
  begin_trials(t, side->image + h[H_ROUNDKEYS], low, high);
  if (kernel->begin) kernel->begin(m, side->k, h, low, high);
  if (!kernel->stored) {
    for (int64_t point = 0; point < points; point += h[H_SEGMENT]) {
      int64_t end = point + h[H_SEGMENT] < points ? point + h[H_SEGMENT] : points, block = point / 4;
      if (kernel->data > 0 && kernel->draw(m, side->k, h, t, (uint32_t)(block * kernel->sources), (end + 3) / 4 - block, buffer))
        memset(bad, 1, LANES);
      if (!descend(side, m, bad, point - 4 * block, 0, point / h[H_BATCH], (end - point) / h[H_BATCH])) return 0;
    }
    return 1;
  }
  int64_t blocks = (points + 3) / 4;
  for (int64_t block = 0; block < blocks && kernel->data > 0; block += 4096) {
    int64_t some = blocks - block < 4096 ? blocks - block : 4096;
    if (kernel->draw(m, side->k, h, t, (uint32_t)(block * kernel->sources), some, buffer + 4 * block * rowBytes)) memset(bad, 1, LANES);
    if (!goes_on()) return 0;
  }
  for (int64_t epoch = 0; epoch < h[H_EPOCHS]; epoch++) {
    if (epoch > 0 && h[H_RESHUFFLED]) kernel->shuffle(m, side->k, h, (uint32_t)epoch, low, high);
    if (!descend(side, m, bad, 0, epoch, 0, h[H_BATCHESPEREPOCH])) return 0;
  }
  return 1;
}
/* Trials that become those of a chunk; marks them in redo. Returns whether they were not stopped. */
static int measure(const struct side *side, struct trials *t, char *m, uint8_t *redo, uint64_t from, uint64_t to) {
  const struct kernel *kernel = &side->kernel;
  for (uint64_t trial = from; trial < to; trial += LANES) {
    uint64_t slot = trial - from, some = to - trial < LANES ? to - trial : LANES;
    uint8_t bad[LANES] = {0};
    if (!run_group(side, t, m, bad, trial & LOW, (uint32_t)(trial >> 32) | (uint32_t)side->h[H_NOISE])) return 0;
    for (int lane = 0; lane < LANES; lane += W)
      if (kernel->measure(m, side->k, side->h, 8 * lane, (int64_t)slot + lane)) memset(bad + lane, 1, W);
    for (uint64_t i = 0; i < some; i++) {
      if (kernel->checked && marks(side, m, FINITE)[slot + i] == 0 && marks(side, m, SETTLED)[slot + i] != 0) bad[i] = 1;
      redo[slot + i] |= bad[i];
    }
    if (!goes_on()) return 0;
  }
  return 1;
}
static double sound(const struct side *side, char *m, int index, int64_t i) {
  double mark = marks(side, m, FINITE)[i] + marks(side, m, side->kernel.checks[index] ? SETTLED : FINITE)[i];
  double value = column(side, m, index)[i] + mark;
  return value - value == 0 ? value : __builtin_nan("");
}`;

/** Differences, threads and what is said on standard input and output. */
export const driverText = `
static int sideCount, sign, flow; /* flow: 0 for none, 1 for one, 2 for one that leaves all bounds */
static double *flowValues;
struct redone { int64_t first, trials; };
static struct {
  uint64_t first, trials, chunk, chunks;
  _Atomic uint64_t next;
  int64_t done, whole, redone;
  struct redone *redo;
  int64_t room;
  double *values;
  int active, failed;
  struct timespec began;
} job;
static struct worker *workers;
static int workerCount;
static uint64_t generation;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, output = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER;

static void say_all(const void *bytes, size_t count) {
  const char *at = bytes;
  while (count > 0) {
    ssize_t some = write(1, at, count);
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) _exit(0);
    at += some;
    count -= (size_t)some;
  }
}
static void say(uint32_t kind, const void *bytes, uint32_t length) {
  uint32_t head[2] = {kind, length};
  pthread_mutex_lock(&output);
  say_all(head, sizeof head);
  say_all(bytes, length);
  pthread_mutex_unlock(&output);
}
static void fail(const char *line) { say(FAILED, line, (uint32_t)strlen(line)); }

/* What is left of what was measured when what the other descent measured is taken off. */
static void take_off(struct worker *w, int64_t count) {
  struct side *own = &sides[0], *theirs = &sides[1];
  char *m = w->m[0];
  for (int index = 0; index < own->kernel.columns; index++) {
    if (MADE[index]) { remake(column(own, m, 0), index, count); continue; }
    double *values = column(own, m, index);
    for (int64_t i = 0; i < count; i++) {
      double other = flow ? (flow == 2 ? NAN_ : flowValues[index]) : sound(theirs, w->m[1], index, i);
      values[i] = sign == 1 ? values[i] - other : other - values[i];
    }
  }
  for (int64_t i = 0; i < count; i++) {
    int diverged = flow ? flow == 2 : marks(theirs, w->m[1], FINITE)[i] != 0;
    int unfound = !flow && theirs->kernel.checked && marks(theirs, w->m[1], SETTLED)[i] != 0;
    if (diverged) marks(own, m, FINITE)[i] = NAN_;
    if ((diverged || unfound) && own->kernel.checked) marks(own, m, SETTLED)[i] = NAN_;
  }
}
static void work_chunk(struct worker *w, uint64_t from, uint64_t to) {
  int64_t count = (int64_t)(to - from);
  struct side *own = &sides[0];
  char *m = w->m[0];
  memset(w->redo, 0, sizeof w->redo);
  for (int index = 0; index < sideCount; index++)
    if (!measure(&sides[index], w->trials, w->m[index], w->redo, from, to)) {
      pthread_mutex_lock(&lock);
      job.whole = 0;
      pthread_mutex_unlock(&lock);
      return;
    }
  if (sideCount == 2 || flow) take_off(w, count);
  for (int64_t first = 0; first < count; first += REDONE) {
    int64_t some = count - first < REDONE ? count - first : REDONE;
    if (!memchr(w->redo + first, 1, (size_t)some)) continue;
    for (int64_t i = first; i < first + some; i++) {
      marks(own, m, FINITE)[i] = NAN_;
      if (own->kernel.checked) marks(own, m, SETTLED)[i] = NAN_;
    }
    pthread_mutex_lock(&lock);
    if (job.redone == job.room) {
      int64_t room = job.room ? 2 * job.room : 1024;
      struct redone *more = realloc(job.redo, (size_t)room * sizeof *more);
      if (more) { job.redo = more; job.room = room; } else job.failed = 1;
    }
    if (job.redone < job.room) job.redo[job.redone++] = (struct redone){(int64_t)from + first, some};
    pthread_mutex_unlock(&lock);
  }
  for (int index = 0; index < own->kernel.columns; index++) {
    double center = DOUBLE(own->k + own->kernel.centers[index]);
    const double *mark = marks(own, m, own->kernel.checks[index] ? SETTLED : FINITE);
    w->counts[index] += accumulate(column(own, m, index), mark, count, center, w->digits + (int64_t)index * DIGITS);
    if (job.values) {
      double *to_ = job.values + (uint64_t)index * job.trials + (from - job.first);
      for (int64_t i = 0; i < count; i++) to_[i] = sound(own, m, index, i) - center;
    }
  }
  for (int64_t i = 0; i < count; i++) {
    w->finite += marks(own, m, FINITE)[i] == 0;
    w->settled += own->kernel.checked && marks(own, m, SETTLED)[i] == 0;
  }
  pthread_mutex_lock(&lock);
  job.done += count;
  pthread_mutex_unlock(&lock);
}
static void tell_result(void) {
  int columns = sides[0].kernel.columns;
  uint64_t size = ${resultNumbers} + (uint64_t)columns * (1 + DIGITS) + 2 * (uint64_t)job.redone + (job.values ? (uint64_t)columns * job.trials : 0);
  int64_t *result = size < (1u << 28) && !job.failed ? calloc(size, 8) : 0;
  if (!result) { fail("there is no memory for the sums"); return; }
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  result[0] = job.done;
  result[1] = job.whole;
  result[4] = job.redone;
  result[5] = (now.tv_sec - job.began.tv_sec) * 1000000000 + now.tv_nsec - job.began.tv_nsec;
  for (int index = 0; index < workerCount; index++) {
    struct worker *w = &workers[index];
    result[2] += w->finite;
    result[3] += w->settled;
    for (int c = 0; c < columns; c++) {
      int64_t *to = result + ${resultNumbers} + (int64_t)c * (1 + DIGITS);
      to[0] += w->counts[c];
      for (int i = 0; i < DIGITS; i++) to[1 + i] += w->digits[(int64_t)c * DIGITS + i];
    }
  }
  char *rest = (char *)(result + ${resultNumbers} + (int64_t)columns * (1 + DIGITS));
  memcpy(rest, job.redo, (size_t)job.redone * sizeof *job.redo);
  if (job.values) memcpy(rest + (size_t)job.redone * sizeof *job.redo, job.values, (uint64_t)columns * job.trials * 8);
  say(DONE, result, (uint32_t)(8 * size));
  free(result);
}
static void *work(void *argument) {
  struct worker *w = argument;
  uint64_t seen = 0;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (generation == seen) pthread_cond_wait(&begun, &lock);
    seen = generation;
    pthread_mutex_unlock(&lock);
    int columns = sides[0].kernel.columns;
    memset(w->digits, 0, (size_t)columns * DIGITS * 8);
    memset(w->counts, 0, (size_t)columns * 8);
    w->finite = w->settled = 0;
    while (atomic_load(&stop) == 0) {
      uint64_t index = atomic_fetch_add(&job.next, 1);
      if (index >= job.chunks) break;
      uint64_t start = (job.first / job.chunk + index) * job.chunk, end = start + job.chunk, last = job.first + job.trials;
      work_chunk(w, start > job.first ? start : job.first, end < last ? end : last);
    }
    pthread_mutex_lock(&lock);
    int isLast = --job.active == 0;
    pthread_mutex_unlock(&lock);
    if (isLast) tell_result();
  }
  return 0;
}
static char *aligned(uint64_t bytes) {
  void *memory = 0;
  return posix_memalign(&memory, 64, bytes + 64) ? 0 : memory;
}
/* threads, sides, sign, flow; of each side how many numbers its header has, the bytes of the image and of what threads share, then all of these; the flow's values. */
static const char *load(const char *bytes, uint64_t length) {
  static int isLoaded;
  if (isLoaded) return "it is loaded";
  isLoaded = 1;
  uint64_t at = 0;
#define TAKE(type, name) if (length - at < sizeof(type)) return "what it was given is cut off"; type name; memcpy(&name, bytes + at, sizeof(type)); at += sizeof(type)
  TAKE(uint32_t, threads);
  TAKE(uint32_t, count);
  TAKE(int32_t, given);
  TAKE(uint32_t, flowing);
  if (threads < 1 || threads > 4096 || count != SIDES || flowing > 2) return "it was given something else";
  sideCount = (int)count;
  sign = given;
  flow = (int)flowing;
  for (int index = 0; index < sideCount; index++) {
    struct side *side = &sides[index];
    TAKE(uint32_t, numbers);
    TAKE(uint32_t, image);
    TAKE(uint32_t, shared);
    if (numbers != (uint32_t)headers[index] || (length - at) / 8 < numbers) return "it was given something else";
    int64_t *h = (int64_t *)aligned(8 * (uint64_t)numbers);
    char *own = aligned((uint64_t)image + shared);
    if (!h || !own) return "there is no memory";
    memcpy(h, bytes + at, 8 * (uint64_t)numbers);
    at += 8 * (uint64_t)numbers;
    uint64_t given_ = (uint64_t)image + shared;
    if (length - at < given_ || h[H_IMAGE] != (int64_t)image || h[H_MEMORY] < h[H_IMAGE]) return "what it was given is cut off";
    memcpy(own, bytes + at, given_);
    at += given_;
    *side = (struct side){*kernels[index], h, own, own + h[H_CONSTANTS]};
  }
  int columns = sides[0].kernel.columns;
  if (flow == 1) {
    flowValues = (double *)aligned(8 * (uint64_t)columns);
    if (!flowValues || length - at < 8 * (uint64_t)columns) return "what it was given is cut off";
    memcpy(flowValues, bytes + at, 8 * (uint64_t)columns);
  }
  workers = calloc(threads, sizeof *workers);
  if (!workers) return "there is no memory";
  for (uint32_t i = 0; i < threads; i++) {
    struct worker *w = &workers[i];
    w->digits = (int64_t *)aligned((uint64_t)columns * DIGITS * 8);
    w->counts = (int64_t *)aligned((uint64_t)columns * 8);
    w->trials = (struct trials *)aligned(sizeof *w->trials);
    if (!w->digits || !w->counts || !w->trials) return "there is no memory";
    for (int index = 0; index < sideCount; index++) {
      w->m[index] = aligned((uint64_t)sides[index].h[H_MEMORY]);
      if (!w->m[index]) return "there is no memory";
      /* The end of a frame says whether it has what trials have in common. */
      const int64_t *h = sides[index].h;
      if (h[H_MEMORY] > h[H_FRAME]) memset(w->m[index] + h[H_MEMORY] - 64, 0, 64);
      memcpy(w->m[index], sides[index].image, (size_t)sides[index].h[H_IMAGE]);
    }
  }
  for (; workerCount < (int)threads; workerCount++)
    if (pthread_create(&workers[workerCount].thread, 0, work, &workers[workerCount])) return "no more threads can be started";
  return 0;
}
static const char *run(const char *bytes, uint64_t length) {
  uint64_t numbers[4];
  if (length != sizeof numbers) return "it was asked something else";
  memcpy(numbers, bytes, sizeof numbers);
  uint64_t first = numbers[0], trials = numbers[1], chunk = numbers[2];
  if (workerCount == 0 || trials < 1 || first + trials < first || chunk < 1 || chunk > COLUMN - LANES) return "it was asked something else";
  pthread_mutex_lock(&lock);
  int isBusy = job.active > 0;
  pthread_mutex_unlock(&lock);
  if (isBusy) return "it is at work";
  free(job.values);
  job.values = 0;
  if (numbers[3]) {
    if (trials > 1u << 24) return "there is no memory";
    job.values = malloc((uint64_t)sides[0].kernel.columns * trials * 8);
    if (!job.values) return "there is no memory";
    for (uint64_t i = 0; i < (uint64_t)sides[0].kernel.columns * trials; i++) job.values[i] = NAN_;
  }
  pthread_mutex_lock(&lock);
  job.first = first;
  job.trials = trials;
  job.chunk = chunk;
  job.chunks = (first + trials - 1) / chunk - first / chunk + 1;
  atomic_store(&job.next, 0);
  atomic_store(&stop, 0);
  job.done = job.redone = job.failed = 0;
  job.whole = 1;
  job.active = workerCount;
  clock_gettime(CLOCK_MONOTONIC, &job.began);
  generation++;
  pthread_cond_broadcast(&begun);
  pthread_mutex_unlock(&lock);
  return 0;
}
/* Waits for bytes, and says once a second that trials go on. It ends with who started it. */
static void hear(void *bytes, uint64_t count) {
  static uint64_t told;
  char *at = bytes;
  while (count > 0) {
    struct pollfd in = {0, POLLIN, 0};
    int ready = poll(&in, 1, 1000);
    uint64_t now = atomic_load_explicit(&progress, memory_order_relaxed);
    if (ready == 0 && now != told) { told = now; say(ALIVE, "", 0); }
    if (ready <= 0) continue;
    ssize_t some = read(0, at, count);
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) _exit(0);
    at += some;
    count -= (uint64_t)some;
  }
}
int main(void) {
  say(HELLO, GREETING, sizeof GREETING - 1);
  for (;;) {
    uint32_t head[2];
    hear(head, sizeof head);
    if (head[1] > 1u << 31) { fail("what it was given is too long"); return 1; }
    char *bytes = malloc((size_t)head[1] + 1);
    if (!bytes) { fail("there is no memory"); return 1; }
    hear(bytes, head[1]);
    const char *problem = "it was asked something else";
    if (head[0] == LOAD) {
      problem = load(bytes, head[1]);
      if (!problem) say(LOADED, "", 0);
    } else if (head[0] == RUN) problem = run(bytes, head[1]);
    else if (head[0] == STOP && head[1] == 1) {
      problem = 0;
      if (atomic_load(&stop) < bytes[0]) atomic_store(&stop, bytes[0]);
    }
    free(bytes);
    if (problem) fail(problem);
  }
}`;
