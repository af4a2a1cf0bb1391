import { type Transform, wordHigh } from "../compile/deviates.js";
import { Interpreter } from "../compile/interpreter.js";
import { keyOfSeed, multiplyHigh, philoxBlock, roundKeys } from "../compile/philox.js";
import { dataDomain } from "../compile/streams.js";
import type { SimulationPlan } from "./simulation-plan.js";

/**
 * The training data of neighbouring trials, one a lane, drawn and shuffled as docs/streams.md says, in plain JavaScript
 * and double precision; or other data that are drawn likewise, from counters of their own.
 */
export class TrainingData {
  readonly lanes: number;
  private readonly plan: Pick<SimulationPlan, "sources" | "data" | "points">;
  private readonly keys: Uint32Array;
  private readonly transforms: readonly (Interpreter | undefined)[];
  /** The datum `d` of the point at place `n` in lane `i` is at `(n · data + d) · lanes + i`. */
  private readonly buffer: Float64Array;
  private readonly block = new Uint32Array(4);
  private words = { low: 0, high: 0 };
  private readonly drawn: readonly Float64Array[];

  /**
   * @param places how many points are kept, a multiple of four; all of them when they are to be shuffled.
   * @param domain the second word of the counters.
   */
  constructor(
    plan: Pick<SimulationPlan, "sources" | "data" | "points">,
    readonly seed: bigint | number,
    lanes: number,
    places: number,
    readonly domain = dataDomain,
  ) {
    this.lanes = lanes;
    this.plan = plan;
    this.keys = roundKeys(keyOfSeed(seed));
    this.transforms = plan.sources.map(({ transform }) =>
      transform.kind === "program" ? new Interpreter(transform.program, lanes) : undefined,
    );
    this.drawn = [0, 1, 2, 3].map(() => new Float64Array(lanes));
    this.buffer = new Float64Array(places * plan.data * lanes);
  }

  /** Sets the lanes to the trials from `high · 2^32 + low`. */
  begin(low: number, high: number): void {
    this.words = { low, high };
  }

  /** The words of the first lane's trial. */
  get first(): { readonly low: number; readonly high: number } {
    return this.words;
  }

  /** Draws the data of points `4·firstBlock …` into the places from `place` on, four a block. */
  draw(firstBlock: number, blocks: number, place: number): void {
    const { sources } = this.plan;
    const { drawn: words } = this;
    for (let block = 0; block < blocks; block++) {
      sources.forEach(({ transform, firstColumn }, source) => {
        this.drawWords((firstBlock + block) * sources.length + source, words);
        this.transform(transform, this.transforms[source], words, place + 4 * block, firstColumn);
      });
    }
  }

  /** The four words of a block for every lane, as numbers. */
  private drawWords(index: number, words: readonly Float64Array[]): void {
    for (let lane = 0; lane < this.lanes; lane++) {
      philoxBlock(this.keys, index, this.domain, this.words.low + lane, this.words.high, this.block);
      for (let word = 0; word < 4; word++) {
        words[word]![lane] = this.block[word]!;
      }
    }
  }

  private transform(
    transform: Transform,
    interpreter: Interpreter | undefined,
    words: readonly Float64Array[],
    place: number,
    column: number,
  ): void {
    for (let word = 0; word < 4; word++) {
      if (interpreter === undefined || transform.kind !== "program") {
        this.lookUp(transform as LookUp, words[word]!, (place + word) * this.plan.data + column);
        continue;
      }
      const [datum, sign] = [0, 1].map((input) => interpreter.input(input));
      if (datum !== undefined) {
        setWords(datum, words[word]!, transform.folded);
      }
      if (sign !== undefined) {
        setSigns(sign, words[word]!);
      }
      interpreter.run();
      this.values(place + word, column).set(interpreter.output(0));
    }
  }

  /** @param to the first of the columns that it has, of all places. */
  private lookUp(transform: LookUp, words: Float64Array, to: number): void {
    const { lanes, buffer } = this;
    const { values } = transform;
    const columns = transform.kind === "rows" ? transform.columns : 1;
    for (let lane = 0; lane < lanes; lane++) {
      const first =
        transform.kind === "rows"
          ? multiplyHigh(words[lane]!, values.length / columns) * columns
          : transform.thresholds.findIndex((threshold) => words[lane]! < threshold);
      for (let offset = 0; offset < columns; offset++) {
        buffer[(to + offset) * lanes + lane] = values[first + offset]!;
      }
    }
  }

  /** A datum of the point at a place, in every lane; a view, valid until the place is drawn anew or shuffled. */
  values(place: number, column: number): Float64Array {
    const at = (place * this.plan.data + column) * this.lanes;
    return this.buffer.subarray(at, at + this.lanes);
  }

  /** Shuffles the points as before the given epoch (1, 2, …); all are kept. */
  shuffle(epoch: number): void {
    const { data, points } = this.plan;
    const { lanes } = this;
    const buffer = this.buffer;
    for (let lane = 0; lane < lanes; lane++) {
      for (let last = points - 1; last > 0; last--) {
        const word = points - 1 - last;
        if (word % 4 === 0) {
          philoxBlock(this.keys, word / 4, epoch, this.words.low + lane, this.words.high, this.block);
        }
        const other = multiplyHigh(this.block[word % 4]!, last + 1);
        for (let column = 0; column < data; column++) {
          const a = (last * data + column) * lanes + lane;
          const b = (other * data + column) * lanes + lane;
          const kept = buffer[a]!;
          buffer[a] = buffer[b]!;
          buffer[b] = kept;
        }
      }
    }
  }
}

/** Words in the low halves of lanes; folded ones are counted from the nearer end. */
function setWords(lanes: Float64Array, words: Float64Array, folded: boolean): void {
  const bits = new Uint32Array(lanes.buffer);
  for (let lane = 0; lane < words.length; lane++) {
    const word = words[lane]!;
    bits[2 * lane] = folded && word >= 2 ** 31 ? ~word : word;
    bits[2 * lane + 1] = wordHigh;
  }
}

/** The sign of the deviate that a word stands for. */
function setSigns(lanes: Float64Array, words: Float64Array): void {
  for (let lane = 0; lane < words.length; lane++) {
    lanes[lane] = words[lane]! < 2 ** 31 ? -0 : 0;
  }
}

type LookUp = Exclude<Transform, { kind: "program" }>;
