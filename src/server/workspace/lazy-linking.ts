import {
  type AstNodeDescription,
  DefaultLinker,
  type LocalSymbols,
  MultiMap,
  type ReferenceDescription,
  type ReferenceDescriptionProvider,
  type ScopeComputation,
} from "langium";
import { DiagScopeComputation } from "../../language/references/scope-computation.js";

// Langium's tables of symbols and references cost a walk over the whole tree at every key. Names are
// resolved here when they are asked for, and references are found by looking (see ../references).

/** Resolves names when they are asked for only. */
export class LazyLinker extends DefaultLinker {
  override async link(): Promise<void> {}
}

/** No descriptions of declarations: scopes and the search for symbols read the trees. */
export class NoSymbolTables extends DiagScopeComputation implements ScopeComputation {
  override async collectExportedSymbols(): Promise<AstNodeDescription[]> {
    return [];
  }

  override async collectLocalSymbols(): Promise<LocalSymbols> {
    return new MultiMap();
  }
}

export class NoReferenceDescriptions implements ReferenceDescriptionProvider {
  async createDescriptions(): Promise<ReferenceDescription[]> {
    return [];
  }
}
