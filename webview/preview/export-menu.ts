import type { ExportFormat } from "../../src/preview/index.js";
import { makeButton, makeDropdown } from "../toolkit.js";
import { lineOf, problemOf } from "./asking.js";
import type { Page } from "./page.js";
import { base64Of, pngOf } from "./picture.js";
import { makePopover, makeStatusLine } from "./popover.js";

type Format = Exclude<ExportFormat, "json"> | "png";

const formats: Readonly<
  Record<Format, { readonly name: string; readonly ending: string; readonly words: string }>
> = {
  svg: { name: "SVG", ending: "svg", words: "Black lines on nothing, whatever the theme." },
  png: { name: "PNG", ending: "png", words: "Black lines on nothing, whatever the theme." },
  tikz: { name: "TikZ (LaTeX)", ending: "tex", words: "A document that compiles as it is." },
  short: { name: "Short form", ending: "txt", words: "The paper's notation: parts, then edges." },
  dot: { name: "DOT (Graphviz)", ending: "dot", words: "The tree; parts as clusters." },
};
const scales = ["1", "2", "3", "4", "8"];

/** Puts the button *Export* into the toolbar. Its form copies or saves the diagram that is shown or selected. */
export function mountExportMenu(page: Page, slot: HTMLElement): void {
  let format: Format = "svg";
  let scale = "2";
  let busy = false;
  const button = makeButton({ label: "Export", appearance: "secondary", onPress: () => popover.toggle() });
  const status = makeStatusLine();
  const hint = document.createElement("p");
  hint.className = "form-hint";
  const formatBox = labelled(
    "Format",
    makeDropdown(
      "Format",
      Object.entries(formats).map(([value, { name }]) => [value, name] as const),
      (value) => {
        format = value as Format;
        showFormat();
      },
    ),
  );
  const scaleChoice = makeDropdown(
    "Scale",
    scales.map((value) => [value, `${value} ×`] as const),
    (value) => {
      scale = value;
    },
  );
  scaleChoice.setAttribute("current-value", scale);
  const scaleBox = labelled("Scale", scaleChoice);
  const copy = makeButton({ label: "Copy", appearance: "secondary", onPress: () => void run(copyExport) });
  const save = makeButton({ label: "Save…", appearance: "primary", onPress: () => void run(saveExport) });
  const buttons = document.createElement("div");
  buttons.className = "form-buttons";
  buttons.append(copy, save);
  const popover = makePopover(
    button,
    "Export the diagram",
    [formatBox.element, scaleBox.element, hint, buttons, status.element],
    () => formatBox.control,
  );
  slot.append(button);

  function showFormat(): void {
    scaleBox.element.hidden = format !== "png";
    hint.textContent = formats[format].words;
    status.show("", false);
  }

  /** The diagram to be exported: the one shown alone, or the one selected in the gallery. */
  function subject(): { readonly id: string; readonly name: string } | undefined {
    const { shown, selected } = page.store.view;
    const id = shown ?? selected?.id;
    const diagram = id === undefined ? undefined : page.store.diagram(id);
    return diagram && { id: diagram.id, name: diagram.name };
  }

  async function run(act: (id: string, name: string) => Promise<string>): Promise<void> {
    const one = subject();
    // Buttons that are disabled lose the keyboard; a second press while the first is under way does nothing.
    if (one === undefined || busy) {
      return;
    }
    busy = true;
    try {
      status.show(await act(one.id, one.name), false);
    } catch (error) {
      status.show(lineOf(error), true);
    } finally {
      busy = false;
    }
  }

  async function textOf(id: string, wanted: ExportFormat): Promise<string> {
    const answer = await page.link.request({ method: "export", id, format: wanted });
    const problem = problemOf(answer);
    if (problem !== undefined) {
      throw new Error(problem);
    }
    return (answer as { readonly text: string }).text;
  }

  async function copyExport(id: string): Promise<string> {
    if (format === "png") {
      await copyPicture(await pngOf(await textOf(id, "svg"), Number(scale)));
    } else {
      await page.link.request({ method: "copy", text: await textOf(id, format) });
    }
    return `${formats[format].name} copied`;
  }

  async function saveExport(id: string, name: string): Promise<string> {
    const content =
      format === "png"
        ? await base64Of(await pngOf(await textOf(id, "svg"), Number(scale)))
        : await textOf(id, format);
    const suggestedName = `${fileNameOf(name)}.${formats[format].ending}`;
    const { saved } = await page.link.request({ method: "save", suggestedName, format, content });
    return saved ? `${formats[format].name} saved` : "";
  }

  const update = (): void => {
    slot.hidden = subject() === undefined;
    if (slot.hidden && popover.isOpen) {
      popover.close();
    }
  };
  page.store.subscribe((now, before) => {
    if (now.shown !== before.shown) {
      status.show("", false);
    }
    update();
  });
  page.onCommand("export", () => {
    if (subject() === undefined) {
      page.notify("select a diagram first; the gallery exports one at a time");
    } else {
      popover.open();
    }
  });
  showFormat();
  update();
}

async function copyPicture(picture: Blob): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
  } catch {
    throw new Error("the clipboard takes no picture here; save it instead");
  }
}

function labelled<Control extends HTMLElement>(
  label: string,
  control: Control,
): { readonly element: HTMLElement; readonly control: Control } {
  const element = document.createElement("div");
  element.className = "form-row";
  const words = document.createElement("span");
  words.setAttribute("aria-hidden", "true");
  words.append(label);
  element.append(words, control);
  return { element, control };
}

/** A diagram's name as that of a file on any disk. */
function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 80) || "diagram";
}
