import type { ExportFormat } from "../../src/preview/index.js";
import { Chooser } from "../kit/chooser.js";
import { ExportForm } from "../kit/export-form.js";
import { base64Of, copyPicture, pngOf } from "../kit/picture.js";
import { fileNameOf } from "../kit/text.js";
import type { Page } from "./page.js";
import { problemOf } from "./text-edits.js";

type Format = Exclude<ExportFormat, "json"> | "png";

const formats: Readonly<
  Record<Format, { readonly name: string; readonly ending: string; readonly words: string }>
> = {
  svg: { name: "SVG", ending: "svg", words: "Black lines on a transparent background, whatever the theme." },
  png: { name: "PNG", ending: "png", words: "Black lines on a transparent background, whatever the theme." },
  tikz: { name: "TikZ (LaTeX)", ending: "tex", words: "A document that compiles as it is." },
  short: { name: "Short form", ending: "txt", words: "The paper's notation: parts, then edges." },
  dot: { name: "DOT (Graphviz)", ending: "dot", words: "The tree; parts as clusters." },
};
const scales = ["1", "2", "3", "4", "8"];

/** Puts the button *Export* into the toolbar. Its form copies or saves the diagram that is shown or selected. */
export function mountExportMenu(page: Page, slot: HTMLElement): void {
  let format: Format = "svg";
  let scale = "2";
  const formatChoice = new Chooser("Format", (value) => {
    format = value as Format;
    show();
  });
  const scaleChoice = new Chooser("Scale", (value) => {
    scale = value;
    show();
  });
  const form = new ExportForm({
    label: "Export the diagram",
    choices: [formatChoice.element, scaleChoice.element],
    first: () => formatChoice.dropdown,
    copy: () => ofSubject(copyExport),
    save: () => ofSubject(saveExport),
  });
  slot.append(form.button);

  function show(): void {
    formatChoice.show(
      Object.entries(formats).map(([value, { name }]) => [value, name] as const),
      format,
    );
    scaleChoice.show(
      scales.map((value) => [value, `${value} ×`] as const),
      scale,
    );
    scaleChoice.element.hidden = format !== "png";
    form.describe(formats[format].words);
  }

  /** The diagram to be exported: the one shown alone, or the one selected in the gallery. */
  function subject(): { readonly id: string; readonly name: string } | undefined {
    const { shown, selected } = page.store.view;
    const id = shown ?? selected?.id;
    const diagram = id === undefined ? undefined : page.store.diagram(id);
    return diagram && { id: diagram.id, name: diagram.name };
  }

  async function ofSubject(act: (id: string, name: string) => Promise<string>): Promise<string> {
    const one = subject();
    return one ? act(one.id, one.name) : "";
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
    const suggestedName = `${fileNameOf(name, "diagram")}.${formats[format].ending}`;
    const { saved } = await page.link.request({ method: "save", suggestedName, format, content });
    return saved ? `${formats[format].name} saved` : "";
  }

  const update = (): void => {
    slot.hidden = subject() === undefined;
    if (slot.hidden) {
      form.close();
    }
  };
  page.store.subscribe((now, before) => {
    if (now.shown !== before.shown) {
      show();
    }
    update();
  });
  page.onCommand("export", () => {
    if (subject() === undefined) {
      page.notify("select a diagram first; the gallery exports one at a time");
    } else {
      form.open();
    }
  });
  show();
  update();
}
