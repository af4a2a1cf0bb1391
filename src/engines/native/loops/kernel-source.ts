import { testDomain } from "../../../compile/streams.js";
import { type Arithmetic, combined, type Quantity } from "../../../observables/index.js";
import { type Column, isMeasured, isPaired, mayOverflow, placesIn } from "../../../simulate/column.js";
import type { SimulationPlan } from "../../../simulate/plan.js";
import { TensorKernel, type TensorPlan } from "../../../simulate/tensors/index.js";
import { addressesOf } from "../../wasm/addresses.js";
import { fillMemory } from "../../wasm/fill.js";
import { ConstantPool } from "../../wasm/text.js";
import { drawText, shuffleText } from "../draw-text.js";
import { headerAt, headerOf } from "../header.js";
import type { KernelSource } from "../kernel-source.js";
import type { VectorWidth } from "../machine-text.js";
import { SharedData } from "./data.js";
import { doubleLiteral, type FramedTensor, RecordedLanes } from "./recorded-lanes.js";

/** Trials side by side in a kernel of tensors: as many numbers of single precision as a vector has. */
export const lanesOfTensors = (width: VectorWidth): number => 2 * width;

/**
 * Bytes that each thread has behind its training data: the frame of tensors, numbers of each lane, test points, and three words: the first trial, in
 * two of them, and whether what trials have in common is there.
 */
interface Frame {
  readonly numbers: number;
  readonly tests: number;
  readonly bytes: number;
}

/**
 * The kernel of a plan on a landscape of tensors in C: what `TensorKernel` does, written down.
 * @param index of the kernel among those of its program.
 * @throws RangeError where it does what is not written.
 */
export function tensorKernelSource(
  plan: TensorPlan,
  width: VectorWidth,
  index: number,
  seed: bigint,
): KernelSource {
  const lanes = lanesOfTensors(width);
  const name = `k${index}_`;
  const data = new SharedData();
  const recorded = new RecordedLanes(plan, data, name, width === 8 ? 32 : 16, 4 * lanes);
  const kernel = new TensorKernel(plan, seed, recorded);
  const passes = recorded.functions();
  const common = recorded.taken();
  kernel.begin(0, 0);
  const begin = recorded.taken();
  kernel.descend(0, 1, 0, 0);
  const descend = recorded.taken();
  if (plan.epochs > 1) {
    kernel.descend(0, 1, 1, 0);
  }
  const later = recorded.taken();
  kernel.find(() => false);
  const find = recorded.taken();
  const drawn = asDrawn(plan);
  const addresses = addressesOf(drawn, lanes);
  const pool = new ConstantPool(0);
  const shape = { lanes, width, drawn: Math.min(4, lanes / width), descended: 1 };
  const draw = [
    ...(plan.data > 0 ? [drawText(drawn, shape, pool)] : []),
    ...(plan.reshuffled ? [shuffleText(drawn, shape)] : []),
  ]
    .join("\n")
    .replaceAll(/\bNAME(?=[a-z])/g, name);
  const vectorBytes = 4 * lanes;
  const { numbers, vectors } = recorded.size;
  const frame: Frame = {
    numbers: vectors * vectorBytes,
    tests: vectors * vectorBytes + numbers * lanes * 8,
    bytes: vectors * vectorBytes + numbers * lanes * 8 + 4 * plan.data * lanes * 8 + 64,
  };
  const measured = new Columns(plan.columns, (quantity) => termsText(kernel, recorded, quantity));
  const weights = kernel.weightTensors;
  const function_ = (head: string, body: string) => `static ${head} {
char *frame = m + ${headerAt("frame")};
F *f = (F *)frame;
double *n = (double *)(frame + ${frame.numbers}), *tests = (double *)(frame + ${frame.tests});
const char *shared = k - ${headerAt("constants")} + ${headerAt("image")};
uint64_t *first = (uint64_t *)(frame + ${frame.bytes - 64});
(void)f; (void)n; (void)tests; (void)shared; (void)first;
${body}
}`;
  const arguments_ = "char *restrict m, const char *restrict k, const int64_t *restrict h";
  const descending = (which: string, body: string) =>
    function_(
      `int ${name}${which}(${arguments_}, const char *data, int64_t lane, int64_t batches, const char *row, int64_t epoch, int64_t firstBatch)`,
      `(void)lane; (void)row;
const double *drawn = (const double *)data;
for (int64_t batch = 0; batch < batches; batch++) {
const int64_t update = epoch * ${headerAt("batchesPerEpoch")} + firstBatch + batch;
(void)update;
${body}
drawn += ${plan.batch * plan.data} * LANES;
}
return 0;`,
    );
  const text = [
    `#define ${name}CONSTANTS ${data.constantBytes}`,
    draw,
    passes,
    function_(
      `void ${name}begin(${arguments_}, uint64_t low, uint32_t high)`,
      `first[0] = low; first[1] = high;
if (!first[2]) {
f[0] = (F){0};
${common}
first[2] = 1;
}
${begin}`,
    ),
    descending("descend", descend),
    ...(plan.epochs > 1 ? [descending("later", later)] : []),
    function_(
      `int ${name}measure(${arguments_}, int64_t lane, int64_t slot)`,
      `if (lane) return 0;
int bad = 0;
const int64_t update = 0;
const double *drawn = (const double *)(m + ${headerAt("image")});
(void)update; (void)drawn;
${testing(plan)}
${find}
F spread = {0};
${weights.map(({ place, length }) => `spread = spread + spread32(f + ${place}, ${length});`).join("\n")}
double *to = (double *)(m + ${headerAt("results")}) + slot;
for (int l = 0; l < L; l++) {
double mark = (double)((const float *)&spread)[l];
${measured.text(plan.measures.train ? termsText(kernel, recorded, { kind: "training_loss" }) : undefined)}
to[(int64_t)${plan.columns.length} * COLUMN + l] = mark - mark == 0 ? 0.0 : NAN_;
}
return bad;`,
    ),
    `static const int ${name}checks[] = {${plan.columns.map(() => 0).join(", ")}};`,
    `static const int ${name}centers[] = {${plan.columns.map(({ center }) => pool.address(...bitsOf(center))).join(", ")}};`,
    `static const struct kernel ${name}kernel = {${[
      plan.data > 0 ? `${name}draw` : "0",
      plan.reshuffled ? `${name}shuffle` : "0",
      `${name}begin`,
      `${name}descend`,
      plan.epochs > 1 ? `${name}later` : "0",
      `${name}measure`,
      plan.stored ? 1 : 0,
      0,
      plan.columns.length,
      plan.data,
      plan.sources.length,
      0,
      lanes,
      0,
      `${name}checks`,
      `${name}centers`,
    ].join(", ")}};`,
  ].join("\n");
  const buffer = Math.ceil((addresses.constants + pool.end) / 64) * 64;
  const image = new ArrayBuffer(buffer);
  fillMemory(image, addresses, pool.words, drawn, seed);
  return {
    text,
    header: headerOf(drawn, addresses, buffer, 0, frame.bytes),
    image: new Uint8Array(image),
    shared: data.bytes(),
  };
}

function bitsOf(value: number): [number, number] {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return [words[1]!, words[0]!];
}

/** What of a plan the functions of draws and of memory need. */
function asDrawn(plan: TensorPlan): SimulationPlan {
  const nothing = { instructions: [], outputs: [], inputs: [] };
  return {
    ...plan,
    kind: undefined,
    weights: 0,
    states: [],
    sampled: [],
    // A batch of a large landscape takes about as long as so many instructions.
    descent: { ...nothing, instructions: { length: plan.visitOperations } },
  } as unknown as SimulationPlan;
}

/** How the test points of the trials are drawn. */
function testing(plan: TensorPlan): string {
  return plan.test !== undefined && "points" in plan.test
    ? `struct trials test;
begin_trials_of(&test, k - ${headerAt("constants")} + ${headerAt("roundKeys")}, first[0], (uint32_t)first[1] | 0x80000000u, ${testDomain}u);`
    : "";
}

/** C of what a quantity is in lane `l`. */
function termsText(kernel: TensorKernel<FramedTensor>, recorded: RecordedLanes, quantity: Quantity): string {
  const terms = kernel.termsOf(quantity).map(({ factor, of }) => {
    const single = (place: number) => `(double)((const float *)(f + ${place}))[l]`;
    const found =
      of.kind === "numbers"
        ? `${recorded.placeOf(of.numbers)}[l]`
        : of.kind === "moved"
          ? single(of.weight.weight!.moved + of.entry)
          : single(of.tensor.place + of.entry);
    return factor === 1 ? found : `${doubleLiteral(factor)} * ${found}`;
  });
  return terms.length === 0 ? "0.0" : terms.reduce((sum, term) => `(${sum} + ${term})`);
}

/** Writes what the columns of a trial are. */
class Columns {
  constructor(
    private readonly columns: readonly Column[],
    private readonly found: (quantity: Quantity) => string,
  ) {}

  /** @param train C of the mean training loss, without which no trial is finite; absent where none is found. */
  text(train: string | undefined): string {
    const arithmetic: Arithmetic<string> = {
      scaled: (factor, value) => `(${doubleLiteral(factor)} * ${value})`,
      negated: (value) => `(-${value})`,
      sum: (one, other) => `(${one} + ${other})`,
      difference: (one, other) => `(${one} - ${other})`,
    };
    const factors = new Set(this.columns.flatMap((column) => (isMeasured(column) ? [] : placesIn(column))));
    const lines = train === undefined ? [] : [`mark += ${train} * 0.0;`];
    this.columns.forEach((column, index) => {
      if (isMeasured(column)) {
        lines.push(`const double c${index} = ${combined(column.combination, this.found, arithmetic)};`);
        lines.push(`const double d${index} = c${index} - ${doubleLiteral(column.center)};`);
        if (!mayOverflow(column)) {
          lines.push(`mark += d${index} * 0.0;`);
        }
        if (!factors.has(index)) {
          lines.push(`(void)d${index};`);
        }
      } else {
        const product = ([one, other]: readonly [number, number]) => `d${one} * d${other}`;
        const added = isPaired(column) && column.added !== undefined ? [`d${column.added}`] : [];
        const value = isPaired(column)
          ? [...column.pairs.map(product), ...added].reduce((sum, one) => `(${sum} + ${one})`, "0.0")
          : product(column.product);
        lines.push(`const double c${index} = ${value}, d${index} = c${index}; (void)d${index};`);
      }
      lines.push(`to[(int64_t)${index} * COLUMN + l] = c${index};`);
    });
    return lines.join("\n");
  }
}
