import { type FromResultsPage, parseResultsPageState, type ResultsPageState } from "../../src/runs/index.js";

/** What VS Code gives to a page, once. */
export interface ResultsEditor {
  postMessage(message: FromResultsPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

const delay = 150; // milliseconds; scrolling changes the state a hundred times a second

/** What outlives the page. It is kept soon after each change, and before the page goes. */
export class KeptState {
  private state: ResultsPageState;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly editor: ResultsEditor) {
    this.state = parseResultsPageState(editor.getState());
    document.addEventListener("visibilitychange", () => this.keep());
    window.addEventListener("pagehide", () => this.keep());
  }

  get now(): ResultsPageState {
    return this.state;
  }

  /** Fields that are `undefined` are removed. */
  change(change: { readonly [Field in keyof ResultsPageState]?: ResultsPageState[Field] | undefined }): void {
    const fields = Object.entries({ ...this.state, ...change }).filter(([, value]) => value !== undefined);
    this.state = Object.fromEntries(fields) as ResultsPageState;
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
