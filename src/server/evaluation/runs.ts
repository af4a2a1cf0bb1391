import type { Verdict } from "../../runs/index.js";

/** The outcome of one number of a verification, as far as the editor shows it. */
export interface KnownRun {
  readonly verify: string;
  readonly eta: number;
  readonly observable: string;
  readonly predicted: number;
  readonly measured: number | null;
  readonly standardError: number | null;
  readonly verdict: Verdict;
  readonly reason: string;
  /** Its run was stopped before all its trials. */
  readonly cancelled?: true;
}

const mostVerifies = 500;
const mostRuns = 1000;
const verdicts: readonly unknown[] = ["agrees", "disagrees", "inconclusive"] satisfies Verdict[];

/** The last runs of verifications, told by whoever ran them. */
export class RunStore {
  private readonly runs = new Map<string, readonly KnownRun[]>();

  /** Takes runs of the declarations of a file; those of one verify replace what was known of it. */
  put(uri: string, runs: readonly unknown[]): void {
    const byVerify = new Map<string, KnownRun[]>();
    for (const run of runs.slice(0, mostRuns)) {
      if (isRun(run)) {
        byVerify.set(run.verify, [...(byVerify.get(run.verify) ?? []), run]);
      }
    }
    for (const [verify, list] of byVerify) {
      const key = `${uri} ${verify}`;
      this.runs.delete(key);
      this.runs.set(key, list);
      if (this.runs.size > mostVerifies) {
        this.runs.delete(this.runs.keys().next().value!);
      }
    }
  }

  /** The last run of a verify at a learning rate. */
  find(uri: string, verify: string, eta: number, observable: string): KnownRun | undefined {
    return this.runs.get(`${uri} ${verify}`)?.find((run) => run.eta === eta && run.observable === observable);
  }
}

function isRun(value: unknown): value is KnownRun {
  const run = value as Partial<Record<keyof KnownRun, unknown>> | null;
  const isNumber = (one: unknown) => typeof one === "number";
  return (
    typeof run === "object" &&
    run !== null &&
    typeof run.verify === "string" &&
    typeof run.observable === "string" &&
    typeof run.reason === "string" &&
    isNumber(run.eta) &&
    isNumber(run.predicted) &&
    (run.measured === null || isNumber(run.measured)) &&
    (run.standardError === null || isNumber(run.standardError)) &&
    verdicts.includes(run.verdict) &&
    (run.cancelled === undefined || run.cancelled === true)
  );
}
