import { type Button, makeButton } from "./controls.js";
import { htmlElement } from "./elements.js";
import { makePopover, makeStatusLine, type Popover } from "./popover.js";
import { lineOf } from "./text.js";

export interface ExportFormOptions {
  /** What the form is called. */
  readonly label: string;
  /** What is chosen in it, above its buttons. */
  readonly choices: readonly HTMLElement[];
  /** What gets the keyboard when the form opens. */
  first(): HTMLElement;
  /** Brings what can be chosen up to date, before the form opens. */
  update?(): void;
  /** Both say in a line what they have done, or throw an `Error` of one line. */
  copy(): Promise<string>;
  save(): Promise<string>;
}

/** The button *Export* with a form that copies or saves what is chosen in it. */
export class ExportForm {
  readonly button: Button;
  readonly save: Button;
  private readonly popover: Popover;
  private readonly hint = htmlElement("p", { class: "form-hint" });
  private readonly status = makeStatusLine();
  private isBusy = false;

  constructor(private readonly options: ExportFormOptions) {
    const { label, choices } = options;
    this.button = makeButton({ label: "Export", onPress: () => this.toggle() });
    const copy = makeButton({ label: "Copy", onPress: () => void this.run(options.copy) });
    this.save = makeButton({
      label: "Save…",
      appearance: "primary",
      onPress: () => void this.run(options.save),
    });
    const buttons = htmlElement("div", { class: "form-buttons" }, copy, this.save);
    const content = [...choices, this.hint, buttons, this.status.element];
    this.popover = makePopover(this.button, label, content, () => options.first());
  }

  open(): void {
    this.options.update?.();
    this.popover.open();
  }

  close(): void {
    if (this.popover.isOpen) {
      this.popover.close();
    }
  }

  /** Says what is to be known of what is chosen; what was done before is no longer said. */
  describe(hint: string): void {
    this.hint.textContent = hint;
    this.status.show("", false);
  }

  private toggle(): void {
    this.options.update?.();
    this.popover.toggle();
  }

  private async run(act: () => Promise<string>): Promise<void> {
    // Buttons that are disabled lose the keyboard; a second press while the first is under way does nothing.
    if (this.isBusy) {
      return;
    }
    this.isBusy = true;
    try {
      this.status.show(await act.call(this.options), false);
    } catch (error) {
      this.status.show(lineOf(error), true);
    } finally {
      this.isBusy = false;
    }
  }
}
