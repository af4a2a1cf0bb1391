import { AstUtils, WorkspaceCache } from "langium";
import {
  type Declaration,
  type DiagFile,
  type DiagramDeclaration,
  isLandscapeChoice,
  isPredictChoice,
  type LandscapeDeclaration,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import type { Checked, Problem, Range } from "../../language/problem.js";
import { usesOf } from "../../language/references/data-uses.js";
import type { CheckedLandscape } from "../../language/semantics/checked-landscape.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import { DeclarationChecker } from "../../language/validation/checker.js";
import type { VerifySpecification } from "../../verify/specification.js";
import type { DiagLspServices } from "../services.js";

/** A diagram is made of nothing but its own declaration. */
const nothing: readonly unknown[] = [];

/** What has been found since the last change of a file, by the places of its declarations. */
interface Current {
  broken?: ReadonlySet<Declaration>;
  names?: readonly object[];
  readonly diagrams: Checked<NamedDiagram>[];
}

interface Kept {
  readonly checked: Checked<unknown>;
  /** The line on which the declaration stood when it was checked. */
  readonly line: number;
  /** Whether a syntax error kept it from being checked. */
  readonly isBroken: boolean;
  /** What the result was made of, beside the declaration. */
  readonly sources: readonly unknown[];
}

/**
 * Results by tree node, which last as long as the declaration and what it is made of stay the same: an
 * edit elsewhere in the file moves a declaration, and its results with it, and checks nothing again.
 */
export class LastingDeclarationChecker extends DeclarationChecker {
  private readonly kept = new WeakMap<Declaration, Kept>();
  /** A file of thousands of diagrams asks for each several times a key. */
  private readonly current: WorkspaceCache<DiagFile, Current>;

  // Made once, not for each of thousands of diagrams.
  private readonly newDiagram = (declaration: DiagramDeclaration) => super.diagram(declaration);
  private readonly lastingDiagram = (declaration: DiagramDeclaration) =>
    this.lasting(declaration, nothing, this.newDiagram);

  constructor(private readonly editing: DiagLspServices) {
    super(editing);
    this.current = new WorkspaceCache(editing.shared);
  }

  override diagram(declaration: DiagramDeclaration): Checked<NamedDiagram> {
    const { diagrams } = this.currentOf(declaration.$container);
    const place = declaration.$containerIndex!;
    let checked = diagrams[place];
    if (checked === undefined) {
      checked = this.guarded(declaration, this.lastingDiagram);
      diagrams[place] = checked;
    }
    return checked;
  }

  override landscape(declaration: LandscapeDeclaration): CheckedLandscape {
    return this.guarded(declaration, () =>
      this.lasting(declaration, this.dataOf(declaration), (found) => super.landscape(found)),
    );
  }

  override verify(declaration: VerifyDeclaration): Checked<VerifySpecification> {
    return this.guarded(declaration, () =>
      this.lasting(declaration, this.sourcesOf(declaration), (found) => super.verify(found)),
    );
  }

  private lasting<D extends Declaration, T>(
    declaration: D,
    sources: readonly unknown[],
    check: (declaration: D) => Checked<T>,
  ): Checked<T> {
    // An error elsewhere may make a guess of a declaration that itself stays as it is.
    const current = this.currentOf(declaration.$container);
    current.broken ??= this.brokenSyntax(AstUtils.getDocument(declaration)).declarations;
    const isBroken = current.broken.has(declaration);
    const line = declaration.$cstNode?.range.start.line ?? 0;
    let known = this.kept.get(declaration);
    if (!known || known.isBroken !== isBroken || !isSame(known.sources, sources)) {
      known = { checked: check(declaration), line, isBroken, sources };
      this.kept.set(declaration, known);
    } else if (known.line !== line) {
      known = { checked: moved(known.checked, line - known.line), line, isBroken, sources };
      this.kept.set(declaration, known);
    }
    return known.checked as Checked<T>;
  }

  /** What a landscape reads from tables. */
  private dataOf(declaration: LandscapeDeclaration): unknown[] {
    const { DataTables } = this.editing.workspace;
    return usesOf(AstUtils.getDocument(declaration).uri, declaration).map((use) => DataTables.get(use));
  }

  /** What a verify names, and what it could name, which its messages mention. */
  private sourcesOf(declaration: VerifyDeclaration): unknown[] {
    const file = declaration.$container;
    const current = this.currentOf(file);
    current.names ??= this.editing.references.DeclarationFinder.visibleNames(file);
    const sources: unknown[] = [...current.names];
    for (const statement of declaration.statements) {
      if (isLandscapeChoice(statement)) {
        const landscape = statement.landscape?.ref;
        const checked = landscape && this.landscape(landscape);
        sources.push(landscape, landscape && this.isBroken(landscape), checked?.value, checked?.isUnread);
      } else if (isPredictChoice(statement)) {
        for (const { diagram } of statement.diagrams) {
          sources.push(diagram?.ref, diagram?.ref && this.isBroken(diagram.ref));
        }
      }
    }
    return sources;
  }

  private currentOf(file: DiagFile): Current {
    let current = this.current.get(file);
    if (current === undefined) {
      current = { diagrams: new Array(file.declarations.length) };
      this.current.set(file, current);
    }
    return current;
  }
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

function moved<T>(checked: Checked<T>, lines: number): Checked<T> {
  const { value, problems } = checked;
  const range = (value as { range?: Range } | undefined)?.range;
  return {
    ...checked,
    ...(value === undefined ? {} : { value: range ? { ...value, range: movedRange(range, lines) } : value }),
    problems: problems.map(
      (problem): Problem => ({
        ...problem,
        range: movedRange(problem.range, lines),
        ...(problem.related
          ? {
              related: problem.related.map((place) =>
                place.uri ? place : { ...place, range: movedRange(place.range, lines) },
              ),
            }
          : {}),
      }),
    ),
  };
}

function movedRange({ start, end }: Range, lines: number): Range {
  return {
    start: { line: start.line + lines, character: start.character },
    end: { line: end.line + lines, character: end.character },
  };
}
