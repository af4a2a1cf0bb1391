import { type Dropdown, makeDropdown, setOptions } from "./controls.js";
import { htmlElement } from "./elements.js";
import { cutText } from "./text.js";

type Option = readonly [value: string, text: string];

/** A list to choose from with its label before it. What is offered changes only while the list is closed. */
export class Chooser {
  readonly element = htmlElement("div", { class: "chooser" });
  readonly dropdown: Dropdown;
  private offered = "";
  private wanted: { readonly options: readonly Option[]; readonly chosen: string } | undefined;

  /** @param longest how many characters of an option are shown. */
  constructor(
    label: string,
    onChoose: (value: string) => void,
    private readonly longest = 60,
  ) {
    this.dropdown = makeDropdown(label, [], (value) => {
      if (value !== this.wanted?.chosen) {
        onChoose(value);
      }
    });
    const words = htmlElement("span", { "aria-hidden": "true" }, label);
    this.element.append(words, this.dropdown);
    this.dropdown.addEventListener("focusout", () => this.apply());
  }

  /** Shows what is chosen among what is offered. */
  show(options: readonly Option[], chosen: string): void {
    this.wanted = { options, chosen };
    this.apply();
  }

  private apply(): void {
    if (this.wanted === undefined || this.dropdown.open) {
      return;
    }
    const { options, chosen } = this.wanted;
    const offered = JSON.stringify(options);
    if (offered !== this.offered) {
      this.offered = offered;
      setOptions(
        this.dropdown,
        options.map(([value, text]) => [value, cutText(text, this.longest)] as const),
      );
      // Until the control has seen its options, it has no value.
      for (const option of this.dropdown.querySelectorAll("vscode-option")) {
        option.toggleAttribute("selected", option.getAttribute("value") === chosen);
      }
      // It takes the first of them on seeing them when its value before is not among them.
      setTimeout(() => this.apply());
    }
    if (this.dropdown.value !== chosen) {
      this.dropdown.value = chosen;
    }
  }
}
