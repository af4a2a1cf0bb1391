import type { ElementReference, FromPage, PageRequest, ToPage } from "../../src/preview/index.js";
import type { EditorApi } from "../kit/editor.js";
import type { Answers, EditorLink } from "./page.js";

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Numbers requests, and finds for each answer who waits for it. */
export class MessageLink implements EditorLink {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(private readonly api: Pick<EditorApi<FromPage>, "postMessage">) {}

  request<M extends PageRequest["method"]>(
    request: Extract<PageRequest, { readonly method: M }>,
  ): Promise<Answers[M]> {
    const number = ++this.last;
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.api.postMessage({ type: "request", number, request });
    }) as Promise<Answers[M]>;
  }

  select(id: string, element: ElementReference, focus: boolean): void {
    this.api.postMessage({ type: "select", id, element, focus });
  }

  ready(): void {
    this.api.postMessage({ type: "ready" });
  }

  shows(id: string | undefined): void {
    this.api.postMessage({ type: "shows", ...(id === undefined ? {} : { id }) });
  }

  focused(): void {
    this.api.postMessage({ type: "focused" });
  }

  /** Takes an answer. Whether the message was one. */
  take(message: ToPage): boolean {
    if (message.type !== "answer" && message.type !== "failure") {
      return false;
    }
    const one = this.waiting.get(message.number);
    this.waiting.delete(message.number);
    if (message.type === "answer") {
      one?.resolve(message.answer);
    } else {
      one?.reject(new Error(message.message));
    }
    return true;
  }
}
