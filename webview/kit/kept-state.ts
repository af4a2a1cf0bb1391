import type { EditorApi } from "./editor.js";

/** Fields to be set; those that are `undefined` are removed. */
export type Change<State> = { readonly [Field in keyof State]?: State[Field] | undefined };

export function changed<State extends object>(state: State, change: Change<State>): State {
  const fields = Object.entries({ ...state, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as State;
}

const delay = 150; // milliseconds; a wheel changes the state a hundred times a second

/** What outlives the page. It is kept soon after each change, and before the page goes. */
export class KeptState<State extends object> {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly editor: Pick<EditorApi<never>, "setState">,
    private state: State,
  ) {
    document.addEventListener("visibilitychange", () => this.keep());
    window.addEventListener("pagehide", () => this.keep());
  }

  get now(): State {
    return this.state;
  }

  change(change: Change<State>): void {
    this.state = changed(this.state, change);
    this.timer ??= setTimeout(() => this.keep(), delay);
  }

  private keep(): void {
    if (this.timer === undefined) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.editor.setState(this.state);
  }
}
