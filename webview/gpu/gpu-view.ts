import { htmlElement, setText } from "../kit/elements.js";

/** What the page shows of its work. */
export class GpuView {
  private readonly device = htmlElement("dd", {}, "not known yet");
  private readonly doing = htmlElement("dd", { role: "status" }, "waiting");
  private readonly done = htmlElement("dd", {}, "0");
  private trials = 0;

  constructor(root: HTMLElement) {
    root.append(
      htmlElement(
        "main",
        {},
        htmlElement("h1", {}, "Simulating on this machine's GPU"),
        htmlElement("p", {}, "Closing this tab stops that; the run goes on on the processor."),
        htmlElement(
          "dl",
          {},
          ...[
            ["GPU", this.device] as const,
            ["state", this.doing] as const,
            ["trials done", this.done] as const,
          ].map(([name, value]) => htmlElement("div", {}, htmlElement("dt", {}, name), value)),
        ),
      ),
    );
  }

  set name(name: string) {
    setText(this.device, name);
  }

  set state(state: string) {
    setText(this.doing, state);
  }

  /** Counts trials that were simulated. */
  add(trials: number): void {
    this.trials += trials;
    setText(this.done, this.trials.toLocaleString("en-US"));
  }
}
