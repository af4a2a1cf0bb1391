import { constants } from "../../landscape/index.js";
import { expressionConstants, expressionFunctions, keywordDocumentation } from "../keyword-docs.js";
import { code, type HoverBlock, text } from "./content.js";

/** Which diagrams add to what is observed. */
const diagramsOf: Readonly<Record<string, string>> = {
  test_loss: "Diagrams whose root is alone in its part add to it.",
  train_loss:
    "The root of its diagrams may join any part; that part's row is averaged over the `N` training points.",
  gen_gap: "Only diagrams whose root shares a part add to it, with the opposite sign.",
  displacement:
    "It is `E[θ_T − θ_0]`. Only diagrams whose root has one edge add to it; the root is amputated, and its end of the edge is the free index.",
};

/** A word of the language. */
export function wordHover(word: string): HoverBlock[] {
  const meaning = keywordDocumentation(word);
  if (meaning === undefined) {
    return [];
  }
  return [
    text(`**${word}**`),
    text(meaning),
    ...(Object.hasOwn(diagramsOf, word) ? [text(diagramsOf[word]!)] : []),
  ];
}

/** A function of expressions. */
export function functionHover(name: string): HoverBlock[] {
  const found = expressionFunctions.find((one) => one.name === name);
  return found ? [text(`**function** ${code(found.signature)}`), text(found.documentation)] : [];
}

/** A constant of expressions, with its value. */
export function constantHover(name: string): HoverBlock[] {
  const found = expressionConstants.find((one) => one.name === name);
  return found
    ? [text(`**constant** ${code(`${name} = ${constants[name]}`)}`), text(found.documentation)]
    : [];
}
