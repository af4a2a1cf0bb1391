/** What the thread that works says to the one that listens. */
export type WorkerMessage =
  /** For the log. */
  | { readonly kind: "line"; readonly text: string }
  /** It has heard that it is to end, and keeps what is done. */
  | { readonly kind: "stopping" }
  /** It is over, with an exit status; with none where it was asked to end before all was done. */
  | { readonly kind: "end"; readonly status: number | undefined };

/** A task: an element of an array that was submitted. */
export interface TaskWords {
  /** The run's folder, absolute. */
  readonly folder: string;
  /** Of the submission. */
  readonly token: string;
  /** Of the task in it. */
  readonly index: number;
}
