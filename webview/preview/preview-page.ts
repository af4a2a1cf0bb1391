import type { ElementReference, FromPage, PageState, PreviewFile, ToPage } from "../../src/preview/index.js";
import { type EditorApi, listenToEditor } from "../kit/editor.js";
import { htmlElement } from "../kit/elements.js";
import { KeptState } from "../kit/kept-state.js";
import { followKeyboard } from "../kit/keyboard.js";
import { Notices } from "../kit/notices.js";
import { counted } from "../kit/text.js";
import type { SvgDrawing } from "./drawing-view.js";
import { Drawings } from "./drawings.js";
import { MessageLink } from "./editor-link.js";
import { followElement } from "./follow.js";
import { Gallery } from "./gallery.js";
import { readMessage, readState } from "./incoming.js";
import { keptCameras } from "./kept-cameras.js";
import { KeyHelp } from "./key-help.js";
import { listenToKeys } from "./keyboard.js";
import type { DrawingView, Page, PageView } from "./page.js";
import { openRenameField } from "./rename-field.js";
import { Single } from "./single.js";
import { PageStore } from "./store.js";
import { deleteDiagram } from "./text-edits.js";
import { stepInHistory } from "./text-history.js";
import { Toolbar } from "./toolbar.js";

const searchRest = 500; // milliseconds after a key before the count of what is found is said

/** The whole page: takes the editor's messages, keeps its views up to date, and gives its parts what they need. */
export class PreviewPage implements Page {
  readonly link: MessageLink;
  readonly store: PageStore;
  readonly toolbar: Toolbar;
  readonly stage: HTMLElement;
  /** The space-time panel's. */
  readonly aside: HTMLElement;
  private readonly notices = new Notices();
  private readonly help = new KeyHelp();
  private readonly kept: KeptState<PageState>;
  private readonly drawings: Drawings;
  private readonly gallery: Gallery;
  private readonly single: Single;
  private readonly drawingListeners: ((view: DrawingView | undefined) => void)[] = [];
  private readonly commands = new Map<string, () => void>();
  private lastSpaceTime: NonNullable<PageView["spacetime"]> = { text: "" };
  private readonly received: ToPage[] = [];
  private saying: ReturnType<typeof setTimeout> | undefined;

  constructor(app: HTMLElement, api: EditorApi<FromPage>, uri: string) {
    this.link = new MessageLink(api);
    this.kept = new KeptState(api, readState(api.getState(), uri));
    const { id, search, selected, spacetime } = this.kept.now;
    this.store = new PageStore({
      title: "",
      search,
      ...(id === undefined ? {} : { shown: id }),
      ...(selected ? { selected } : {}),
      ...(spacetime ? { spacetime } : {}),
    });
    this.drawings = new Drawings(this.link, (ids) => this.drawn(ids));
    this.toolbar = new Toolbar({
      back: () => this.back(),
      search: (text) => this.store.update({ search: text }),
      zoomIn: () => this.single.camera.zoomBy(1.25),
      zoomOut: () => this.single.camera.zoomBy(0.8),
      fit: () => this.single.camera.fit(),
      toggleSpaceTime: () => this.toggleSpaceTime(),
      help: () => this.help.open(),
    });
    this.toolbar.search = search;
    const { store, link, drawings } = this;
    this.gallery = new Gallery({
      store,
      link,
      drawings,
      onFound: (count, total) => this.found(count, total),
      onScroll: (scroll) => this.kept.change({ scroll }),
    });
    this.single = new Single({
      store,
      link,
      drawings,
      cameras: keptCameras(this.kept),
      announce: (text) => this.announce(text),
      onScale: (scale) => this.toolbar.showScale(scale),
      onView: (view) => this.viewChanged(view),
    });
    this.stage = this.single.stage;
    this.aside = this.single.aside;
    const main = htmlElement("main", { class: "views" }, this.gallery.element, this.single.element);
    app.classList.add("preview");
    app.append(this.toolbar.element, this.notices.status, main);
    this.layOut(this.store.view);
    this.store.subscribe((now, before) => this.changed(now, before));
    listenToEditor(readMessage, (message) => this.receive(message));
    followKeyboard();
    window.addEventListener("focus", () => this.link.focused());
    listenToKeys({
      single: this.single,
      isSingle: () => this.store.view.shown !== undefined,
      isCovered: () => this.help.isOpen,
      back: () => this.back(),
      find: () => this.find(),
      help: () => this.help.open(),
      toggleSpaceTime: () => this.toggleSpaceTime(),
      announce: (text) => this.announce(text),
    });
  }

  /** Once all parts are mounted: the editor may send. */
  begin(): void {
    this.link.ready();
    this.link.shows(this.store.view.shown);
  }

  drawing(): DrawingView | undefined {
    return this.single.view?.drawing ? this.single.view : undefined;
  }

  drawingOf(target: EventTarget | null): DrawingView | undefined {
    if (!(target instanceof Element)) {
      return undefined;
    }
    const view = this.drawing();
    return view && this.stage.contains(target) ? view : this.gallery.viewOf(target);
  }

  onDrawing(listener: (view: DrawingView | undefined) => void): void {
    this.drawingListeners.push(listener);
  }

  announce(text: string): void {
    this.notices.announce(text);
  }

  notify(text: string, severity: "info" | "error" = "info"): void {
    this.notices.notify(text, severity);
  }

  onCommand(command: "export", run: () => void): void {
    this.commands.set(command, run);
  }

  describeKey(keys: string, what: string): void {
    this.help.add(keys, what);
  }

  /** Reading a large file and showing it are two tasks, so that keys are heard between them. */
  private receive(message: ToPage): void {
    this.received.push(message);
    setTimeout(() => this.take(this.received.shift()!));
  }

  private take(message: ToPage): void {
    if (this.link.take(message)) {
      return;
    }
    switch (message.type) {
      case "file":
        this.takeFile(message.file, message.title);
        break;
      case "stale":
        this.store.update({ stale: message.reason === undefined ? {} : { reason: message.reason } });
        break;
      case "cursor":
        this.takeCursor(message.id, message.element);
        break;
      case "show":
        this.store.update({ shown: message.id });
        break;
      case "rename":
        this.rename(message.id ?? this.store.view.shown ?? this.store.view.selected?.id);
        break;
      case "delete":
        this.deleteDiagram(message.id ?? this.store.view.shown ?? this.store.view.selected?.id);
        break;
      case "command":
        this.run(message.command);
    }
  }

  private takeFile(file: PreviewFile, title: string): void {
    const isOther = file.uri !== this.kept.now.uri;
    if (isOther) {
      // What was kept is of another file's diagrams.
      this.kept.change({ uri: file.uri, scroll: 0, cameras: {} });
      this.store.update({ shown: undefined, selected: undefined, cursor: undefined, search: "" });
    }
    const before = this.store.view.shown;
    const shown = isOther ? undefined : (this.followRename(file) ?? before);
    const selected = this.followSelection(file, before, shown);
    this.drawings.setFile(file, isOther);
    this.store.update({ file, title, shown, selected, stale: undefined });
  }

  /** What is selected, by its number in the new file. */
  private followSelection(
    file: PreviewFile,
    before: string | undefined,
    shown: string | undefined,
  ): PageView["selected"] {
    const { selected } = this.store.view;
    if (!selected) {
      return undefined;
    }
    const id = selected.id === before && shown !== undefined ? shown : selected.id;
    const diagram = file.diagrams.find((one) => one.id === id);
    const element = followElement(selected.element, this.store.diagram(selected.id), diagram);
    return element && { id, element };
  }

  /** A diagram that stands in the place of the one shown, which is gone, is the same one with another name. */
  private followRename(file: PreviewFile): string | undefined {
    const { file: before, shown } = this.store.view;
    if (!before || shown === undefined || file.diagrams.length !== before.diagrams.length) {
      return undefined;
    }
    const index = before.diagrams.findIndex(({ id }) => id === shown);
    const other = file.diagrams[index];
    const isGone = !file.diagrams.some(({ id }) => id === shown);
    return isGone && other && !this.store.diagram(other.id) ? other.id : undefined;
  }

  private takeCursor(id: string | undefined, element: ElementReference | undefined): void {
    const cursor = id === undefined ? undefined : { id, element: element ?? { kind: "diagram" as const } };
    this.store.update({ cursor });
  }

  private rename(id: string | undefined): void {
    const view =
      this.store.view.shown === id ? this.drawing() : id === undefined ? undefined : this.gallery.view(id);
    if (view === undefined) {
      this.notify("select a diagram that is drawn; its name is in the text too");
    } else {
      openRenameField(this, view, { kind: "diagram" });
    }
  }

  private deleteDiagram(id: string | undefined): void {
    const diagram = id === undefined ? undefined : this.store.diagram(id);
    if (diagram === undefined) {
      this.notify("select the diagram that is to be deleted: click its card");
    } else {
      void deleteDiagram(this, diagram);
    }
  }

  private run(command: Extract<ToPage, { type: "command" }>["command"]): void {
    const { camera } = this.single;
    const own: Partial<Record<typeof command, () => void>> = {
      zoomIn: () => camera.zoomBy(1.25),
      zoomOut: () => camera.zoomBy(0.8),
      fit: () => camera.fit(),
      find: () => this.find(),
      undo: () => void stepInHistory(this, "undo"),
      redo: () => void stepInHistory(this, "redo"),
    };
    (own[command] ?? this.commands.get(command))?.();
  }

  private changed(now: PageView, before: PageView): void {
    const isOther = now.shown !== before.shown;
    if (isOther) {
      this.layOut(now);
    }
    const isNews = now.file !== before.file || now.stale !== before.stale;
    if (now.shown === undefined) {
      if (isOther || isNews || now.search !== before.search) {
        this.gallery.update();
      } else {
        this.gallery.choose();
      }
    } else if (isOther || isNews) {
      this.single.update(now.shown);
    } else {
      this.single.showChoices();
      this.gallery.choose();
    }
    if (isOther) {
      this.moveFocus(now, before);
    }
    if (now.file && before.file === undefined && now.shown === undefined) {
      this.gallery.scrollTo(this.kept.now.scroll);
    }
    if (now.cursor && now.cursor !== before.cursor) {
      this.followCursor(now.cursor, now.shown);
    }
    this.showNotice(now);
    this.toolbar.search = now.search;
    const { search, selected, spacetime, shown } = now;
    if (spacetime) {
      this.lastSpaceTime = spacetime;
    }
    this.aside.hidden = !this.isSpaceTimeOpen(now);
    this.toolbar.show(shown !== undefined, (shown ?? selected?.id) !== undefined, this.isSpaceTimeOpen(now));
    this.kept.change({ id: shown, search, selected, spacetime });
    if (isOther) {
      this.link.shows(shown);
    }
  }

  private layOut(view: PageView): void {
    const isSingle = view.shown !== undefined;
    this.gallery.element.hidden = isSingle;
    this.single.element.hidden = !isSingle;
    this.toolbar.show(isSingle, isSingle, this.isSpaceTimeOpen(view));
    this.aside.hidden = !this.isSpaceTimeOpen(view);
    if (isSingle) {
      return;
    }
    this.single.update(undefined);
    this.gallery.shown(this.kept.now.scroll);
  }

  /** After a change of view the keyboard goes along, if it was in the page. */
  private moveFocus(now: PageView, before: PageView): void {
    if (before.file === undefined || !document.hasFocus()) {
      return;
    }
    if (now.shown === undefined) {
      this.gallery.focus(before.shown);
    } else if (this.drawing()) {
      this.single.focus();
    } else {
      this.focusWhenDrawn = true;
    }
  }
  private focusWhenDrawn = false;

  private followCursor(cursor: NonNullable<PageView["cursor"]>, shown: string | undefined): void {
    if (shown === undefined) {
      this.gallery.reveal(cursor.id);
    } else if (shown === cursor.id) {
      this.single.reveal(cursor.element);
    }
  }

  private drawn(ids: readonly string[]): void {
    const { shown } = this.store.view;
    if (shown === undefined) {
      this.gallery.drawn(ids);
    } else if (ids.includes(shown)) {
      this.single.update(shown);
    }
  }

  private viewChanged(view: SvgDrawing | undefined): void {
    for (const listener of this.drawingListeners) {
      listener(view);
    }
    if (!view || !this.focusWhenDrawn) {
      return;
    }
    this.focusWhenDrawn = false;
    this.single.focus();
  }

  private showNotice({ stale, file, shown }: PageView): void {
    if (stale?.reason !== undefined) {
      this.notices.set(
        file ? `Older than the text: ${stale.reason}` : `Nothing to show yet: ${stale.reason}`,
      );
    } else if (file && shown !== undefined && !this.store.diagram(shown)) {
      this.notices.set(`The text has no diagram ${shown} now.`);
    } else {
      this.notices.set(file?.problem);
    }
  }

  private found(count: number, total: number): void {
    this.toolbar.showCount(count, total);
    clearTimeout(this.saying);
    if (this.store.view.search === this.searchSaid) {
      return;
    }
    this.saying = setTimeout(() => {
      this.searchSaid = this.store.view.search;
      this.announce(
        this.searchSaid === "" ? counted(total, "diagram") : `${count} of ${counted(total, "diagram")} found`,
      );
    }, searchRest);
  }
  private searchSaid = "";

  private back(): void {
    if (this.store.view.shown !== undefined) {
      this.store.update({ shown: undefined });
    }
  }

  private find(): void {
    const isSingle = this.store.view.shown !== undefined;
    this.back();
    // A change of view moves the keyboard too, and is taken first.
    if (isSingle) {
      setTimeout(() => this.toolbar.find());
    } else {
      this.toolbar.find();
    }
  }

  /** Nothing when the page has no space-time panel. */
  private isSpaceTimeOpen({ spacetime }: PageView): boolean | undefined {
    return this.aside.hasChildNodes() ? spacetime !== undefined : undefined;
  }

  private toggleSpaceTime(): void {
    if (!this.aside.hasChildNodes()) {
      return;
    }
    const { spacetime } = this.store.view;
    this.store.update({ spacetime: spacetime ? undefined : this.lastSpaceTime });
  }
}
