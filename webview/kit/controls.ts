/**
 * The one place that imports `@vscode/webview-ui-toolkit`, which is archived upstream: pages make their controls
 * by the functions here. Each is a custom element whose style is a constructed sheet, so that a page's policy
 * needs no exception for it.
 */
import "./style-nonce.js";
import {
  type Badge,
  type Button,
  type Checkbox,
  type Dropdown,
  type Option,
  provideVSCodeDesignSystem,
  type TextArea,
  type TextField,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextArea,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { piecesOf } from "./line-ends.js";

export type { Badge, Button, Checkbox, Dropdown, TextArea, TextField };

/** Before the first control is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextArea(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  /** Shown; for an icon it is said and shown as a tip. */
  readonly label: string;
  readonly appearance?: "primary" | "secondary" | "icon";
  readonly icon?: SVGElement;
  readonly onPress: (event: Event) => void;
}

export function makeButton({ label, appearance = "secondary", icon, onPress }: ButtonOptions): Button {
  const button = document.createElement("vscode-button") as Button;
  button.setAttribute("appearance", appearance);
  if (icon) {
    button.append(icon);
  }
  if (appearance === "icon") {
    button.setAttribute("aria-label", label);
    button.title = label;
  } else {
    button.append(label);
  }
  button.addEventListener("click", onPress);
  return button;
}

export interface TextFieldOptions {
  readonly label: string;
  /** Whether the label is only said; then it is the placeholder too, if there is none. */
  readonly labelHidden?: boolean;
  readonly placeholder?: string;
  readonly value?: string;
  readonly onInput?: (value: string) => void;
}

/** The toolkit gives controls without visible text a label of its own whenever they come into a document. */
function keepAttribute(control: HTMLElement, name: string, value: string): void {
  const set = (): void => {
    if (control.getAttribute(name) !== value) {
      control.setAttribute(name, value);
    }
  };
  set();
  new MutationObserver(set).observe(control, { attributeFilter: [name] });
}

function fill(control: TextField | TextArea, options: TextFieldOptions): void {
  const { label, labelHidden = false, placeholder, value, onInput } = options;
  if (labelHidden) {
    keepAttribute(control, "aria-label", label);
  } else {
    control.append(label);
  }
  const hint = placeholder ?? (labelHidden ? label : undefined);
  if (hint !== undefined) {
    control.setAttribute("placeholder", hint);
  }
  if (value !== undefined) {
    control.value = value;
  }
  if (onInput) {
    control.addEventListener("input", () => onInput(control.value));
  }
}

export function makeTextField(options: TextFieldOptions): TextField {
  const field = document.createElement("vscode-text-field") as TextField;
  fill(field, options);
  return field;
}

export function makeTextArea(options: TextFieldOptions & { readonly rows?: number }): TextArea {
  const area = document.createElement("vscode-text-area") as TextArea;
  fill(area, options);
  if (options.rows !== undefined) {
    area.rows = options.rows;
  }
  return area;
}

export function makeCheckbox(
  label: string,
  checked: boolean,
  onChange: (checked: boolean) => void,
): Checkbox {
  const box = document.createElement("vscode-checkbox") as Checkbox;
  box.append(label);
  box.checked = checked;
  box.addEventListener("change", () => onChange(box.checked));
  return box;
}

/** A list to choose from; `options` are values with what is shown. */
export function makeDropdown(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  onChange: (value: string) => void,
): Dropdown {
  const dropdown = document.createElement("vscode-dropdown") as Dropdown;
  dropdown.setAttribute("aria-label", label);
  setOptions(dropdown, options);
  dropdown.addEventListener("change", () => onChange(dropdown.value));
  return dropdown;
}

export function setOptions(
  dropdown: Dropdown,
  options: readonly (readonly [value: string, text: string])[],
): void {
  dropdown.replaceChildren(
    ...options.map(([value, text]) => {
      const option = document.createElement("vscode-option") as Option;
      option.setAttribute("value", value);
      // Of a list that is open, long names are divided as elsewhere.
      option.append(...piecesOf(text));
      return option;
    }),
  );
}

export function makeBadge(text: string): Badge {
  const badge = document.createElement("vscode-badge") as Badge;
  badge.append(text);
  return badge;
}
