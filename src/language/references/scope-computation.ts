import {
  type AstNodeDescription,
  DefaultScopeComputation,
  type LangiumDocument,
  type LocalSymbols,
  MultiMap,
} from "langium";
import type { DiagFile } from "../generated/ast.js";
import { namedOf } from "./declared.js";

/**
 * Only declarations are described for the index. What is local to a declaration is found by the scope
 * provider when it is asked for, so that no table of every named node is built.
 */
export class DiagScopeComputation extends DefaultScopeComputation {
  override async collectExportedSymbols(document: LangiumDocument): Promise<AstNodeDescription[]> {
    const file = document.parseResult.value as DiagFile;
    return namedOf(file.declarations).map((declaration) =>
      this.descriptions.createDescription(declaration, declaration.name, document),
    );
  }

  override async collectLocalSymbols(): Promise<LocalSymbols> {
    return new MultiMap();
  }
}
