/** Work for a worker. */
export interface Job {
  /** What the worker is told; asked whenever the job begins. */
  message(): unknown;
  /** Whether anybody waits for it. */
  isWanted(): boolean;
  /** Whether it goes before others that wait. */
  isUrgent(): boolean;
  /** How it ended. It may be added anew. */
  end(outcome: Outcome): void;
}

export type Outcome =
  | { readonly kind: "report"; readonly report: unknown }
  /** It took longer than jobs may. */
  | { readonly kind: "late" }
  /** The worker went; a problem is one line. Of one that was not ready the job is hardly the reason. */
  | {
      readonly kind: "lost";
      readonly problem: string;
      readonly outOfMemory: boolean;
      readonly wasReady: boolean;
    }
  /** Nobody waited for it any more. */
  | { readonly kind: "dropped" };
