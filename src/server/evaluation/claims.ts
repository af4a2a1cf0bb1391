import type { Job, Outcome } from "../../work/index.js";
import type { Answer, Subject } from "./questions.js";
import type { Task } from "./tasks.js";

/** Somebody who wants an evaluation. */
export class Claim {
  /** Whether nobody is in the middle of asking, but an open document says it. */
  isStanding = false;
  /** Tells whoever waits what is known; a standing claim has nobody to tell. */
  leave: (answer: Answer<unknown> | undefined) => void = () => undefined;

  constructor(
    readonly kind: Task["kind"],
    readonly subject: Subject,
    /** The address of the document for which it is wanted. */
    readonly document: string,
  ) {}

  /** Whether both ask the same kind of thing about the same declaration. */
  isAbout({ kind, subject: { uri, name } }: Claim): boolean {
    return this.kind === kind && this.subject.uri === uri && this.subject.name === name;
  }
}

/** An evaluation that has no answer yet, and who wants it. */
export class EvaluationJob implements Job {
  readonly claims = new Set<Claim>();
  /** Whether it has been added to the work. */
  isAdded = false;
  /** Whether somebody was sent away without an answer. */
  overdue = false;
  private begun: number | undefined;

  constructor(
    readonly key: string,
    private readonly task: Task,
    readonly end: (outcome: Outcome) => void,
  ) {}

  /** Whole seconds since it has begun; 0 while it waits. */
  get seconds(): number {
    return this.begun === undefined ? 0 : Math.floor((performance.now() - this.begun) / 1000);
  }

  message(): Task {
    this.begun = performance.now();
    return this.task;
  }

  isWanted(): boolean {
    return this.claims.size > 0;
  }

  /** A person who waits goes before hints. */
  isUrgent(): boolean {
    return [...this.claims].some(({ isStanding }) => !isStanding);
  }

  remove(claim: Claim): void {
    this.claims.delete(claim);
    claim.leave(undefined);
  }
}
