import { type AstNode, GrammarUtils, type URI } from "langium";

/** A position in a text: lines and UTF-16 units, both from 0. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** The codes of LANGUAGE.md, "What is checked". */
export type ProblemCode =
  | "syntax"
  | "unresolved"
  | "duplicate-name"
  | "cycle"
  | "second-parent"
  | "many-roots"
  | "two-parts"
  | "root-in-part"
  | "path-condition"
  | "reducible"
  | "never-embeds"
  | "same-diagram"
  | "unknown-symbol"
  | "bad-distribution"
  | "bad-space-time"
  | "bad-value"
  | "shape"
  | "not-smooth"
  /** No fault of the text: a check threw. */
  | "internal";

/** What a check found, before it becomes a diagnostic of a document. */
export interface Problem {
  readonly severity: "error" | "warning" | "info";
  readonly code: ProblemCode;
  readonly message: string;
  readonly range: Range;
  readonly related?: readonly RelatedPlace[];
  /** What a quick fix needs to know. */
  readonly data?: unknown;
}

export interface RelatedPlace {
  /** The document of the place; absent when it is the problem's own. */
  readonly uri?: URI;
  readonly range: Range;
  readonly message: string;
}

/** The outcome of checking a declaration: its value when nothing in it is broken, and what was found. */
export interface Checked<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
  /** Whether there is no value because a table of data has not been read yet. */
  readonly isUnread?: boolean;
}

const nowhere: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Where a node stands, or its property (or one element of it). */
export function rangeOf(node: AstNode, property?: string, index?: number): Range {
  const part = property ? GrammarUtils.findNodeForProperty(node.$cstNode, property, index) : undefined;
  return (part ?? node.$cstNode)?.range ?? nowhere;
}

/** The range from the start of one to the end of another. */
export function span(first: Range, last: Range): Range {
  return { start: first.start, end: last.end };
}

/** Collects problems; from the hundredth on it only counts them, and says so once. */
export class ProblemList {
  static readonly limit = 100;
  private readonly collected: Problem[] = [];
  private omitted = 0;
  private omittedErrors = 0;

  error(code: ProblemCode, range: Range, message: string, more: Partial<Problem> = {}): void {
    this.add({ severity: "error", code, message, range, ...more });
  }

  warning(code: ProblemCode, range: Range, message: string, more: Partial<Problem> = {}): void {
    this.add({ severity: "warning", code, message, range, ...more });
  }

  info(code: ProblemCode, range: Range, message: string, more: Partial<Problem> = {}): void {
    this.add({ severity: "info", code, message, range, ...more });
  }

  add(problem: Problem): void {
    if (this.collected.length < ProblemList.limit) {
      this.collected.push(problem);
    } else {
      this.omitted++;
      this.omittedErrors += problem.severity === "error" ? 1 : 0;
    }
  }

  /** Whether further problems are only counted, so that their texts need not be made. */
  get isFull(): boolean {
    return this.collected.length >= ProblemList.limit;
  }

  /** Counts a warning or an info that is not shown. */
  omit(): void {
    this.omitted++;
  }

  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) {
      this.add(problem);
    }
  }

  get hasErrors(): boolean {
    return this.omittedErrors > 0 || this.collected.some((problem) => problem.severity === "error");
  }

  /** The problems, the last with a count of those left out. */
  get problems(): Problem[] {
    if (this.omitted === 0) {
      return this.collected;
    }
    const last = this.collected[this.collected.length - 1]!;
    return [
      ...this.collected.slice(0, -1),
      { ...last, message: `${last.message} (and ${this.omitted} more such problems)` },
    ];
  }
}
