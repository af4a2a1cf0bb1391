/** The text of programs in C: every instruction once for each vector, after what it reads, and vectors in an order that leaves room in registers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../../../src/compile/program.js";
import { ProgramText, RangeWatch, Statements } from "../../../src/engines/native/program-text.js";
import { ConstantPool } from "../../../src/engines/wasm/text.js";

const vectors = 4;

interface Line {
  readonly name: string;
  readonly reads: readonly string[];
}

/** The lines of a program's text. */
function linesOf(program: Program): readonly Line[] {
  const target = new Statements();
  const text = new ProgramText(
    target,
    program,
    new ConstantPool(0),
    vectors,
    (index, vector) => `in${index}_${vector}`,
    new RangeWatch(target),
  );
  text.emit();
  return target.text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({
      name: /^V (v\d+) = /.exec(line)![1]!,
      reads: [...line.split(" = ")[1]!.matchAll(/\b(v\d+|in\d+_\d+)\b/g)].map(([name]) => name),
    }));
}

/** Of each line the vector that it is of, by the inputs that it has read, itself or what it reads. */
function vectorsOf(lines: readonly Line[]): readonly number[] {
  const known = new Map<string, number>();
  return lines.map(({ name, reads }) => {
    const found = new Set(
      reads.map((read) => (read.startsWith("in") ? Number(read.split("_")[1]) : known.get(read)!)),
    );
    expect(found.size, "vectors that a line reads").toBe(1);
    const [vector] = found;
    expect(vector, "the vector of what was written before").toBeTypeOf("number");
    known.set(name, vector!);
    return vector!;
  });
}

/** How often the vector changes from one line to the next. */
const changesIn = (of: readonly number[]): number =>
  of.filter((vector, line) => line > 0 && vector !== of[line - 1]).length;

/** A program of sums of two earlier values each, which steps back say. */
function programOf(backs: readonly (readonly [number, number])[]): Program {
  const builder = new ProgramBuilder();
  const values: Value[] = [builder.input(0), builder.input(1)];
  for (const [one, other] of backs) {
    const at = (back: number) => values[Math.max(0, values.length - 1 - back)]!;
    values.push(builder.subtract(builder.multiply(at(one), at(one)), at(other)));
  }
  return finishProgram(builder, [values.at(-1)!], 2);
}

const countOf = ({ instructions }: Program): number =>
  instructions.filter(({ op }) => op !== "input" && op !== "constant").length;

describe("a program in C has", () => {
  test("each instruction once for each vector, after what it reads", () => {
    const back = fc.nat({ max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(back, back), { minLength: 1, maxLength: 60 }), (backs) => {
        const program = programOf(backs);
        fc.pre(program.instructions.at(-1)!.op !== "constant");
        const lines = linesOf(program);
        const of = vectorsOf(lines);
        expect(new Set(lines.map(({ name }) => name)).size).toBe(lines.length);
        for (let vector = 0; vector < vectors; vector++) {
          expect(of.filter((one) => one === vector)).toHaveLength(countOf(program));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("vectors one after the other where no chain is long, however many instructions there are", () => {
    // A tree: sums of pairs of squares.
    const builder = new ProgramBuilder();
    let level: Value[] = Array.from({ length: 64 }, (_, k) =>
      builder.multiply(builder.input(k), builder.input(k)),
    );
    while (level.length > 1) {
      level = level.flatMap((value, k) => (k % 2 === 0 ? [builder.add(value, level[k + 1]!)] : []));
    }
    const of = vectorsOf(linesOf(finishProgram(builder, level, 64)));
    expect(of).toHaveLength(vectors * 127);
    expect(changesIn(of)).toBe(vectors - 1);
  });

  test("vectors by turns where instructions wait for a long chain of others", () => {
    const program = programOf(Array.from({ length: 30 }, () => [0, 1] as const));
    expect(countOf(program)).toBe(60);
    const of = vectorsOf(linesOf(program));
    expect(changesIn(of)).toBe(Math.ceil(60 / 16) * vectors - 1);
  });
});
