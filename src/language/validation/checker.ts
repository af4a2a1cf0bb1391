import {
  type AstNode,
  AstUtils,
  type LangiumCoreServices,
  type LangiumDocument,
  WorkspaceCache,
} from "langium";
import type { AnyLandscape } from "../../evaluate/any-landscape.js";
import type { VerifySpecification } from "../../verify/specification.js";
import { type Faults, faultProblem } from "../faults.js";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isVerifyDeclaration,
  type LandscapeDeclaration,
  type VerifyDeclaration,
} from "../generated/ast.js";
import { uriBeside } from "../paths.js";
import { type Checked, ProblemList, rangeOf } from "../problem.js";
import type { DataTables } from "../read-sources.js";
import { rowsUse } from "../references/data-uses.js";
import type { DeclarationFinder } from "../references/declared.js";
import type { CheckedLandscape } from "../semantics/checked-landscape.js";
import { checkDiagram, type NamedDiagram } from "../semantics/diagram.js";
import { checkLandscape } from "../semantics/landscape.js";
import { constantMeaning, type GivenParams, ParamValues } from "../semantics/params.js";
import { checkVerify } from "../semantics/verify.js";
import type { GivenValues } from "../semantics/with.js";
import { type BrokenSyntax, brokenSyntax } from "./syntax-errors.js";

/** What checks need of the language's services. */
export type CheckerServices = LangiumCoreServices & {
  readonly references: { readonly DeclarationFinder: DeclarationFinder };
  readonly validation: { readonly Faults: Faults };
  readonly workspace: { readonly DataTables: DataTables };
};

const unchecked: Checked<never> = { problems: [] };

/** What a file sees, found once for all that ask. */
interface Seen {
  readonly visible: ReadonlyMap<string, Declaration>;
  readonly landscapes: readonly string[];
  readonly diagrams: readonly string[];
}

/**
 * Checks declarations and makes their values, each once as long as the workspace does not change. A
 * declaration with a syntax error has neither problems nor value: what it means is not known.
 */
export class DeclarationChecker {
  /** What all verifies run over, instead of what they say. */
  over: GivenValues | undefined;

  private readonly results: WorkspaceCache<AstNode, Checked<unknown>>;
  private readonly broken: WorkspaceCache<LangiumDocument, BrokenSyntax>;
  private readonly seen: WorkspaceCache<DiagFile, Seen>;

  constructor(private readonly services: CheckerServices) {
    this.results = new WorkspaceCache(services.shared);
    this.broken = new WorkspaceCache(services.shared);
    this.seen = new WorkspaceCache(services.shared);
  }

  check(declaration: Declaration): Checked<NamedDiagram | AnyLandscape | VerifySpecification> {
    switch (declaration.$type) {
      case "DiagramDeclaration":
        return this.diagram(declaration);
      case "LandscapeDeclaration":
        return this.landscape(declaration);
      case "VerifyDeclaration":
        return this.verify(declaration);
    }
  }

  /** A diagram has a value as soon as it is a tree with a partition, though it may break a condition. */
  diagram(declaration: DiagramDeclaration): Checked<NamedDiagram> {
    return this.once(declaration, () =>
      checkDiagram(
        declaration,
        this.services.documentation.DocumentationProvider.getDocumentation(declaration),
      ),
    );
  }

  landscape(declaration: LandscapeDeclaration): CheckedLandscape {
    return this.once(declaration, () => this.checkedLandscape(declaration));
  }

  private checkedLandscape(declaration: LandscapeDeclaration, given?: GivenParams): CheckedLandscape {
    const { uri } = AstUtils.getDocument(declaration);
    const { DataTables } = this.services.workspace;
    const elsewhere = new ProblemList();
    return checkLandscape(
      declaration,
      {
        table: (path, names) => DataTables.get({ uri: uriBeside(uri, path), names }),
        tensor: (path, tensor) => DataTables.get({ uri: uriBeside(uri, path), tensor }),
        rows: (statement) => {
          const constant = constantMeaning(new ParamValues(declaration, elsewhere, given), elsewhere);
          const use = rowsUse(uri, statement, { constant });
          return use && given && DataTables.known(use) === undefined
            ? { problem: "which rows and columns are read cannot hang on the param of a `with`" }
            : use && DataTables.get(use);
        },
      },
      given,
    );
  }

  verify(declaration: VerifyDeclaration): Checked<VerifySpecification> {
    return this.once(declaration, () => {
      const file = AstUtils.findRootNode(declaration) as DiagFile;
      const seen = this.seen.get(file, () => this.seenBy(file));
      let isUnread = false;
      // Each observable asks for it.
      const others = new Map<string, CheckedLandscape>();
      const checked = checkVerify(declaration, {
        landscape: (found) => {
          const landscape = this.landscape(found);
          isUnread ||= landscape.isUnread === true;
          return landscape;
        },
        landscapeWith: (found, given) => {
          const key = JSON.stringify([...given]);
          const other = others.get(key) ?? this.checkedLandscape(found, given);
          others.set(key, other);
          return other;
        },
        over: this.over,
        landscapeNames: () => seen.landscapes,
        isKnown: (found) => !this.isBroken(found),
        diagram: (found) => {
          const { value, problems } = this.diagram(found);
          return value && { named: value, usable: problems.every(({ severity }) => severity !== "error") };
        },
        diagramNames: () => seen.diagrams,
        kindOf: (name) => {
          const found = seen.visible.get(name);
          return found && kindOf(found);
        },
      });
      return isUnread ? { ...checked, isUnread } : checked;
    });
  }

  private seenBy(file: DiagFile): Seen {
    const visible = this.services.references.DeclarationFinder.visible(file);
    const namesOf = (is: (node: unknown) => boolean): string[] =>
      [...visible].filter(([, found]) => is(found)).map(([name]) => name);
    return { visible, landscapes: namesOf(isLandscapeDeclaration), diagrams: namesOf(isDiagramDeclaration) };
  }

  isBroken(declaration: Declaration): boolean {
    const document = AstUtils.getDocument<DiagFile>(declaration);
    return this.brokenSyntax(document).declarations.has(declaration);
  }

  /** What syntax errors leave unknown in a document. */
  brokenSyntax(document: LangiumDocument<DiagFile>): BrokenSyntax {
    return this.broken.get(document, () => brokenSyntax(document));
  }

  /** No text makes a check throw; should one do so nevertheless, it is told here, and others are checked. */
  protected guarded<D extends Declaration, T>(
    declaration: D,
    check: (declaration: D) => Checked<T>,
  ): Checked<T> {
    try {
      return check(declaration);
    } catch (thrown) {
      const what = declaration.name ? `\`${declaration.name}\`` : `this ${kindOf(declaration)}`;
      this.services.validation.Faults.tell(`the check of ${what}`, thrown);
      return { problems: [faultProblem(what, rangeOf(declaration, "name"), thrown)] };
    }
  }

  private once<T>(declaration: Declaration, check: () => Checked<T>): Checked<T> {
    return this.results.get(declaration, () =>
      this.guarded(declaration, () => (this.isBroken(declaration) ? unchecked : check())),
    ) as Checked<T>;
  }
}

/** What messages call a declaration. */
export function kindOf(declaration: Declaration): string {
  if (isDiagramDeclaration(declaration)) {
    return "diagram";
  }
  return isVerifyDeclaration(declaration) ? "verify" : "landscape";
}
