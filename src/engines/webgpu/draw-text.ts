import { discreteThresholds, mostSelectedOutcomes } from "../../compile/deviates.js";
import { elementaryCalls } from "../../compile/elementary.js";
import { lowerProgram } from "../../compile/lower.js";
import {
  type ContinuousSource,
  continuousOf,
  deviateName,
  rowCount,
  sideName,
  symbolsOf,
  tailName,
  unitName,
} from "../../landscape/index.js";
import type { DataSource, Landscape } from "../../landscape/landscape.js";
import { above, below, literal, single, wordOf } from "./numbers.js";
import { programText } from "./program-text.js";

/** Words that the shader looks up. */
export class Table {
  readonly words: number[] = [];

  /** Adds words and says where they begin. */
  add(words: readonly number[]): number {
    const first = this.words.length;
    // A call has room for some thousand arguments only.
    for (const word of words) {
      this.words.push(word);
    }
    return first;
  }

  /** Adds numbers of single precision. @throws SimulationError when one is out of its reach. */
  addNumbers(numbers: readonly number[]): number {
    return this.add(numbers.map((number) => wordOf(single(number))));
  }
}

/** How a training point's data are made of its words. */
export interface DrawText {
  /** Functions of the shader, `datum_0`, … of a word each, or of a word and a column. */
  readonly functions: string;
  /** For each datum of a point an expression in `word_0`, …, the words of the sources. */
  readonly data: readonly string[];
  readonly calls: readonly string[];
}

export function drawText({ data }: Landscape, table: Table): DrawText {
  const calls = new Set<string>();
  const texts = data.map((source, index) => sourceText(source, index, table, calls));
  return {
    functions: texts.map(({ text }) => text).join("\n"),
    data: texts.flatMap(({ values }) => values),
    calls: [...calls],
  };
}

function sourceText(
  source: DataSource,
  index: number,
  table: Table,
  calls: Set<string>,
): { text: string; values: readonly string[] } {
  const name = `datum_${index}`;
  const word = `word_${index}`;
  const one = (body: string) => ({
    text: `fn ${name}(word: u32) -> f32 {\n${body}\n}`,
    values: [`${name}(${word})`],
  });
  switch (source.kind) {
    case "continuous":
      return one(quantileText(source, calls));
    case "finite": {
      const all = discreteThresholds(source.outcomes.map(({ probability }) => probability));
      // What comes after the first threshold that is above all words is too rare to be drawn.
      const drawn = all.findIndex((threshold) => threshold >= 2 ** 32) + 1;
      const thresholds = all.slice(0, drawn - 1);
      const values = source.outcomes.slice(0, drawn).map(({ value }) => value);
      return one(
        values.length <= mostSelectedOutcomes
          ? selection(thresholds, values)
          : search(table.add(thresholds), table.addNumbers(values), values.length),
      );
    }
    case "rows": {
      calls.add("high_product");
      const columns = source.names.length;
      const first = table.addNumbers(Array.from(source.values));
      return {
        text:
          `fn ${name}(word: u32, column: u32) -> f32 {\n` +
          `  return bitcast<f32>(table[${first}u + high_product(word, ${rowCount(source)}u) * ${columns}u + column]);\n}`,
        values: source.names.map((_, column) => `${name}(${word}, ${column}u)`),
      };
    }
  }
}

/** The functions of the shader that make numbers of a word, by the symbols of quantiles. */
const drawingCalls: Readonly<Record<string, string>> = {
  [unitName]: "unit",
  [deviateName]: "deviate",
  [tailName]: "tail",
  [sideName]: "side",
};

/** The quantile in single precision. Rounding must not lead to an end of the data, where a loss may not be finite. */
function quantileText(source: ContinuousSource, calls: Set<string>): string {
  const { quantile, extent, bounded, boundedBelow } = continuousOf(source);
  const ends = bounded || boundedBelow ? extent(source.parameters) : undefined;
  const least = ends && above(ends[0]);
  const most = ends && below(ends[1]);
  if (ends && least! > most!) {
    return `  return ${literal((ends[0] + ends[1]) / 2)};`;
  }
  const formula = quantile(source.parameters);
  const symbols = symbolsOf(formula);
  const drawn = Object.entries(drawingCalls).filter(([name]) => symbols.has(name));
  const program = lowerProgram(
    [formula],
    drawn.map(([name]) => name),
    elementaryCalls,
  );
  const words = drawn.map(([, call]) => `${call}(word)`);
  const { statements, outputs, calls: needed } = programText(program, words, "q");
  for (const name of [...drawn.map(([, call]) => call), ...needed]) {
    calls.add(name);
  }
  const value = ends ? `clamp(${outputs[0]!}, ${literal(least!)}, ${literal(most!)})` : outputs[0]!;
  return [...statements.map((statement) => `  ${statement}`), `  return ${value};`].join("\n");
}

/** @param thresholds those of all outcomes but the last, below 2^32. */
function selection(thresholds: readonly number[], values: readonly number[]): string {
  const lines = [`  var value = ${literal(values.at(-1)!)};`];
  for (let outcome = values.length - 2; outcome >= 0; outcome--) {
    lines.push(`  value = select(value, ${literal(values[outcome]!)}, word < ${thresholds[outcome]!}u);`);
  }
  return [...lines, "  return value;"].join("\n");
}

/** Finds the first threshold above the word by halving. */
function search(thresholds: number, values: number, count: number): string {
  return `  var low = 0u;
  var high = ${count - 1}u;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (word < table[${thresholds}u + middle]) { high = middle; } else { low = middle + 1u; }
  }
  return bitcast<f32>(table[${values}u + low]);`;
}
