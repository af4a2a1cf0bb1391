import { AstUtils } from "langium";
import { tensorFunctions } from "../../../tensors/index.js";
import {
  isCall,
  isColumn,
  isDataStatement,
  isFileStart,
  isIndex,
  isNamedArgument,
  isProduct,
  isVariable,
  isWeight,
  type LandscapeDeclaration,
} from "../../generated/ast.js";
import { functionNames } from "../constant.js";

/** The function behind `=` by which a weight starts at normals. */
export const normalStart = "randn";

/** Functions that make a landscape one of tensors. */
const ownFunctions: ReadonlySet<string> = new Set([
  ...tensorFunctions.map(({ name }) => name).filter((name) => !functionNames.includes(name)),
  normalStart,
]);

/** What stands in every such landscape; in many others, too. */
const hint = new RegExp(`[[@]|\\b(?:from|${[...ownFunctions].join("|")})\\b`);

const known = new WeakMap<LandscapeDeclaration, boolean>();

/**
 * Whether a landscape is one of tensors: a weight or a datum has a shape, a reader reads its data, a weight starts at normals or a
 * file, or `@`, an index or a function of tensors stands in it.
 */
export function isOfTensors(declaration: LandscapeDeclaration): boolean {
  let found = known.get(declaration);
  if (found === undefined) {
    found =
      hint.test(declaration.$cstNode?.text ?? "") &&
      AstUtils.streamAllContents(declaration).some(
        (node) =>
          ((isWeight(node) || isVariable(node) || isColumn(node)) && node.shape !== undefined) ||
          (isDataStatement(node) && node.reader !== undefined) ||
          isFileStart(node) ||
          isIndex(node) ||
          isNamedArgument(node) ||
          (isProduct(node) && node.operators.includes("@")) ||
          (isCall(node) && ownFunctions.has(node.name)),
      );
    known.set(declaration, found);
  }
  return found;
}
