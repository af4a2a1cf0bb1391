import { standardNormals } from "../../../compile/standard-normals.js";
import { describeShape, type Shape, sameShape, sizeOf } from "../../../tensors/index.js";
import { type Call, isCall, isFileStart, isNamedArgument, type Weight } from "../../generated/ast.js";
import { type ProblemList, rangeOf } from "../../problem.js";
import type { LoadedTensor, ReadingProblem } from "../../read-sources.js";
import { constantValue, excerpt, type SymbolMeaning } from "../expression.js";
import { normalStart } from "./kind.js";
import { checkWhole } from "./shape.js";

/** Streams are numbered below this. */
const mostStreams = 2 ** 32;

/** Where a weight starts, an entry each; `undefined` when it is broken, which is reported, `"unread"` while its file is read. */
export function checkStart(
  weight: Weight,
  shape: Shape,
  constant: SymbolMeaning,
  tensorOf: (path: string, tensor: string | undefined) => LoadedTensor | ReadingProblem | "unread",
  problems: ProblemList,
): Float64Array | "unread" | undefined {
  const { start, name } = weight;
  if (isCall(start) && start.name === normalStart) {
    const stream = checkStream(start, constant, problems);
    return stream === undefined ? undefined : standardNormals(stream, sizeOf(shape));
  }
  if (!isFileStart(start)) {
    const value = constantValue(start, constant, problems);
    return value === undefined ? undefined : new Float64Array(sizeOf(shape)).fill(value);
  }
  const loaded = tensorOf(start.path, start.tensor);
  if (loaded === "unread") {
    return loaded;
  }
  const place = rangeOf(start);
  if ("problem" in loaded) {
    problems.error("bad-value", place, `cannot read "${start.path}": ${loaded.problem}`);
    return undefined;
  }
  const { tensor } = loaded;
  if (!sameShape(tensor.shape, shape)) {
    const what = start.tensor === undefined ? `"${start.path}"` : `"${start.tensor}" of "${start.path}"`;
    problems.error(
      "shape",
      place,
      `${what} is ${describeShape(tensor.shape)}, and \`${name}\` is ${describeShape(shape)}; ${
        tensor.shape.length === 0 ? "write no shape" : `write \`${name}${describeShape(tensor.shape)}\``
      }, or take another`,
    );
    return undefined;
  }
  return Float64Array.from(tensor.values);
}

function checkStream(start: Call, constant: SymbolMeaning, problems: ProblemList): number | undefined {
  const [stream, ...more] = start.arguments;
  if (stream === undefined || more.length > 0 || isNamedArgument(stream)) {
    problems.error(
      "bad-value",
      rangeOf(start),
      `\`${normalStart}\` takes the number of a stream; write \`${normalStart}(1)\``,
    );
    return undefined;
  }
  const value = checkWhole(stream, 0, "a stream", { constant, problems });
  if (value !== undefined && value >= mostStreams) {
    problems.error(
      "bad-value",
      rangeOf(stream),
      `streams are whole numbers below ${mostStreams}, and \`${excerpt(stream)}\` is not`,
    );
    return undefined;
  }
  return value;
}
