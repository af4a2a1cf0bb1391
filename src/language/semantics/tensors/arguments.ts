import type { FunctionConstant, TensorFunction } from "../../../tensors/index.js";
import { type Call, type Expression, isNamedArgument } from "../../generated/ast.js";
import { rangeOf } from "../../problem.js";
import { nearestWord, suggestion } from "../../spelling.js";
import { type ConstantReading, checkWhole } from "./shape.js";

/** What a function of tensors is applied to. */
export interface PlacedCall {
  readonly tensors: readonly Expression[];
  /** As its record has them. */
  readonly constants: readonly (number | undefined)[];
}

/** How a function of tensors is written: `conv(x, K, stride, padding)`. */
export function signatureOf({ name, tensors, isVariadic, constants }: TensorFunction): string {
  const own = constants.map((constant) =>
    constant.isRepeated
      ? `${constant.name}, …`
      : constant.otherwise === undefined
        ? constant.name
        : `${constant.name} = ${constant.otherwise === "nothing" ? "…" : constant.otherwise}`,
  );
  return `${name}(${[...tensors, ...(isVariadic ? ["…"] : []), ...own].join(", ")})`;
}

/** Puts the arguments of a call into their places; `undefined` when they do not fit, which is reported. */
export function placeCall(
  call: Call,
  record: TensorFunction,
  reading: ConstantReading,
): PlacedCall | undefined {
  const { name, constants, isVariadic = false } = record;
  const { problems } = reading;
  const parameters: readonly { readonly name: string }[] = isVariadic
    ? constants
    : [...record.tensors.map((tensor) => ({ name: tensor })), ...constants];
  const given = new Map<string, Expression>();
  const positional: Expression[] = [];
  let sound = true;
  for (const argument of call.arguments) {
    if (!isNamedArgument(argument)) {
      if (given.size > 0) {
        problems.error(
          "bad-value",
          rangeOf(argument),
          "this stands behind what has a name; put it before that",
        );
        sound = false;
      }
      positional.push(argument);
      continue;
    }
    const known = parameters.some((one) => one.name === argument.name && !isRepeated(one));
    const names = parameters.filter((one) => !isRepeated(one)).map((one) => one.name);
    if (!known) {
      const meant = nearestWord(argument.name, names);
      problems.error(
        "bad-value",
        rangeOf(argument),
        `\`${name}\` has no \`${argument.name}\`${suggestion(meant) || `; write \`${signatureOf(record)}\``}`,
        { data: { name: argument.name, ...(meant === undefined ? {} : { suggestion: meant }) } },
      );
      sound = false;
    } else if (given.has(argument.name)) {
      problems.error("bad-value", rangeOf(argument), `\`${argument.name}\` is given twice; remove one`);
      sound = false;
    } else {
      given.set(argument.name, argument.value);
    }
  }
  if (!sound) {
    return undefined;
  }
  const refuse = (message: string): undefined => {
    problems.error("bad-value", rangeOf(call), `${message}; write \`${signatureOf(record)}\``);
    return undefined;
  };
  const tensors: Expression[] = isVariadic ? positional.splice(0) : [];
  for (const tensor of isVariadic ? [] : record.tensors) {
    const own = positional.shift() ?? given.get(tensor);
    if (own === undefined) {
      return refuse(`\`${name}\` lacks \`${tensor}\``);
    }
    if (given.has(tensor) && own !== given.get(tensor)) {
      return refuse(`\`${tensor}\` is given twice`);
    }
    tensors.push(own);
  }
  if (tensors.length < record.tensors.length) {
    return refuse(`\`${name}\` lacks \`${record.tensors[tensors.length]}\``);
  }
  const values: (number | undefined)[] = [];
  for (const constant of constants) {
    const own = isRepeated(constant)
      ? positional.splice(0)
      : [positional.shift() ?? given.get(constant.name)];
    if (own.length === 0) {
      return refuse(`\`${name}\` lacks \`${constant.name}\``);
    }
    for (const expression of own) {
      if (expression === undefined && constant.otherwise === undefined) {
        return refuse(`\`${name}\` lacks \`${constant.name}\``);
      }
      if (given.has(constant.name) && expression !== given.get(constant.name)) {
        return refuse(`\`${constant.name}\` is given twice`);
      }
      const value =
        expression && checkWhole(expression, constant.least, `\`${constant.name}\` of \`${name}\``, reading);
      sound &&= expression === undefined || value !== undefined;
      values.push(expression ? value : constant.otherwise === "nothing" ? undefined : constant.otherwise);
    }
  }
  if (positional.length > 0) {
    return refuse(`\`${name}\` has ${positional.length === 1 ? "an argument" : "arguments"} too many`);
  }
  return sound ? { tensors, constants: values } : undefined;
}

function isRepeated(parameter: Partial<FunctionConstant>): boolean {
  return parameter.isRepeated === true;
}
