import {
  type DeviceDescription,
  type DeviceMethod,
  type FromGpuPage,
  type GpuQuestion,
  parseFromGpuPage,
  parseGpuAnswer,
  type ToGpuPage,
} from "../../device/index.js";

/** Why a page's GPU did not do what was asked; the message is one line. */
export class PageFault extends Error {
  override readonly name = "PageFault";

  /** @param lost whether the page, or its GPU, is gone. */
  constructor(
    message: string,
    readonly lost: boolean,
  ) {
    super(message);
  }
}

/** A page that is open. */
export interface OpenedPage {
  post(message: ToGpuPage): void;
  /** The page listens: the reader may look at something else. */
  settled(): void;
  close(): void;
}

/** A page that does not load is opened anew: in a browser's editor the first one of a busy window may stay blank. */
const mostTries = 2;

/** What is heard of a page. */
export interface PageListener {
  hear(message: unknown): void;
  /** Somebody has closed it. */
  gone(): void;
}

export interface PageDeviceOptions {
  /** Opens the page. */
  open(listener: PageListener): OpenedPage;
  /** A long run goes on. */
  alive?(): void;
  /** A GPU was found. */
  found?(device: DeviceDescription): void;
  /** How long the page may take to load before it is opened anew, in milliseconds; 10 s when absent. */
  readonly patience?: number;
  /** How long the page stays when it is needed no longer, for the next run; 2 s when absent. */
  readonly rest?: number;
}

/** Like `vscode.CancellationToken`. */
export interface StopToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

interface Waiting {
  readonly name: DeviceMethod;
  resolve(answer: unknown): void;
  reject(fault: PageFault): void;
}

/** The GPU of a page: it is opened when first asked for, and closed soon after it is let go. */
export class PageDevice {
  private readonly waiting = new Map<number, Waiting>();
  private page: OpenedPage | undefined;
  private opening: Promise<void> | undefined;
  private ready: Promise<void> = Promise.resolve();
  private listens: () => void = () => undefined;
  private isReady = false;
  private count = 0;
  private closing: NodeJS.Timeout | undefined;
  /** Why a page is of no use here, once that is known. */
  private useless: string | undefined;

  constructor(private readonly options: PageDeviceOptions) {}

  /**
   * Asks the page's device.
   * @param token stops a run, which is then answered with no trials.
   * @throws PageFault
   */
  async ask(question: GpuQuestion, token?: StopToken): Promise<unknown> {
    if (question.name === "open") {
      await this.open();
    } else if (this.page === undefined) {
      throw new PageFault("the page with the GPU was closed", true);
    }
    const id = this.count++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { name: question.name, resolve, reject });
    });
    this.page?.post({ type: "ask", id, question });
    const stop = (): void => this.page?.post({ type: "stop", id });
    const listener = token?.onCancellationRequested(stop);
    if (token?.isCancellationRequested) {
      stop();
    }
    try {
      const found = await answer;
      if (question.name === "open") {
        this.options.found?.(found as DeviceDescription);
      }
      return found;
    } catch (error) {
      // A page without a GPU has none the next time either.
      if (question.name === "open" && error instanceof PageFault && !error.lost) {
        this.useless = error.message;
      }
      throw error;
    } finally {
      listener?.dispose();
    }
  }

  /** The GPU is needed no longer; the page goes soon, unless it is asked for again. */
  release(): void {
    if (this.page === undefined) {
      return;
    }
    this.page.post({ type: "release" });
    clearTimeout(this.closing);
    this.closing = setTimeout(() => this.close(), this.options.rest ?? 2000);
  }

  /** Closes the page at once. */
  close(): void {
    const { page } = this;
    this.end("the page with the GPU was closed");
    page?.close();
  }

  /** Looks for a GPU again, where none was found before. */
  forget(): void {
    this.useless = undefined;
  }

  /** Opens the page once for all who ask for it meanwhile. */
  private open(): Promise<void> {
    this.opening ??= this.openPatiently().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async openPatiently(): Promise<void> {
    if (this.useless !== undefined) {
      throw new PageFault(this.useless, false);
    }
    clearTimeout(this.closing);
    const { patience = 10_000 } = this.options;
    for (let tries = 0; tries < mostTries; tries++) {
      this.page ??= this.openPage();
      if (await this.listensWithin(this.page, patience)) {
        return;
      }
      this.close();
    }
    // Nor would the next one, and each would be waited for.
    this.useless = `the page with the GPU did not load within ${(mostTries * patience) / 1000} s`;
    throw new PageFault(this.useless, false);
  }

  private openPage(): OpenedPage {
    this.isReady = false;
    this.ready = new Promise((resolve) => {
      this.listens = resolve;
    });
    const page = this.options.open({
      hear: (message) => this.hear(message),
      gone: () => {
        if (this.page === page) {
          this.end("the tab with the GPU was closed");
        }
      },
    });
    return page;
  }

  private async listensWithin(page: OpenedPage, patience: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), patience);
    });
    const first = await Promise.race([this.ready, late]);
    clearTimeout(timer);
    if (this.page !== page) {
      throw new PageFault("the tab with the GPU was closed", true);
    }
    return first !== "late";
  }

  private hear(words: unknown): void {
    const message = parseFromGpuPage(words);
    if (message === undefined) {
      return;
    }
    switch (message.type) {
      case "ready":
        // A tab that is moved to another window is loaded again, and then has forgotten all.
        if (this.isReady) {
          this.refuseAll("the page with the GPU was loaded again");
        }
        this.isReady = true;
        this.listens();
        this.page?.settled();
        break;
      case "alive":
        this.options.alive?.();
        break;
      default:
        this.settle(message);
    }
  }

  private settle(message: Extract<FromGpuPage, { readonly type: "answer" | "refusal" }>): void {
    const waiting = this.waiting.get(message.id);
    if (waiting === undefined) {
      return;
    }
    this.waiting.delete(message.id);
    if (message.type === "refusal") {
      waiting.reject(new PageFault(message.message.split("\n")[0]!, message.lost));
      return;
    }
    const answer = parseGpuAnswer(waiting.name, message.answer);
    if (answer === undefined) {
      waiting.reject(new PageFault("the page answered something else", true));
    } else {
      waiting.resolve(answer);
    }
  }

  private end(reason: string): void {
    clearTimeout(this.closing);
    this.page = undefined;
    this.listens();
    this.refuseAll(reason);
  }

  private refuseAll(reason: string): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) {
      reject(new PageFault(reason, true));
    }
  }
}
