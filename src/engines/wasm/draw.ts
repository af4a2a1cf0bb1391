import { type Transform, wordHigh } from "../../compile/deviates.js";
import { multiplier0, multiplier1 } from "../../compile/philox.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { Addresses } from "./addresses.js";
import { type ConstantPool, FunctionText, get, loadPair, ProgramText } from "./text.js";

const signed = (word: number): number => word | 0;
const splat = (word: number): string => `(i32x4.splat (i32.const ${signed(word)}))`;
const xor = (a: string, b: string): string => `(v128.xor ${a} ${b})`;

/** Low and high words of the products `a · m` of four lanes. */
function multiplyWords(target: FunctionText, a: string, multiplier: string): { low: string; high: string } {
  const even = target.keep("v128", `(i64x2.extmul_low_i32x4_u ${a} ${multiplier})`);
  const odd = target.keep("v128", `(i64x2.extmul_high_i32x4_u ${a} ${multiplier})`);
  return {
    low: `(i32x4.mul ${a} ${multiplier})`,
    high: `(i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 ${get(even)} ${get(odd)})`,
  };
}

/** How many go abreast: quads of lanes through Philox, then pairs of lanes; and how many programs look addresses up early. */
export interface DrawShape {
  readonly quads: number;
  readonly pairs: number;
  readonly ahead: number;
}

const shape: DrawShape = { quads: 4, pairs: 2, ahead: 2 };

/** The part of four lanes' blocks that does not change from block to block. */
interface Quad {
  readonly x: string;
  readonly y: string;
  readonly z: string;
}

/**
 * Philox for four trials at a time. The first two rounds multiply either what only the trial decides (done
 * once) or what only the block decides (done in scalars, for all lanes). The function has the parameters
 * `$trialLow`, `$trialHigh`, `$index` (of the block) and `$to` (where its data go).
 */
export class DrawText {
  private readonly target: FunctionText;
  private readonly plan: SimulationPlan;
  private readonly addresses: Addresses;
  private readonly pool: ConstantPool;
  private readonly shape: DrawShape;
  private readonly m0: string;
  private readonly m1: string;
  private readonly quads: readonly Quad[];
  private readonly highKey: string;

  constructor(
    target: FunctionText,
    plan: SimulationPlan,
    addresses: Addresses,
    pool: ConstantPool,
    shape: DrawShape,
  ) {
    this.target = target;
    this.plan = plan;
    this.addresses = addresses;
    this.pool = pool;
    this.shape = shape;
    this.m0 = target.keep("v128", splat(multiplier0));
    this.m1 = target.keep("v128", splat(multiplier1));
    const roundKey = (round: number, half: number) => loadPair(addresses.roundKeys + 32 * round + 16 * half);
    this.quads = Array.from({ length: addresses.lanes / 4 }, (_, quad): Quad => {
      const trial = target.keep(
        "v128",
        `(i32x4.add (i32x4.splat (local.get $trialLow)) (v128.const i32x4 ${[0, 1, 2, 3].map((lane) => 4 * quad + lane).join(" ")}))`,
      );
      const first = multiplyWords(target, get(trial), get(this.m1));
      const c0 = target.keep("v128", xor(first.high, roundKey(0, 0)));
      const x = target.keep("v128", xor(first.low, roundKey(1, 0)));
      const second = multiplyWords(target, get(c0), get(this.m0));
      const y = target.keep("v128", xor(second.high, roundKey(1, 1)));
      return { x, y, z: target.keep("v128", second.low) };
    });
    this.highKey = target.keep(
      "i32",
      `(i32.xor (local.get $trialHigh) (i32.load offset=${addresses.roundKeys + 16} (i32.const 0)))`,
    );
  }

  /** The data of four points. */
  emitBlock(): void {
    const { lanes } = this.addresses;
    const target = this.target;
    this.plan.sources.forEach(({ transform, firstColumn }, source) => {
      const start = startBlock(target, this.highKey, `(i32.add (local.get $index) (i32.const ${source}))`);
      for (let first = 0; first < this.quads.length; first += this.shape.quads) {
        const some = this.quads.slice(first, first + this.shape.quads);
        const words = finishBlock(target, this.addresses, some, start, this.m0, this.m1);
        this.emitTransform(transform, firstColumn, first, words);
      }
      if (transform.kind !== "program") {
        const to = `(i32.add (local.get $to) (i32.const ${firstColumn * lanes * 8}))`;
        target.line(`(call $lookUp${source} ${to})`);
      }
    });
  }

  private emitTransform(
    transform: Transform,
    firstColumn: number,
    firstQuad: number,
    words: readonly (readonly string[])[],
  ): void {
    const { lanes } = this.addresses;
    const target = this.target;
    const rowBytes = this.plan.data * lanes * 8;
    if (transform.kind !== "program") {
      words.forEach((quads, word) => {
        quads.forEach((quad, index) => {
          target.line(
            `(v128.store offset=${this.addresses.words + 4 * lanes * word + 16 * (firstQuad + index)} (i32.const 0) ${get(quad)})`,
          );
        });
      });
      return;
    }
    const above = loadPair(this.pool.address(wordHigh, wordHigh));
    const signBit = loadPair(this.pool.address(0x80000000, 0x80000000));
    const nothing = "(v128.const i64x2 0 0)";
    const waiting: (() => void)[] = [];
    words.forEach((quads, word) => {
      const vectors = 2 * quads.length;
      const abreast = Math.min(this.shape.pairs, vectors);
      for (let first = 0; first < vectors; first += abreast) {
        const some = quads.slice(first >> 1, (first + abreast + 1) >> 1);
        const low = transform.folded ? some.map((quad) => folded(target, quad)) : some;
        const signs = transform.folded ? some.map((quad) => signOf(target, quad, signBit)) : [];
        const program = new ProgramText(target, transform.program, this.pool, abreast, (input, vector) =>
          input === 0
            ? widen(get(low[vector >> 1]!), above, vector)
            : widen(nothing, get(signs[vector >> 1]!), vector),
        );
        program.emitAddresses(() => true);
        waiting.push(() => {
          program.emit(() => true);
          for (let vector = 0; vector < abreast; vector++) {
            const offset = word * rowBytes + firstColumn * lanes * 8 + 16 * (2 * firstQuad + first + vector);
            target.line(`(v128.store offset=${offset} (local.get $to) ${program.output(0, vector)})`);
          }
        });
        if (waiting.length > this.shape.ahead) {
          waiting.shift()!();
        }
      }
    });
    for (const emit of waiting) {
      emit();
    }
  }
}

/** `draw(firstIndex, blocks, to, trialLow, trialHigh)`: the data of neighbouring blocks of points. */
export function drawFunction(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string {
  const target = new FunctionText();
  const draw = new DrawText(target, plan, addresses, pool, shape);
  const blockBytes = 4 * plan.data * addresses.lanes * 8;
  target.repeat("$blocks", () => {
    draw.emitBlock();
    target.set("$index", `(i32.add (local.get $index) (i32.const ${plan.sources.length}))`);
    target.set("$to", `(i32.add (local.get $to) (i32.const ${blockBytes}))`);
  });
  return target.text(
    `$draw (export "draw") (param $index i32) (param $blocks i32) (param $to i32) (param $trialLow i32) (param $trialHigh i32)`,
  );
}

/** What the first two rounds make of a block's index alone, in all lanes. */
interface BlockStart {
  readonly low0: string;
  readonly high1: string;
  readonly low1: string;
}

function startBlock(target: FunctionText, highKey: string, index: string): BlockStart {
  const unsigned = (text: string) => `(i64.extend_i32_u ${text})`;
  const highWord = (text: string) => `(i32.wrap_i64 (i64.shr_u ${text} (i64.const 32)))`;
  const p0 = target.keep("i64", `(i64.mul ${unsigned(index)} (i64.const ${multiplier0}))`);
  const q1 = target.keep(
    "i64",
    `(i64.mul ${unsigned(`(i32.xor ${highWord(get(p0))} ${get(highKey)})`)} (i64.const ${multiplier1}))`,
  );
  return {
    low0: target.keep("v128", `(i32x4.splat (i32.wrap_i64 ${get(p0)}))`),
    high1: target.keep("v128", `(i32x4.splat ${highWord(get(q1))})`),
    low1: target.keep("v128", `(i32x4.splat (i32.wrap_i64 ${get(q1)}))`),
  };
}

/** The other eight rounds: four words for each quad of lanes, `words[word][quad]`. */
function finishBlock(
  target: FunctionText,
  addresses: Addresses,
  quads: readonly Quad[],
  { low0, high1, low1 }: BlockStart,
  m0: string,
  m1: string,
): string[][] {
  const roundKey = (round: number, half: number) => loadPair(addresses.roundKeys + 32 * round + 16 * half);
  let states = quads.map(({ x, y, z }) => [
    target.keep("v128", xor(get(high1), get(x))),
    low1,
    target.keep("v128", xor(get(low0), get(y))),
    z,
  ]);
  for (let round = 2; round < 10; round++) {
    const key0 = target.keep("v128", roundKey(round, 0));
    const key1 = target.keep("v128", roundKey(round, 1));
    states = states.map(([c0, c1, c2, c3]) => {
      const first = multiplyWords(target, get(c0!), get(m0));
      const second = multiplyWords(target, get(c2!), get(m1));
      return [
        target.keep("v128", xor(second.high, xor(get(c1!), get(key0)))),
        target.keep("v128", second.low),
        target.keep("v128", xor(first.high, xor(get(c3!), get(key1)))),
        target.keep("v128", first.low),
      ];
    });
  }
  return [0, 1, 2, 3].map((word) => states.map((state) => state[word]!));
}

/** Two of four low halves and their high halves as a pair of lanes. */
function widen(low: string, high: string, vector: number): string {
  const order =
    vector % 2 === 0
      ? "0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23"
      : "8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31";
  return `(i8x16.shuffle ${order} ${low} ${high})`;
}

/** Words counted from the nearer end of all words. */
function folded(target: FunctionText, quad: string): string {
  return target.keep("v128", xor(get(quad), `(i32x4.shr_s ${get(quad)} (i32.const 31))`));
}

/** The sign bit of those in the lower half. */
function signOf(target: FunctionText, quad: string, signBit: string): string {
  return target.keep("v128", `(v128.andnot ${signBit} ${get(quad)})`);
}

/** For each source that looks its data up: a function that turns the stored words into data. */
export function lookUpFunctions(plan: SimulationPlan, addresses: Addresses): string[] {
  return plan.sources.flatMap(({ transform }, source) => {
    if (transform.kind === "program") {
      return [];
    }
    const table = addresses.tables[source]!;
    const head = `(func $lookUp${source} (param $to i32)
      (local $word i32) (local $lane i32) (local $w i32) (local $row i32) (local $high i32) (local $from i32) (local $column i32)`;
    const find =
      transform.kind === "rows"
        ? `(local.set $row (i32.wrap_i64 (i64.shr_u (i64.mul (i64.extend_i32_u (local.get $w)) (i64.const ${transform.values.length / transform.columns})) (i64.const 32))))`
        : `(local.set $row (i32.const 0)) (local.set $high (i32.const ${transform.values.length - 1}))
      (block $found (loop $halve
        (br_if $found (i32.ge_u (local.get $row) (local.get $high)))
        (local.set $from (i32.shr_u (i32.add (local.get $row) (local.get $high)) (i32.const 1)))
        (if (f64.lt (f64.convert_i32_u (local.get $w)) (f64.load offset=${table.thresholds} (i32.shl (local.get $from) (i32.const 3))))
          (then (local.set $high (local.get $from)))
          (else (local.set $row (i32.add (local.get $from) (i32.const 1)))))
        (br $halve)))`;
    return [
      `${head}
      (loop $words
        (local.set $lane (i32.const 0))
        (loop $lanes
          (local.set $w (i32.load offset=${addresses.words} (i32.add (i32.mul (local.get $word) (i32.const ${4 * addresses.lanes})) (i32.shl (local.get $lane) (i32.const 2)))))
          ${find}
          (local.set $from (i32.mul (local.get $row) (i32.const ${8 * table.columns})))
          (local.set $column (i32.const 0))
          (loop $columns
            (f64.store (i32.add (local.get $to) (i32.add (i32.shl (local.get $lane) (i32.const 3)) (i32.mul (local.get $column) (i32.const ${8 * addresses.lanes}))))
              (f64.load offset=${table.values} (local.get $from)))
            (local.set $from (i32.add (local.get $from) (i32.const 8)))
            (br_if $columns (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 1))) (i32.const ${table.columns}))))
          (br_if $lanes (i32.lt_u (local.tee $lane (i32.add (local.get $lane) (i32.const 1))) (i32.const ${addresses.lanes}))))
        (local.set $to (i32.add (local.get $to) (i32.const ${plan.data * addresses.lanes * 8})))
        (br_if $words (i32.lt_u (local.tee $word (i32.add (local.get $word) (i32.const 1))) (i32.const 4)))))`,
    ];
  });
}

/**
 * `shuffle(epoch, points, buffer, lane, trialLow, trialHigh)`: Fisher and Yates in one lane, exchanging
 * the data themselves. `buffer` is the address of the lane's first datum.
 */
export function shuffleFunction(plan: SimulationPlan, addresses: Addresses): string {
  const stride = addresses.lanes * 8;
  const rowBytes = plan.data * stride;
  const round = `
      (local.set $p (i64.mul (i64.extend_i32_u (local.get $c0)) (i64.const ${multiplier0})))
      (local.set $q (i64.mul (i64.extend_i32_u (local.get $c2)) (i64.const ${multiplier1})))
      (local.set $c0 (i32.xor (i32.wrap_i64 (i64.shr_u (local.get $q) (i64.const 32))) (i32.xor (local.get $c1) (i32.load offset=${addresses.roundKeys} (local.get $key)))))
      (local.set $c1 (i32.wrap_i64 (local.get $q)))
      (local.set $c2 (i32.xor (i32.wrap_i64 (i64.shr_u (local.get $p) (i64.const 32))) (i32.xor (local.get $c3) (i32.load offset=${addresses.roundKeys + 16} (local.get $key)))))
      (local.set $c3 (i32.wrap_i64 (local.get $p)))`;
  return `(func $shuffle (export "shuffle") (param $epoch i32) (param $points i32) (param $buffer i32) (param $trialLow i32) (param $trialHigh i32)
    (local $c0 i32) (local $c1 i32) (local $c2 i32) (local $c3 i32) (local $key i32) (local $p i64) (local $q i64)
    (local $last i32) (local $word i32) (local $a i32) (local $b i32) (local $column i32) (local $kept f64)
    (local.set $last (i32.sub (local.get $points) (i32.const 1)))
    (block $done (loop $each
      (br_if $done (i32.eqz (local.get $last)))
      (if (i32.eqz (i32.and (local.get $word) (i32.const 3))) (then
        (local.set $c0 (i32.shr_u (local.get $word) (i32.const 2)))
        (local.set $c1 (local.get $epoch))
        (local.set $c2 (local.get $trialLow))
        (local.set $c3 (local.get $trialHigh))
        (local.set $key (i32.const 0))
        (loop $rounds ${round}
          (br_if $rounds (i32.lt_u (local.tee $key (i32.add (local.get $key) (i32.const 32))) (i32.const 320))))
        (i32.store offset=${addresses.words} (i32.const 0) (local.get $c0))
        (i32.store offset=${addresses.words + 4} (i32.const 0) (local.get $c1))
        (i32.store offset=${addresses.words + 8} (i32.const 0) (local.get $c2))
        (i32.store offset=${addresses.words + 12} (i32.const 0) (local.get $c3))))
      (local.set $b (i32.wrap_i64 (i64.shr_u (i64.mul
        (i64.extend_i32_u (i32.load offset=${addresses.words} (i32.shl (i32.and (local.get $word) (i32.const 3)) (i32.const 2))))
        (i64.extend_i32_u (i32.add (local.get $last) (i32.const 1)))) (i64.const 32))))
      (local.set $a (i32.add (local.get $buffer) (i32.mul (local.get $last) (i32.const ${rowBytes}))))
      (local.set $b (i32.add (local.get $buffer) (i32.mul (local.get $b) (i32.const ${rowBytes}))))
      (local.set $column (i32.const ${plan.data}))
      (block $swapped (loop $columns
        (br_if $swapped (i32.eqz (local.get $column)))
        (local.set $kept (f64.load (local.get $a)))
        (f64.store (local.get $a) (f64.load (local.get $b)))
        (f64.store (local.get $b) (local.get $kept))
        (local.set $a (i32.add (local.get $a) (i32.const ${stride})))
        (local.set $b (i32.add (local.get $b) (i32.const ${stride})))
        (local.set $column (i32.sub (local.get $column) (i32.const 1)))
        (br $columns)))
      (local.set $word (i32.add (local.get $word) (i32.const 1)))
      (local.set $last (i32.sub (local.get $last) (i32.const 1)))
      (br $each))))`;
}
