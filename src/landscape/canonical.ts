import type { Expression } from "./expression.js";
import type { DataSource, Landscape } from "./landscape.js";
import { children } from "./walk.js";

/** So many numbers are copied at once. */
const partSize = 1 << 16;

/**
 * What a landscape is but for its name, in parts: the same for the same landscape and for no other, so that a digest of them
 * stands for it. Numbers of tables are doubles, whatever array holds them; of a loss each different subexpression is written
 * once, however often and as whichever objects it stands there.
 */
export function* canonicalParts({
  weights,
  data,
  loss,
  metric,
}: Landscape): Generator<string | Float64Array> {
  for (const { name, start, interval } of weights) {
    const within = interval === undefined ? "" : ` in ${written(interval.low)} ${written(interval.high)}`;
    yield `weight ${JSON.stringify(name)} ${written(start)}${within}\n`;
  }
  for (const source of data) {
    yield* sourceParts(source);
  }
  yield* expressionParts(loss);
  if (metric !== undefined) {
    yield `metric ${metric.map((row) => row.map(written).join(" ")).join("; ")}\n`;
  }
}

function* sourceParts(source: DataSource): Generator<string | Float64Array> {
  switch (source.kind) {
    case "continuous":
      yield `drawn ${source.distribution} ${JSON.stringify(source.name)} ${source.parameters.map(written).join(" ")}\n`;
      break;
    case "finite":
      yield `outcomes ${JSON.stringify(source.name)} ${source.outcomes.length}\n`;
      for (const { value, probability } of source.outcomes) {
        yield `${written(value)} ${written(probability)}\n`;
      }
      break;
    case "rows": {
      const { names, values } = source;
      yield `rows ${JSON.stringify(names)} ${values.length}\n`;
      for (let at = 0; at < values.length; at += partSize) {
        const end = Math.min(values.length, at + partSize);
        const part = new Float64Array(end - at);
        for (let i = at; i < end; i++) {
          part[i - at] = values[i]!;
        }
        yield part;
      }
    }
  }
}

/** A line for each different subexpression, of those above it by their numbers; the whole is the last. */
function* expressionParts(loss: Expression): Generator<string> {
  const numbers = new Map<Expression, number>();
  const lines = new Map<string, number>();
  // On a stack of our own: a loss may nest deeper than calls can.
  const stack = [loss];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const operands = numbers.has(top) ? [] : children(top);
    const missing = operands.filter((operand) => !numbers.has(operand));
    if (missing.length > 0) {
      stack.push(...missing.reverse());
      continue;
    }
    stack.pop();
    if (numbers.has(top)) {
      continue;
    }
    const line = [headOf(top), ...operands.map((operand) => numbers.get(operand)!)].join(" ");
    let number = lines.get(line);
    if (number === undefined) {
      number = lines.size;
      lines.set(line, number);
      yield `${line}\n`;
    }
    numbers.set(top, number);
  }
  yield `loss ${numbers.get(loss)!}\n`;
}

function headOf(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return `number ${written(expression.value)}`;
    case "symbol":
      return `symbol ${JSON.stringify(expression.name)}`;
    case "call":
      return `call ${expression.name}`;
    default:
      return expression.kind;
  }
}

function written(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
