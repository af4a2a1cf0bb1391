/**
 * The space-time panel beside the drawing: the grid, the embeddings of the diagram into it one by one, and what each
 * adds to the sum over all. What is chosen in it and in the drawing is one.
 */
import { outlineStyle } from "../../../src/drawing/styles.js";
import type { ElementReference } from "../../../src/preview/index.js";
import type { Page, PageView } from "../page.js";
import { SpaceTimeView } from "./view.js";

export { SpaceTimeView } from "./view.js";

export function mountSpaceTime(page: Page, slot: HTMLElement): void {
  const { store, link } = page;
  slot.classList.add("st-panel");
  const view = new SpaceTimeView(slot, (question) => link.request({ method: "embeddings", question }), {
    onChoice: (spacetime) => store.update({ spacetime }),
    onNode: (index) => choose(index),
    announce: (text) => page.announce(text),
    styleOf: (part) => {
      const drawing = page.drawing();
      const outline = drawing?.drawing.outlines.find((one) => one.part === part);
      return outline && outlineStyle(outline.style);
    },
  });

  function choose(index: number): void {
    const id = store.view.shown;
    if (id === undefined) {
      return;
    }
    const element = { kind: "node", index } as const;
    store.update({ selected: { id, element } });
    link.select(id, element, false);
  }

  function update(now: PageView): void {
    const { file, shown, spacetime } = now;
    const diagram = shown === undefined ? undefined : store.diagram(shown);
    if (!file || !diagram || !spacetime) {
      if (!spacetime || shown === undefined) {
        view.rest();
      }
      return;
    }
    view.show(diagram, file, spacetime);
    view.mark(nodeOf(now.selected, shown), nodeOf(now.cursor, shown));
  }

  store.subscribe((now, before) => {
    update(now);
    // Who opens the panel by its key or button is taken there.
    if (now.spacetime && !before.spacetime && before.file && now.shown === before.shown) {
      view.focus();
    }
  });
  page.onDrawing(() => {
    if (store.view.spacetime) {
      view.redraw();
    }
  });
  slot.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) {
      return;
    }
    event.preventDefault();
    store.update({ spacetime: undefined });
    page.drawing()?.element.querySelector<SVGElement>('[tabindex="0"]')?.focus();
  });
  page.describeKey(
    "← →",
    "in the space-time view to the previous or next embedding; Home and End to the first and last",
  );
  update(store.view);
}

function nodeOf(
  choice: { readonly id: string; readonly element: ElementReference } | undefined,
  shown: string | undefined,
): number | undefined {
  return choice && choice.id === shown && choice.element.kind === "node" ? choice.element.index : undefined;
}
