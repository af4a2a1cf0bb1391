import type { CouldNotAsk, Meaning, Scheduler, SubmissionRequest } from "../../../src/cluster/index.js";

export const runs: Meaning = { phase: "running", isRequeued: false, line: "runs" };
export const waits: Meaning = { phase: "waiting", isRequeued: false, line: "waits for its turn" };
export const ends: Meaning = { phase: "ending", line: "is ending" };
export const isHeld: Meaning = { phase: "stuck", canBeReleased: true, isRequeued: false, line: "is held" };
export const failed: Meaning = {
  phase: "ended",
  outcome: "failed",
  fault: "task",
  line: "ended with exit code 3",
};
export const cancelled: Meaning = {
  phase: "ended",
  outcome: "cancelled",
  fault: "person",
  line: "was cancelled",
};

/** A queue that a test fills, and in which cancelling does what the test has it do. */
export class FakeScheduler implements Scheduler {
  readonly name = "fake";
  readonly arrays = new Map<number, { token: string; tasks: Map<number, Meaning> }>();
  /** Why it cannot be asked, if it cannot. */
  silence: string | undefined;
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** Called at each look, before it. */
  onLook: () => void = () => undefined;
  /** Called when an array is cancelled. */
  onCancel: (array: number) => void = (array) => this.setAll(array, cancelled);

  add(array: number, token: string, ...tasks: readonly Meaning[]): void {
    this.arrays.set(array, { token, tasks: new Map(tasks.entries()) });
  }

  setAll(array: number, meaning: Meaning): void {
    const tasks = this.arrays.get(array)?.tasks ?? new Map<number, Meaning>();
    for (const index of tasks.keys()) {
      tasks.set(index, meaning);
    }
  }

  private get answer(): CouldNotAsk | undefined {
    return this.silence === undefined ? undefined : { kind: "could not ask", why: this.silence };
  }

  async limits() {
    return this.answer ?? { kind: "seen" as const, maxArraySize: 1001, remembers: 300 };
  }

  async submit(request: SubmissionRequest) {
    this.asked.push(`submit ${request.token}`);
    return { kind: "refused" as const, why: "nothing is submitted here" };
  }

  async look(tokens: ReadonlySet<string>) {
    this.onLook();
    this.asked.push(`look ${[...tokens].join(" ")}`);
    const seen = new Map(
      [...this.arrays].map(([array, { token, tasks }]) => [array, { token, tasks: new Map(tasks) }]),
    );
    return (
      this.answer ?? {
        kind: "seen" as const,
        task: (array: number, index: number) => {
          const meaning = seen.get(array)?.tasks.get(index);
          return meaning === undefined
            ? { kind: "not there" as const }
            : { kind: "seen" as const, meaning, nodes: "node1" };
        },
        arrayOf: (token: string) => [...seen].find(([, array]) => array.token === token)?.[0],
      }
    );
  }

  async cancel(array: number) {
    this.asked.push(`cancel ${array}`);
    if (this.answer === undefined) {
      this.onCancel(array);
    }
    return this.answer;
  }

  async release() {
    return this.answer;
  }
}
