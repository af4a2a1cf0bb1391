import type { AstNode, CommentProvider, DocumentationProvider } from "langium";
import type { DiagServices } from "./services.js";

/** Doc comments: the text of the comment directly before a declaration that begins with two stars. */
export class DiagDocumentationProvider implements DocumentationProvider {
  private readonly comments: CommentProvider;

  constructor(services: DiagServices) {
    this.comments = services.documentation.CommentProvider;
  }

  getDocumentation(node: AstNode): string | undefined {
    const comment = this.comments.getComment(node);
    if (!comment || !/^\/\*\*[^/]/.test(comment)) {
      return undefined;
    }
    const lines = comment
      .slice(3)
      .replace(/(?<!\*)\*+\/$/, "")
      .split(/\r\n|\n|\r/)
      .map((line, index) => (index === 0 ? line : line.replace(/^\s*\* ?/, "")).trimEnd());
    return lines.join("\n").trim() || undefined;
  }
}
