import type { ElementReference } from "../../src/preview/index.js";
import { makeButton } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";
import { makeIcon } from "../kit/icon.js";
import { isPlainKey } from "../kit/keyboard.js";
import { closeMenu } from "../kit/menu.js";
import type { Place } from "../kit/placement.js";
import { ElementMenus } from "./element-menus.js";
import { makePlus } from "./marks.js";
import type { DrawingView, Page } from "./page.js";
import { openRenameField } from "./rename-field.js";
import { deleteDiagram } from "./text-edits.js";

/**
 * The tools of the selected node or part: a `+` beside a node, a menu with every edit (also by the right button, Shift+F10
 * and the menu key), Insert, Delete and F2. A bar over the drawing has the menu and the lasso as buttons.
 */
export function mountNodeTools(
  page: Page,
  armLasso: (armed: boolean) => void,
): { showLasso(armed: boolean): void } {
  const tools = new NodeTools(page);
  const lasso = makeButton({
    label: "Lasso: draw a loop round nodes to make them a part",
    appearance: "icon",
    icon: makeIcon(
      "M2.6 6.2C2.6 3.9 5 2.3 8 2.3s5.4 1.6 5.4 3.9S11 10.1 8 10.1 2.6 8.5 2.6 6.2zM4.5 9.2c-1 .8-1.3 1.9-.5 2.6.8.7 1.7.3 1.7 1.9",
    ),
    onPress: () => armLasso(lasso.getAttribute("aria-pressed") !== "true"),
  });
  lasso.setAttribute("aria-pressed", "false");
  const menu = makeButton({
    label: "Edit the selected node or part",
    appearance: "icon",
    icon: makeIcon("M2.5 13.5l.8-3.2 7.6-7.6 2.4 2.4-7.6 7.6zM9.3 4.3l2.4 2.4"),
    onPress: () => tools.openMenu(menu.getBoundingClientRect()),
  });
  menu.setAttribute("aria-haspopup", "menu");
  const bar = htmlElement(
    "div",
    { class: "edit-bar", "data-tool": "edit", role: "group", "aria-label": "Edit the diagram" },
    menu,
    lasso,
  );
  page.stage.append(bar);
  const update = (): void => {
    bar.hidden = page.drawing() === undefined;
    tools.showPlus();
  };
  page.onDrawing(() => {
    // What it offers is of the drawing before.
    closeMenu();
    update();
  });
  page.store.subscribe(update);
  update();
  page.describeKey(
    "Shift+F10",
    "menu of the selected node or part: rename, add, hang from another, make a part, contract, remove",
  );
  page.describeKey("Insert", "add a child to the selected node");
  page.describeKey(
    "Delete",
    "remove the selected node and what hangs from it, dissolve the selected part, or among several diagrams delete the one in focus",
  );
  page.describeKey("F2", "rename the selected node or part, or the diagram");
  return { showLasso: (armed) => lasso.setAttribute("aria-pressed", String(armed)) };
}

class NodeTools {
  private readonly plus = makePlus();
  private readonly menus: ElementMenus;

  constructor(private readonly page: Page) {
    this.menus = new ElementMenus(page);
    const { stage } = page;
    for (const type of ["pointerdown", "click"] as const) {
      stage.addEventListener(
        type,
        (event) => {
          if (!(event.target instanceof Node) || !this.plus.contains(event.target)) {
            return;
          }
          event.preventDefault();
          event.stopPropagation();
          const selected = this.selected();
          const diagram = this.page.drawing()?.diagram;
          if (type === "click" && selected?.kind === "node" && diagram !== undefined) {
            this.menus.addChild(diagram, selected.index);
          }
        },
        { capture: true },
      );
    }
    stage.addEventListener("contextmenu", (event) => this.contextMenu(event), { capture: true });
    document.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  /** What is selected in the drawing that is shown. */
  selected(): Own | undefined {
    const view = this.page.drawing();
    const { selected } = this.page.store.view;
    return view === undefined || selected?.id !== view.id ? undefined : ownOf(view, selected.element);
  }

  showPlus(): void {
    const view = this.page.drawing();
    const isNode = this.page.store.view.selected?.element.kind === "node";
    const selected = isNode ? this.selected() : undefined;
    const node = selected?.kind === "node" ? selected.index : undefined;
    const drawn = node === undefined ? undefined : view?.drawing.nodes.find((one) => one.node === node);
    if (view === undefined || drawn === undefined) {
      this.plus.remove();
      return;
    }
    const away = 0.72 * (drawn.radius + 14);
    this.plus.setAttribute("transform", `translate(${drawn.x - away} ${drawn.y + away})`);
    if (this.plus.parentNode !== view.overlay) {
      view.overlay.append(this.plus);
    }
  }

  /** The menu of what is selected. */
  openMenu(at: Place): void {
    const view = this.page.drawing();
    const selected = this.selected();
    if (view !== undefined && selected?.kind === "node") {
      this.menus.openOfNode(view, selected.index, at);
    } else if (view !== undefined && selected?.kind === "part") {
      this.menus.openOfPart(view, selected.index, at);
    } else {
      this.page.notify("select a node or a part first: click it, or walk to it with the arrow keys");
    }
  }

  private contextMenu(event: MouseEvent): void {
    const view = this.page.drawing();
    // The keyboard's menu key comes as a click without a button; it is for what is selected.
    const byKey = event.button !== 2;
    const hit = byKey ? this.selected() : ownOf(view, view?.elementAt(event.clientX, event.clientY));
    if (view === undefined || hit === undefined || hit.kind === "diagram") {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const at = byKey ? this.placeOf(view, hit) : { x: event.clientX, y: event.clientY };
    if (hit.kind === "part") {
      this.menus.openOfPart(view, hit.index, at);
    } else {
      this.menus.openOfNode(view, hit.index, at);
    }
  }

  private key(event: KeyboardEvent): void {
    const target = event.target;
    if (!isPlainKey(event)) {
      return;
    }
    if (!(target instanceof Element) || target.closest("[data-tool], vscode-text-field, input, dialog")) {
      return;
    }
    const isSingle = this.page.store.view.shown !== undefined;
    const isOnPage = target === document.body || this.page.stage.contains(target);
    if (isSingle ? isOnPage && this.take(event) : this.takeInGallery(event, target)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** In the gallery diagrams have names, and are edited when they are shown alone. */
  private takeInGallery({ key }: KeyboardEvent, target: Element): boolean {
    const view = this.page.drawingOf(target);
    if (view === undefined || !["Insert", "Delete", "Backspace", "F2"].includes(key)) {
      return false;
    }
    if (key === "F2") {
      openRenameField(this.page, view, { kind: "diagram" });
    } else if (key === "Delete") {
      void deleteDiagram(this.page, view.diagram);
    } else {
      this.page.notify(`show ${view.diagram.name} alone to edit it: press Enter, or click its name`);
    }
    return true;
  }

  /** Whether a key is one of those that edit. */
  private take({ key, shiftKey }: KeyboardEvent): boolean {
    const isMenu = key === "ContextMenu" || (key === "F10" && shiftKey);
    if (!isMenu && !["Insert", "Delete", "Backspace", "F2"].includes(key)) {
      return false;
    }
    const view = this.page.drawing();
    const selected = this.selected();
    if (view === undefined) {
      this.page.notify("nothing is drawn here that could be edited; edit the text");
      return true;
    }
    const { diagram } = view;
    if (key === "F2") {
      openRenameField(this.page, view, selected ?? { kind: "diagram" });
    } else if (selected === undefined || selected.kind === "diagram") {
      // Without something selected the menu is the editor's.
      if (isMenu) {
        return false;
      }
      this.page.notify("select a node or a part first: click it, or walk to it with the arrow keys");
    } else if (isMenu) {
      this.openMenu(this.placeOf(view, selected));
    } else if (key === "Insert") {
      if (selected.kind === "node") {
        this.menus.addChild(diagram, selected.index);
      } else {
        this.page.notify("a child hangs from a node, not from a part; select a node");
      }
    } else if (selected.kind === "node") {
      this.menus.remove(diagram, selected.index);
    } else {
      this.menus.dissolve(diagram, selected.index);
    }
    return true;
  }

  private placeOf(view: DrawingView, element: Own): Place {
    const drawn =
      element.kind === "node" ? view.drawing.nodes.find((one) => one.node === element.index) : undefined;
    if (drawn !== undefined) {
      return view.toClient({ x: drawn.x + drawn.radius + 4, y: drawn.y + 4 });
    }
    const box = (view.find(element) ?? view.element).getBoundingClientRect();
    return { x: box.right, y: box.top };
  }
}

/** What has tools of its own. */
type Own = { readonly kind: "diagram" } | { readonly kind: "node" | "part"; readonly index: number };

/** An element of a drawing; for an edge its child, whose edge it is. Strays have no tools. */
function ownOf(view: DrawingView | undefined, element: ElementReference | undefined): Own | undefined {
  if (view === undefined || element === undefined) {
    return undefined;
  }
  if (element.kind === "diagram") {
    return { kind: "diagram" };
  }
  const { kind, index } = element;
  if (kind === "part") {
    return index < view.diagram.parts.length ? { kind, index } : undefined;
  }
  return index < view.diagram.nodes.length ? { kind: "node", index } : undefined;
}
