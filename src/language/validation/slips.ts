import { AstUtils, type CstNode, CstUtils, type LangiumDocument } from "langium";
import { isLet, isLossStatement, isParam, isPredictChoice, isWeight } from "../generated/ast.js";
import type { Token } from "../parsing/token.js";
import { functionNames } from "../semantics/constant.js";
import { nearestWord } from "../spelling.js";

/** What a parser's error at a token comes from, where the parser cannot know. */
export interface Slip {
  /** Put behind the parser's message. */
  readonly hint?: string;
  /** Instead of the parser's message, and where it is told. */
  readonly message?: string;
  readonly place?: CstNode;
}

const orders = ["order", "series"] as const;

/**
 * Looks for what an author meant where the parser stopped.
 * @param token where it stopped.
 * @param rule the rule of the grammar that it was in.
 */
export function slipAt(document: LangiumDocument, token: Token, rule: string): Slip | undefined {
  const root = document.parseResult.value.$cstNode;
  const before = root && CstUtils.findLeafNodeBeforeOffset(root, token.startOffset - 1);
  if (!before) {
    return undefined;
  }
  const kind = token.tokenType.name;
  if (rule === "VerifyDeclaration" && /^(?:NUMBER|-)$/.test(kind)) {
    return wrongOrder(before, token);
  }
  if (rule !== "LandscapeDeclaration") {
    return undefined;
  }
  const { astNode } = before;
  const single = AstUtils.getContainerOfType(astNode, isParam) ?? AstUtils.getContainerOfType(astNode, isLet);
  if (kind === "," && single) {
    const word = isParam(single) ? "param" : "let";
    return {
      message: `unexpected \`,\`: each ${word} has a line of its own; write \`${word}\` before the next`,
    };
  }
  const inExpression =
    single ?? AstUtils.getContainerOfType(astNode, (node) => isLossStatement(node) || isWeight(node));
  return inExpression !== undefined && isProduct(document.textDocument.getText(), before, token)
    ? {
        hint: functionNames.includes(before.text)
          ? `; a function is called as \`${before.text}(…)\``
          : "; a product needs its `*`",
      }
    : undefined;
}

/** `predict Order 2`: only the words of an order stand before a number. */
function wrongOrder(before: CstNode, { image }: Token): Slip | undefined {
  if (!AstUtils.getContainerOfType(before.astNode, isPredictChoice)) {
    return undefined;
  }
  const meant = nearestWord(before.text, orders);
  return {
    place: before,
    message: `expected \`order\` or \`series\` before ${image} but found \`${before.text}\`${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`,
  };
}

/** Whether two operands stand side by side on a line, and the second begins nothing else. */
function isProduct(text: string, before: CstNode, token: Token): boolean {
  const between = text.slice(before.end, token.startOffset);
  const behind = text.slice(token.startOffset + token.image.length);
  return (
    /^(?:ID|NUMBER|\()$/.test(token.tokenType.name) &&
    /^[^\S\n]+$/.test(between) &&
    /[\p{ID_Continue})]$/u.test(before.text) &&
    !/^\s*[=~]/.test(behind)
  );
}
