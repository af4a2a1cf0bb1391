import { type Transform, tailsWord, wordHigh } from "../../compile/deviates.js";
import { bitsOfDouble } from "../../compile/double-bits.js";
import { multiplier0, multiplier1 } from "../../compile/philox.js";
import type { Instruction, Program } from "../../compile/program.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { ConstantPool } from "../wasm/text.js";
import { headerAt, tableAt } from "./header.js";
import { ProgramText, RangeWatch, Statements } from "./program-text.js";
import type { Shape } from "./shape.js";

const hexadecimal = (word: number): string => `0x${word.toString(16)}u`;
const key = (round: number, half: number): string => `EVERY(KEY(${round}, ${half}))`;

/** What is the same in all functions of draws: Philox for one lane. */
export const philoxText = `
static __attribute__((unused)) void philox(const char *keys, uint32_t c[4]) {
  for (int round = 0; round < 10; round++) {
    uint64_t p = (uint64_t)c[0] * ${hexadecimal(multiplier0)}, q = (uint64_t)c[2] * ${hexadecimal(multiplier1)};
    uint32_t key0 = *(const uint32_t *)(keys + 32 * round), key1 = *(const uint32_t *)(keys + 32 * round + 16);
    c[0] = (uint32_t)(q >> 32) ^ c[1] ^ key0; c[1] = (uint32_t)q;
    c[2] = (uint32_t)(p >> 32) ^ c[3] ^ key1; c[3] = (uint32_t)p;
  }
}
/* What the first two rounds make of trials alone, of all vectors of lanes. */
struct trials { U x[LANES / W], y[LANES / W], z[LANES / W]; uint32_t high; };
static void begin_trials_of(struct trials *t, const char *keys, uint64_t low, uint32_t high, uint32_t domain) {
  for (int vector = 0; vector < LANES / W; vector++) {
    U trial = {0};
    for (int i = 0; i < W; i++) trial[i] = (uint32_t)(low + (uint64_t)(vector * W + i));
    U q = WORDS(trial, EVERY(${hexadecimal(multiplier1)}));
    U c0 = (q >> 32) ^ EVERY(KEY(0, 0) ^ domain);
    t->x[vector] = LOWS(q) ^ EVERY(KEY(1, 0));
    U p = WORDS(c0, EVERY(${hexadecimal(multiplier0)}));
    t->y[vector] = (p >> 32) ^ EVERY(KEY(1, 1));
    t->z[vector] = LOWS(p);
  }
  t->high = high ^ KEY(0, 1);
}
/* Of training data, whose domain is 0. */
static void begin_trials(struct trials *t, const char *keys, uint64_t low, uint32_t high) {
  begin_trials_of(t, keys, low, high, 0);
}`;

/**
 * `NAMEdraw(m, k, h, t, index, blocks, to)`: the data of neighbouring blocks of four points, of all lanes.
 * @returns whether an argument of an elementary function was out of range.
 */
export function drawText(plan: SimulationPlan, { lanes, width, drawn }: Shape, pool: ConstantPool): string {
  const rowBytes = plan.data * lanes * 8;
  const target = new Statements();
  const watch = new RangeWatch(target);
  const vectorBytes = 8 * width;
  plan.sources.forEach(({ transform, firstColumn }, source) => {
    const abreast = Math.min(drawn, lanes / width);
    target.line(`{ ${startOf(source)}`);
    target.line(`for (int vector = 0; vector < LANES / W; vector += ${abreast}) {`);
    const words = wordsText(target, abreast);
    if (transform.kind === "program") {
      const to = (word: number, vector: number) =>
        `to + ${word * rowBytes + firstColumn * lanes * 8 + vectorBytes * vector} + ${vectorBytes} * vector`;
      transformText(target, transform, pool, watch, words, to);
    } else {
      words.forEach((names, word) => {
        names.forEach((name, vector) => {
          target.line(
            `for (int i = 0; i < W; i++) words[${word} * LANES + (vector + ${vector}) * W + i] = (uint32_t)${name}[i];`,
          );
        });
      });
    }
    target.line("}");
    if (transform.kind !== "program") {
      target.line(lookUpText(plan, source, transform, firstColumn, lanes));
    }
    target.line("}");
  });
  return `static int NAMEdraw(char *restrict m, const char *restrict k, const int64_t *restrict h, const struct trials *restrict t, uint32_t index, int64_t blocks, char *restrict to) {
const char *keys = k - ${headerAt("constants")} + ${headerAt("roundKeys")};
uint32_t words[4 * LANES];
(void)words; (void)m;
${watch.declarations}
for (; blocks > 0; blocks--) {
${target.text}
index += ${plan.sources.length}u;
to += ${4 * rowBytes};
}
return ${watch.result};
}`;
}

/** What the first two rounds make of a block's index alone. */
function startOf(source: number): string {
  return `uint64_t p0 = (uint64_t)(uint32_t)(index + ${source}u) * ${hexadecimal(multiplier0)};
uint64_t q1 = (uint64_t)((uint32_t)(p0 >> 32) ^ t->high) * ${hexadecimal(multiplier1)};
U low0 = EVERY((uint32_t)p0), high1 = EVERY(q1 >> 32), low1 = EVERY((uint32_t)q1);`;
}

/** The other eight rounds, of some vectors: `words[word][vector]`, with anything in the high halves but of the last round's. */
function wordsText(target: Statements, abreast: number): string[][] {
  const at = (name: string, vector: number) => `t->${name}[vector + ${vector}]`;
  let states = Array.from({ length: abreast }, (_, vector) => [
    target.keep(`high1 ^ ${at("x", vector)}`, "U"),
    "low1",
    target.keep(`low0 ^ ${at("y", vector)}`, "U"),
    target.keep(at("z", vector), "U"),
  ]);
  for (let round = 2; round < 10; round++) {
    states = states.map(([c0, c1, c2, c3]) => {
      const first = target.keep(`WORDS(${c0}, EVERY(${hexadecimal(multiplier0)}))`, "U");
      const second = target.keep(`WORDS(${c2}, EVERY(${hexadecimal(multiplier1)}))`, "U");
      return [
        target.keep(`(${second} >> 32) ^ ${c1} ^ ${key(round, 0)}`, "U"),
        second,
        target.keep(`(${first} >> 32) ^ ${c3} ^ ${key(round, 1)}`, "U"),
        first,
      ];
    });
  }
  return [0, 1, 2, 3].map((word) => states.map((state) => state[word]!));
}

function transformText(
  target: Statements,
  { folded, program }: Extract<Transform, { kind: "program" }>,
  pool: ConstantPool,
  watch: RangeWatch,
  words: readonly (readonly string[])[],
  to: (word: number, vector: number) => string,
): void {
  const made = folded ? ofTails(program) : program;
  words.forEach((names, word) => {
    const inputs = names.map((name) =>
      folded ? foldedWord(target, name) : [target.keep(`(V)(LOWS(${name}) | ${high})`)],
    );
    const text = new ProgramText(
      target,
      made,
      pool,
      names.length,
      (input, vector) => inputs[vector]![input]!,
      watch,
    );
    text.emit();
    names.forEach((_, vector) => {
      target.line(`AT(${to(word, vector)}) = ${text.output(0, vector)};`);
    });
  });
}

const high = `EVERY(0x${wordHigh.toString(16)}00000000)`;

/** A word's tail and its sign. */
function foldedWord(target: Statements, word: string): readonly string[] {
  const [tail, sign] = [target.keep("NOTHING"), target.keep("NOTHING")];
  target.line(`FOLD(${word}, ${tail}, ${sign});`);
  return [tail, sign];
}

/** A program of folded words whose first input is the tail itself, which it makes of that input otherwise. */
function ofTails({ instructions, ...program }: Program): Program {
  const [constantHigh, constantLow] = bitsOfDouble(tailsWord);
  const isTail = ({ op, a, b }: Instruction): boolean => {
    const [word, constant] = [instructions[a], instructions[b]];
    return (
      op === "subtract" &&
      word!.op === "input" &&
      word!.index === 0 &&
      constant!.op === "constant" &&
      constant!.high === constantHigh &&
      constant!.low === constantLow
    );
  };
  return {
    ...program,
    instructions: instructions.map((instruction) =>
      isTail(instruction) ? { ...instruction, op: "input", a: -1, b: -1, index: 0 } : instruction,
    ),
  };
}

/** Turns the words of all lanes into data, one after the other. */
function lookUpText(
  plan: SimulationPlan,
  source: number,
  transform: Exclude<Transform, { kind: "program" }>,
  firstColumn: number,
  lanes: number,
): string {
  const { values, thresholds, rows } = tableAt(plan, source);
  const columns = transform.kind === "rows" ? transform.columns : 1;
  const find =
    transform.kind === "rows"
      ? `uint64_t row = (uint64_t)w * (uint64_t)${rows} >> 32;`
      : `uint64_t row = 0, last = (uint64_t)${rows} - 1;
while (row < last) {
uint64_t middle = (row + last) >> 1;
if ((double)w < DOUBLE(image + ${thresholds} + 8 * middle)) last = middle; else row = middle + 1;
}`;
  return `const char *image = k - ${headerAt("constants")};
for (int word = 0; word < 4; word++) for (int lane = 0; lane < LANES; lane++) {
uint32_t w = words[word * LANES + lane];
${find}
const char *from = image + ${values} + row * ${8 * columns};
char *at = to + word * ${plan.data * lanes * 8} + ${firstColumn * lanes * 8} + 8 * lane;
for (int column = 0; column < ${columns}; column++) *(double *)(at + column * ${8 * lanes}) = DOUBLE(from + 8 * column);
}`;
}

/** `NAMEshuffle(m, k, h, epoch, low, high)`: Fisher and Yates in each lane, exchanging the data themselves. */
export function shuffleText(plan: SimulationPlan, { lanes }: Shape): string {
  const rowBytes = plan.data * lanes * 8;
  return `static void NAMEshuffle(char *restrict m, const char *restrict k, const int64_t *restrict h, uint32_t epoch, uint64_t low, uint32_t high) {
const char *keys = k - ${headerAt("constants")} + ${headerAt("roundKeys")};
for (int lane = 0; lane < LANES; lane++) {
char *buffer = m + ${headerAt("image")} + 8 * lane;
uint32_t c[4], word = 0;
for (uint32_t last = (uint32_t)${headerAt("points")} - 1; last > 0; last--, word++) {
if ((word & 3) == 0) { c[0] = word >> 2; c[1] = epoch; c[2] = (uint32_t)(low + (uint64_t)lane); c[3] = high; philox(keys, c); }
uint64_t other = (uint64_t)c[word & 3] * ((uint64_t)last + 1) >> 32;
char *a = buffer + (uint64_t)last * ${rowBytes}, *b = buffer + other * ${rowBytes};
for (int column = 0; column < ${plan.data}; column++, a += ${8 * lanes}, b += ${8 * lanes}) {
double kept = *(double *)a; *(double *)a = *(double *)b; *(double *)b = kept;
}
}
}
}`;
}
