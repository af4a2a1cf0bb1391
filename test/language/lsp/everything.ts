import { type AstNode, type CstNode, isCompositeCstNode, isLeafCstNode } from "langium";
import type { Open } from "./editor.js";

/** All of a document that features read: the trees with their places, errors, diagnostics and values. */
export function everything(open: Open): unknown {
  const { parseResult } = open.document;
  const checker = open.editor.diag.validation.DeclarationChecker;
  const documentation = open.editor.diag.documentation.DocumentationProvider;
  return {
    syntax: cst(parseResult.value.$cstNode!),
    tree: ast(parseResult.value),
    diagnostics: open.diagnostics,
    values: parseResult.value.declarations.map((declaration) => [
      checker.check(declaration),
      documentation.getDocumentation(declaration),
    ]),
  };
}

function cst(node: CstNode): unknown {
  const place = [node.offset, node.length, node.text, node.range];
  if (isLeafCstNode(node)) {
    return [...place, node.hidden, node.tokenType.name];
  }
  return isCompositeCstNode(node) ? [...place, node.astNode.$type, ...node.content.map(cst)] : place;
}

function ast(node: AstNode): unknown {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "$container") {
      own[key] = (value as AstNode).$type;
    } else if (key === "$cstNode") {
      own[key] = [value.offset, value.end];
    } else if (key === "$document" || key === "_ref") {
    } else if (Array.isArray(value)) {
      own[key] = value.map(plain);
    } else {
      own[key] = plain(value);
    }
  }
  return own;
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if ("$refText" in value) {
    return value.$refText;
  }
  return "$type" in value ? ast(value as AstNode) : value;
}
