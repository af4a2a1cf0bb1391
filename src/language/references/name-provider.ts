import { type AstNode, type CstNode, DefaultNameProvider, GrammarUtils } from "langium";
import { isNodeMention } from "../generated/ast.js";

/** A node's name stands in its mentions, the first of which declares it. */
export class DiagNameProvider extends DefaultNameProvider {
  override getName(node: AstNode): string | undefined {
    return isNodeMention(node) ? node.node?.$refText : super.getName(node);
  }

  override getNameNode(node: AstNode): CstNode | undefined {
    return isNodeMention(node)
      ? GrammarUtils.findNodeForProperty(node.$cstNode, "node")
      : super.getNameNode(node);
  }
}
