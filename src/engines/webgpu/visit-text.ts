import type { SimulationPlan } from "../../simulate/plan.js";

/** Larger programs are written once, in a loop over a block's points, instead of four times. */
const largestUnrolled = 120;

/** About how many operations a datum is made with, where code must not grow. */
const datumSize = 15;

export const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A point's words, and a call with its data; `k` is the place in the block, a number or a variable. */
function visit(name: string, sources: number, data: readonly string[], k: string): string {
  const words = range(sources).map((source) => `let word_${source} = words_${source}[${k}];`);
  return `{ ${words.join(" ")} ${name}(${data.join(", ")}); }`;
}

/** The words of block `block` of each source. */
export function blockWords(sources: number): string[] {
  return range(sources).map(
    (source) => `let words_${source} = philox(block * ${sources}u + ${source}u, 0u, trial_low, trial_high);`,
  );
}

/** Calls `name` with the data of a block's points. */
export function visitBlock(
  name: string,
  plan: SimulationPlan,
  sources: number,
  data: readonly string[],
  size: number,
): string {
  const whole = plan.points % 4 === 0;
  const inside = (k: string) => (whole ? "" : `if (4u * block + ${k} < ${plan.points}u) `);
  const drawn = data.length * datumSize;
  const calls =
    size + drawn <= largestUnrolled
      ? range(4).map((k) => `${inside(`${k}u`)}${visit(name, sources, data, `${k}`)}`)
      : [
          `for (var k = 0u; k < 4u + parameters.zero; k++) { ${inside("k")}${visit(name, sources, data, "k")} }`,
        ];
  return [...blockWords(sources), ...calls].map((line) => `      ${line}`).join("\n");
}
