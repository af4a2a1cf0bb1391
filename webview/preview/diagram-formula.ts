import type { HoverAnswer, HoverPiece, HoverSpan, PreviewDiagram } from "../../src/preview/index.js";
import { htmlElement } from "../kit/elements.js";
import { counted } from "../kit/text.js";
import type { EditorLink } from "./page.js";

/** Rooms differ by so many px at least: a formula is not broken anew for less. */
const roomStep = 40;

/** Milliseconds that a pane keeps its width before formulas are broken for it. */
const resizeRest = 150;

/**
 * The formulas of a diagram, typeset, as the editor's hover of its name says them: they stand under the drawing, in lines as
 * wide as there is room.
 */
export class DiagramFormula {
  /** As wide as the room; it is there without formulas, too. */
  readonly element = htmlElement("div", { class: "formula-room" });
  private readonly formulas = htmlElement("div", {
    class: "single-formula",
    role: "group",
    "aria-label": "Formulas",
  });
  private room = 0;
  private resizing: ReturnType<typeof setTimeout> | undefined;
  private asked = "";
  private last: readonly [diagram: PreviewDiagram | undefined, version: number | undefined] | undefined;

  constructor(private readonly link: EditorLink) {
    this.formulas.hidden = true;
    this.element.append(this.formulas);
    whenThemeChanges(() => {
      this.asked = "";
      this.showAgain();
    });
    new ResizeObserver((entries) => this.resize(entries.at(-1)!.contentRect.width)).observe(this.element);
  }

  /** @param version of the file that the diagram is of: a hover may tell of more than the diagram. */
  show(diagram: PreviewDiagram | undefined, version: number | undefined): void {
    this.last = [diagram, version];
    const asked =
      diagram === undefined || diagram.broken
        ? ""
        : JSON.stringify([diagram.id, diagram.key, version, this.room]);
    // What has no room yet is asked for when it has.
    if (asked === this.asked || (asked !== "" && this.room === 0)) {
      return;
    }
    this.asked = asked;
    if (asked === "" || diagram === undefined) {
      this.put([]);
      return;
    }
    this.link.request({ method: "hover", position: diagram.nameRange.start, room: this.room }).then(
      (answer) => {
        if (this.asked === asked) {
          this.put(formulasOf(answer));
        }
      },
      // A drawing without its formula is still a drawing; the next text asks again.
      () => {
        if (this.asked === asked) {
          this.put([]);
        }
      },
    );
  }

  private put(formulas: readonly Formula[]): void {
    const [first, ...others] = formulas;
    const isOpen = this.formulas.querySelector("details")?.open ?? false;
    this.formulas.hidden = first === undefined;
    this.formulas.replaceChildren(...(first === undefined ? [] : [figure(first)]));
    if (others.length > 0) {
      const more = htmlElement(
        "details",
        {},
        htmlElement("summary", {}, counted(others.length, "more formula")),
        ...others.map(figure),
      );
      more.open = isOpen;
      this.formulas.append(more);
    }
  }

  private showAgain(): void {
    this.show(...(this.last ?? [undefined, undefined]));
  }

  /** @param width in px; 0 while the diagram is not shown alone. */
  private resize(width: number): void {
    clearTimeout(this.resizing);
    const room = Math.floor(width / roomStep) * roomStep;
    if (room === 0 || room === this.room) {
      return;
    }
    const take = (): void => {
      this.room = room;
      this.showAgain();
    };
    if (this.room === 0) {
      take();
    } else {
      this.resizing = setTimeout(take, resizeRest);
    }
  }
}

/** Only data addresses are shown, whatever the answer says. */
function figure({ label, latex, image }: Formula): HTMLElement {
  const shown = image?.startsWith("data:image/")
    ? htmlElement("img", { src: image, alt: latex, title: latex })
    : htmlElement("code", {}, latex);
  // What is scrolled is so by the keyboard too.
  const line = htmlElement(
    "div",
    { class: "formula-line", tabindex: "0", role: "group", "aria-label": label },
    shown,
  );
  return htmlElement("figure", {}, htmlElement("figcaption", {}, label), line);
}

/** What the language server takes to hear of a theme, in milliseconds; the page hears of it first. */
const themeDelay = 300;

/** Calls when the editor's theme has become another, whose colours images of formulas have. */
export function whenThemeChanges(listener: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(listener, themeDelay);
  });
  observer.observe(document.body, { attributeFilter: ["class", "data-vscode-theme-id"] });
}

interface Formula {
  readonly label: string;
  readonly latex: string;
  readonly image?: string;
}

/** The formulas of a hover; where hovers are plain text, each is a line of code behind the line that names it. */
export function formulasOf(answer: HoverAnswer | null): Formula[] {
  const pieces: readonly HoverPiece[] = answer?.pieces ?? [];
  return pieces.flatMap((piece, index): Formula[] => {
    if (piece.kind === "formula") {
      const { label, latex, image } = piece;
      return [{ label: textOf(label), latex, ...(image === undefined ? {} : { image }) }];
    }
    const [span] = piece.spans;
    const before = pieces[index - 1];
    const isFormula = piece.spans.length === 1 && span?.style === "code" && before?.kind === "line";
    return isFormula ? [{ label: textOf(before.spans), latex: span.text }] : [];
  });
}

function textOf(spans: readonly HoverSpan[]): string {
  return spans.map(({ text }) => text).join("");
}
