/** Where a question stands in a series of them. */
export interface StepPlace {
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** Whether there is a question before it. */
  readonly canGoBack: boolean;
}

/** The user wants the question before this one again. */
export const back = Symbol("back");

/** What a question came to: what is known with its answer, or `undefined` when the user changed their mind. */
export type StepAnswer<State> = State | typeof back | undefined;

/** A question that is asked while its answer is not known. */
export interface Step<State> {
  isOpen(state: State): boolean;
  ask(state: State, place: StepPlace): Promise<StepAnswer<State>>;
}

/**
 * Asks, one after the other, what is not known yet; always the first question that is open. Each may be taken back.
 * @returns what is known at the end; `undefined` when the user changed their mind.
 */
export async function askInSteps<State>(
  steps: readonly Step<State>[],
  start: State,
): Promise<State | undefined> {
  const asked: State[] = [];
  let state = start;
  for (;;) {
    const open = steps.filter((step) => step.isOpen(state));
    const [next] = open;
    if (next === undefined) {
      return state;
    }
    const place = {
      step: asked.length + 1,
      totalSteps: asked.length + open.length,
      canGoBack: asked.length > 0,
    };
    const answer = await next.ask(state, place);
    if (answer === undefined) {
      return undefined;
    }
    if (answer === back) {
      state = asked.pop() ?? start;
    } else {
      asked.push(state);
      state = answer;
    }
  }
}
