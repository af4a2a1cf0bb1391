import { constants, type Expression } from "../../landscape/index.js";
import { aboutFunctions, findObservable } from "../../observables/index.js";
import { letToLatex } from "../formulas/landscape-latex.js";
import {
  expressionConstants,
  expressionFunctions,
  keywordDocumentation,
  tensorExpressionFunctions,
} from "../keyword-docs.js";
import { code, formula, type HoverBlock, nameOrNone, text } from "./content.js";

/** A word of the language. */
export function wordHover(word: string): HoverBlock[] {
  const meaning = keywordDocumentation(word);
  if (meaning === undefined) {
    return [];
  }
  const observed = findObservable(word);
  return [
    text(`**${word}**`),
    text(meaning),
    ...(observed?.formula === undefined
      ? []
      : [formula("over training sets and shuffles", observed.formula)]),
    ...(observed === undefined ? [] : [text(observed.diagrams)]),
  ];
}

/** A function of the weights that is observed. @param value what is known of it. */
export function functionOfWeightsHover(
  name: string,
  verify: string | undefined,
  value: Expression | undefined,
): HoverBlock[] {
  return [
    text(`**observable** ${code(name)} of ${nameOrNone("verify", verify)}`),
    ...(value === undefined ? [] : [formula("a function of the weights", letToLatex(name, value))]),
    text(aboutFunctions.documentation),
    text(aboutFunctions.diagrams),
  ];
}

/** A function of expressions. */
export function functionHover(name: string, isOfTensors = false): HoverBlock[] {
  const found = [...(isOfTensors ? tensorExpressionFunctions : []), ...expressionFunctions].find(
    (one) => one.name === name,
  );
  return found ? [text(`**function** ${code(found.signature)}`), text(found.documentation)] : [];
}

/** A constant of expressions, with its value. */
export function constantHover(name: string): HoverBlock[] {
  const found = expressionConstants.find((one) => one.name === name);
  return found
    ? [text(`**constant** ${code(`${name} = ${constants[name]}`)}`), text(found.documentation)]
    : [];
}
