import { exampleOfFunction } from "./function-of-weights.js";
import { observableRecords } from "./list.js";
import { isOperand } from "./operand.js";

/** All names, in the order in which they are offered. */
export function observableNames(): readonly string[] {
  return observableRecords.map(({ name }) => name);
}

/** Names of the observables behind which weights may stand. */
export function namesTakingWeights(): readonly string[] {
  return observableRecords.filter(({ weights }) => weights !== undefined).map(({ name }) => name);
}

/** Names of the observables that are about several, which stand behind them in parentheses. */
export function namesTakingOperands(): readonly string[] {
  return observableRecords.filter(({ operands }) => operands !== undefined).map(({ name }) => name);
}

/** Names of what may stand there, beside the weights. */
export function namesOfOperands(): readonly string[] {
  return observableRecords.filter(isOperand).map(({ name }) => name);
}

/** Names as Markdown. */
export function codes(names: readonly string[]): string[] {
  return names.map((name) => `\`${name}\``);
}

/** `a`, `a and b`, `a, b and c`. */
export function namesInWords(names: readonly string[], word: "and" | "or"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

/** Every way to write an observable, for a line that says what may stand: with `remark` behind the first. */
export function writtenForms(remark = ""): string {
  const forms = observableRecords.flatMap(({ name, weights, operands }) =>
    operands !== undefined
      ? [`${name}(${["A", "B"].slice(0, operands).join(", ")})`]
      : weights === undefined
        ? [name]
        : [name, `${name}(WEIGHT)`],
  );
  const ofWeights = `a function of the weights, such as '${exampleOfFunction}'`;
  return namesInWords([`${forms[0]}${remark}`, ...forms.slice(1), ofWeights], "or");
}
