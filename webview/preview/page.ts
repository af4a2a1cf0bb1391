import type { Drawing, Point } from "../../src/drawing/drawing.js";
import type {
  DrawAnswer,
  ElementReference,
  ExportAnswer,
  HoverAnswer,
  PageRequest,
  PageState,
  PreviewDiagram,
  PreviewEmbeddings,
  PreviewFile,
  Problem,
} from "../../src/preview/index.js";
import type { Change } from "../kit/kept-state.js";

/*
 * What the page gives to its parts. `main.ts` makes one `Page` and hands it to each part once, before the first
 * message has come:
 *
 *   mountHoverCard(page)            hover-card.ts      hangs its card into document.body
 *   mountGestures(page)             gestures.ts        listens on `page.stage`, draws into `DrawingView.overlay`
 *   mountExportMenu(page, slot)     export-menu.ts     puts its button into the toolbar's slot; hidden without a diagram
 *   mountImportForm(page, slot)     import-form.ts     likewise; always there
 *   mountSpaceTime(page, slot)      spacetime/index.ts fills the panel beside the drawing; `slot.hidden` is the page's
 *
 * Each style sheet of a part (`gestures.css`, `spacetime/spacetime.css`, …) is imported by `preview.css`.
 *
 * In the document, groups of a drawing carry `data-kind` ("node", "edge", "part") and `data-index` (as in
 * `ElementReference`); the `<svg>` of each drawing carries `data-id`, the diagram's id. Drawings of the gallery and
 * the single one alike.
 */

/** What the page knows and shows. Replaced as a whole at each change; compare fields to see what changed. */
export interface PageView {
  /** Absent before the first message. */
  readonly file?: PreviewFile;
  readonly title: string;
  /** The diagram shown alone; absent for the gallery. */
  readonly shown?: string;
  readonly search: string;
  /** What the user chose in the page. */
  readonly selected?: { readonly id: string; readonly element: ElementReference };
  /** Where the editor's cursor is. */
  readonly cursor?: { readonly id: string; readonly element: ElementReference };
  /** Present while the text is newer than `file`. */
  readonly stale?: { readonly reason?: string };
  /** Present while the space-time panel is open. */
  readonly spacetime?: NonNullable<PageState["spacetime"]>;
}

export interface Store {
  readonly view: PageView;
  /** Fields that are `undefined` are removed. */
  update(change: Change<PageView>): void;
  /** Tells of changes, in one call for all of a task. Returns what ends it. */
  subscribe(listener: (now: PageView, before: PageView) => void): () => void;
  diagram(id: string): PreviewDiagram | undefined;
}

export interface Answers {
  draw: DrawAnswer;
  hover: HoverAnswer | null;
  embeddings: PreviewEmbeddings | Problem;
  edit: Partial<Problem>;
  rename: Partial<Problem>;
  insert: Partial<Problem>;
  export: ExportAnswer | Problem;
  history: Partial<Problem>;
  copy: object;
  save: { readonly saved: boolean };
}

export interface EditorLink {
  /** Asks the editor. Fails with an `Error` of one line. */
  request<M extends PageRequest["method"]>(
    request: Extract<PageRequest, { readonly method: M }>,
  ): Promise<Answers[M]>;
  /** Has an element's text selected; `focus` moves the keyboard there. */
  select(id: string, element: ElementReference, focus: boolean): void;
}

/** A drawing in the document. It is patched, never replaced, while it shows the same diagram. */
export interface DrawingView {
  readonly id: string;
  /** Both are as they were when this drawing was last patched: numbers of elements refer to these. */
  readonly diagram: PreviewDiagram;
  readonly drawing: Drawing;
  /** Carries `data-id`. */
  readonly element: SVGSVGElement;
  /** Over everything, in the drawing's coordinates, for marks of gestures; it takes no pointer. */
  readonly overlay: SVGGElement;
  /** Of a client point, the node, edge or part there; nodes before edges before parts. */
  elementAt(clientX: number, clientY: number): ElementReference | undefined;
  /** A client point in the drawing's coordinates. */
  toDrawing(clientX: number, clientY: number): Point;
  /** A place of the drawing as a client point. */
  toClient(point: Point): Point;
  /** The group that shows an element. */
  find(element: ElementReference): SVGGElement | undefined;
}

export interface Page {
  readonly link: EditorLink;
  readonly store: Store;
  /**
   * Where the single drawing is. The camera pans by dragging what is not a node. To take a gesture for oneself, call
   * `preventDefault()` on the `pointerdown` in the capture phase here; on a `click` it keeps the element from being selected.
   * A key taken so is not the page's.
   */
  readonly stage: HTMLElement;
  /** The diagram shown alone, once it is drawn. */
  drawing(): DrawingView | undefined;
  /** The drawing, of the gallery or alone, that an event happened in. */
  drawingOf(target: EventTarget | null): DrawingView | undefined;
  /** Called when the single drawing appears, is patched (then with the same view) or goes. */
  onDrawing(listener: (view: DrawingView | undefined) => void): void;
  /** Says something to those who listen to the page. */
  announce(text: string): void;
  /** Shows a line that goes after a while, and says it. */
  notify(text: string, severity?: "info" | "error"): void;
  /** Commands of the editor that a part carries out. */
  onCommand(command: "export", run: () => void): void;
  /** Adds a line to the help of keys. */
  describeKey(keys: string, what: string): void;
}
