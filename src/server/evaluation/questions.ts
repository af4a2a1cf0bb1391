import type { CancellationToken } from "vscode-languageserver";

/** What is known of an evaluation when its deadline has come. */
export type Answer<T> =
  | { readonly state: "done"; readonly value: T }
  /** It goes on, so that a later question finds the answer; `seconds` tells how long it has been at it. */
  | { readonly state: "computing"; readonly seconds?: number }
  /** One line for the user. */
  | { readonly state: "failed"; readonly problem: string }
  /** The workspace is not trusted, so nothing is evaluated. */
  | { readonly state: "untrusted" };

/** A declaration, by the address of its document and its name there. */
export interface Subject {
  readonly uri: string;
  readonly name: string;
}

export interface AskOptions {
  /** Milliseconds to wait for the answer; with 0 only what is known is said, and the rest is begun. */
  readonly deadline: number;
  /** What is asked about. Asking about a changed one stops what is still computed for the one before. */
  readonly subject: Subject;
  /** The address of the document for which it is asked; the subject's own when absent. */
  readonly document?: string;
  /** Cancelled when whoever asks waits no more. */
  readonly token?: CancellationToken | undefined;
}
