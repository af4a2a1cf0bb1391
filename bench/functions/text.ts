/** Our functions over arrays in C: in double precision by the text of compiled programs, in single precision by that of a loop's body. */
import { elementary } from "../../src/compile/elementary.js";
import { fuseProducts } from "../../src/compile/fused.js";
import { finishProgram, ProgramBuilder } from "../../src/compile/program.js";
import { bodyText } from "../../src/engines/native/loops/body-text.js";
import { singleText as singlesText } from "../../src/engines/native/loops/single-text.js";
import type { VectorWidth } from "../../src/engines/native/machine-text.js";
import { machineText } from "../../src/engines/native/machine-text.js";
import { ProgramText, RangeWatch, Statements } from "../../src/engines/native/program-text.js";
import { ConstantPool } from "../../src/engines/wasm/text.js";
import type { ElementaryFunction } from "../../src/landscape/index.js";
import { Body, entrywise } from "../../src/loops/index.js";

/** Vectors abreast, so that none waits for another. */
const abreast = 2;

/** Functions in C, `ours_NAME_double(in, out, count)`; counts are multiples of all vectors abreast. */
export function doubleText(names: readonly ElementaryFunction[], width: VectorWidth): string {
  const pool = new ConstantPool(0);
  const functions = names.map((name) => {
    const builder = new ProgramBuilder();
    const program = fuseProducts(finishProgram(builder, [elementary[name](builder, builder.input(0))], 1));
    const body = new Statements();
    const watch = new RangeWatch(body);
    const at = (vector: number) => `AT(in + i + ${vector * width})`;
    const text = new ProgramText(body, program, pool, abreast, (_, vector) => at(vector), watch);
    text.emit();
    const outputs = Array.from(
      { length: abreast },
      (_, vector) => `AT(out + i + ${vector * width}) = ${text.output(0, vector)};`,
    );
    return `int ours_${name}_double(const double *in, double *out, long count) {
const char *k = (const char *)constants;
${watch.declarations}
for (long i = 0; i < count; i += ${abreast * width}) {
${body.text}
${outputs.join("\n")}
}
return ${watch.result ?? "0"};
}`;
  });
  const constants = `static const uint32_t constants[] __attribute__((aligned(64))) = {${pool.words.join(", ")}, 0};`;
  return [machineText(width), constants, ...functions].join("\n");
}

/** The same in single precision; a vector has twice as many lanes. */
export function singleText(names: readonly ElementaryFunction[], width: VectorWidth): string {
  const lanes = 2 * width;
  const functions = names.map((name) => {
    const body = new Body();
    const result = entrywise(body, name, body.load(0));
    const parts = Array.from({ length: abreast }, (_, vector) => {
      const load = `*(const F *)(in + i + ${vector * lanes})`;
      const { statements, values } = bodyText(body.instructions, [load]);
      return `{ ${statements.join("\n")}\n*(F *)(out + i + ${vector * lanes}) = ${values[result]}; }`;
    });
    return `int ours_${name}_single(const float *restrict in, float *restrict out, long count) {
for (long i = 0; i < count; i += ${abreast * lanes}) {
${parts.join("\n")}
}
return 0;
}`;
  });
  return [machineText(width), singlesText(width, true), ...functions].join("\n");
}
