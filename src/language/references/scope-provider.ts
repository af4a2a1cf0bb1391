import {
  type AstNode,
  type AstNodeDescription,
  type AstNodeDescriptionProvider,
  AstUtils,
  EMPTY_SCOPE,
  type ReferenceInfo,
  type Scope,
  type ScopeProvider,
  type Stream,
  stream,
  WorkspaceCache,
} from "langium";
import {
  type DiagFile,
  isDiagramDeclaration,
  isDiagramMention,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isMetricEntry,
  isNodeMention,
  isObservableChoice,
  isSymbolReference,
  isVerifyDeclaration,
  isWeight,
  isWithChoice,
  type VerifyDeclaration,
} from "../generated/ast.js";
import type { DiagServices } from "../services.js";
import {
  byName,
  type DeclarationFinder,
  firstMentions,
  landscapeAround,
  landscapeOfVerify,
  landscapeSymbols,
} from "./declared.js";

/**
 * What each kind of name may mean: nodes within their diagram, symbols within their landscape, weights of
 * a verify's landscape, and declarations of the file and its imports. Each scope is made once.
 */
export class DiagScopeProvider implements ScopeProvider {
  private readonly descriptions: AstNodeDescriptionProvider;
  private readonly finder: DeclarationFinder;
  private readonly scopes: WorkspaceCache<AstNode, Scope>;

  constructor(services: DiagServices) {
    this.descriptions = services.workspace.AstNodeDescriptionProvider;
    this.finder = services.references.DeclarationFinder;
    this.scopes = new WorkspaceCache(services.shared);
  }

  getScope(context: ReferenceInfo): Scope {
    const { container } = context;
    if (isNodeMention(container)) {
      return this.scopeOf(AstUtils.getContainerOfType(container, isDiagramDeclaration), firstMentions);
    }
    if (isSymbolReference(container)) {
      if (AstUtils.getContainerOfType(container, isObservableChoice)) {
        return this.scopeOf(landscapeAround(container), (landscape) => byName(landscapeSymbols(landscape)));
      }
      return this.scopeOf(AstUtils.getContainerOfType(container, isLandscapeDeclaration), (landscape) =>
        byName(landscapeSymbols(landscape)),
      );
    }
    if (isWithChoice(container)) {
      return this.scopeOf(landscapeOfVerify(container), (landscape) => byName(landscapeSymbols(landscape)));
    }
    if (isObservableChoice(container) || isMetricEntry(container)) {
      return this.scopeOf(AstUtils.getContainerOfType(container, isVerifyDeclaration), weightsOfVerify);
    }
    if (isLandscapeChoice(container) || isDiagramMention(container)) {
      const wanted = isLandscapeChoice(container) ? isLandscapeDeclaration : isDiagramDeclaration;
      const file = AstUtils.findRootNode(container) as DiagFile;
      const scope = this.scopeOf(file, (root) => this.finder.visible(root));
      const found = scope.getElement(context.reference.$refText);
      return found && !wanted(found.node) ? EMPTY_SCOPE : filtered(scope, wanted);
    }
    return EMPTY_SCOPE;
  }

  private scopeOf<T extends AstNode>(
    owner: T | undefined,
    named: (owner: T) => ReadonlyMap<string, AstNode>,
  ): Scope {
    if (!owner) {
      return EMPTY_SCOPE;
    }
    return this.scopes.get(owner, () => {
      const nodes = named(owner);
      return new NamedScope(nodes, (node, name) => this.descriptions.createDescription(node, name));
    });
  }
}

/** A scope that describes a name when it is asked for it: most names of a large file never are. */
class NamedScope implements Scope {
  constructor(
    private readonly nodes: ReadonlyMap<string, AstNode>,
    private readonly describe: (node: AstNode, name: string) => AstNodeDescription,
  ) {}

  getElement(name: string): AstNodeDescription | undefined {
    const node = this.nodes.get(name);
    return node && this.describe(node, name);
  }

  getElements(name: string): Stream<AstNodeDescription> {
    const found = this.getElement(name);
    return stream(found ? [found] : []);
  }

  getAllElements(): Stream<AstNodeDescription> {
    return stream([...this.nodes].map(([name, node]) => this.describe(node, name)));
  }
}

function filtered(scope: Scope, wanted: (node: unknown) => boolean): Scope {
  return {
    getElement: (name) => scope.getElement(name),
    getElements: (name) => scope.getElements(name),
    getAllElements: () => scope.getAllElements().filter((description) => wanted(description.node)),
  };
}

function weightsOfVerify(verify: VerifyDeclaration): Map<string, AstNode> {
  const landscape = verify.statements.find(isLandscapeChoice)?.landscape?.ref;
  return byName(landscape ? landscapeSymbols(landscape).filter(isWeight) : []);
}
