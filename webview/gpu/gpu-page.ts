import {
  DeviceLost,
  type FromGpuPage,
  GpuDevice,
  type GpuQuestion,
  parseToGpuPage,
  type ToGpuPage,
} from "../../src/device/index.js";
import { listenToEditor } from "../kit/editor.js";
import { lineOf } from "../kit/text.js";
import { GpuView } from "./gpu-view.js";

/** Least time between two signs of life, in milliseconds. */
const aliveEvery = 1000;

/** Simulates what the editor asks for on the browser's GPU. Nothing here waits for a timer: a hidden page's are slow. */
export class GpuPage {
  private readonly view: GpuView;
  private device: GpuDevice | undefined;
  /** Runs under way or waiting, by their numbers. */
  private readonly runs = new Map<number, AbortController>();
  private queue: Promise<void> = Promise.resolve();
  private told = 0;

  constructor(
    root: HTMLElement,
    private readonly say: (message: FromGpuPage) => void,
  ) {
    this.view = new GpuView(root);
  }

  /** Takes messages from now on, and tells the editor so. */
  begin(): void {
    listenToEditor(parseToGpuPage, (message) => this.take(message));
    this.say({ type: "ready" });
  }

  private take(message: ToGpuPage): void {
    switch (message.type) {
      case "ask": {
        const { id, question } = message;
        if (question.name === "run") {
          this.runs.set(id, new AbortController());
        }
        this.queue = this.queue.then(() => this.answer(id, question));
        break;
      }
      case "stop":
        this.runs.get(message.id)?.abort();
        break;
      case "release":
        for (const run of this.runs.values()) {
          run.abort();
        }
        this.queue = this.queue.then(() => this.release());
        break;
    }
  }

  private async answer(id: number, question: GpuQuestion): Promise<void> {
    try {
      this.say({ type: "answer", id, answer: await this.answerOf(id, question) });
    } catch (error) {
      const lost = error instanceof DeviceLost;
      const message = lineOf(error).slice(0, 1000);
      this.view.state = lost ? `stopped: ${message}` : `not possible: ${message}`;
      this.say({ type: "refusal", id, message, lost });
    } finally {
      this.runs.delete(id);
    }
  }

  private async answerOf(id: number, question: GpuQuestion): Promise<unknown> {
    switch (question.name) {
      case "open":
        return this.open(question.parameters.visits);
      case "load":
        this.view.state = "preparing the simulation";
        await this.opened().load(question.parameters, () => this.alive());
        return null;
      case "run": {
        this.view.state = "simulating";
        const signal = this.runs.get(id)?.signal ?? AbortSignal.abort();
        const done = await this.opened().run(question.parameters, signal, () => this.alive());
        this.view.add(done.trials);
        return done;
      }
    }
  }

  private async open(visits: number | undefined): Promise<GpuDevice["description"]> {
    this.release();
    this.view.state = "looking for a GPU";
    if (!navigator.gpu) {
      throw new Error("the window's browser has no WebGPU (navigator.gpu)");
    }
    const [, version = "not told"] = /\bChrome\/(\S+)/.exec(navigator.userAgent) ?? [];
    const facts = [["Chromium", version]] as const;
    const options = { backend: "in a page", ...(visits === undefined ? {} : { visits }) };
    this.device = await GpuDevice.open(navigator.gpu, facts, options);
    const { description } = this.device;
    this.view.name = description.name;
    this.view.state = "ready";
    return description;
  }

  private opened(): GpuDevice {
    if (this.device === undefined) {
      throw new DeviceLost("the page's GPU was not opened");
    }
    return this.device;
  }

  private release(): void {
    this.device?.destroy();
    this.device = undefined;
    this.view.state = "done";
  }

  private alive(): void {
    const now = performance.now();
    if (now - this.told < aliveEvery) {
      return;
    }
    this.told = now;
    this.say({ type: "alive" });
  }
}
