import type { PreviewDiagram } from "../../src/preview/index.js";
import { type Button, makeButton } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";
import { makeIcon } from "../kit/icon.js";
import { isPlainKey } from "../kit/keyboard.js";
import { closeMenu, type MenuItem, openMenu } from "../kit/menu.js";
import type { Place } from "../kit/placement.js";
import { possibleEdits } from "./edit-rules.js";
import { nameOf } from "./element-labels.js";
import { makePlus, ring } from "./marks.js";
import type { DrawingView, Page } from "./page.js";
import { editText } from "./text-edits.js";

/**
 * The tools of the selected node: a `+` beside it, a menu with every edit (also by the right button, Shift+F10 and
 * the menu key), Insert and Delete. A bar over the drawing has the menu and the lasso as buttons.
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
    label: "Edit the selected node",
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
    setEnabled(menu, tools.node() !== undefined);
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
    "menu of the selected node: add, hang from another, make a part, contract, remove",
  );
  page.describeKey("Insert", "add a child to the selected node");
  page.describeKey("Delete", "remove the selected node and what hangs from it");
  return { showLasso: (armed) => lasso.setAttribute("aria-pressed", String(armed)) };
}

class NodeTools {
  private readonly plus = makePlus();

  constructor(private readonly page: Page) {
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
          if (type === "click") {
            this.addChild();
          }
        },
        { capture: true },
      );
    }
    stage.addEventListener("contextmenu", (event) => this.contextMenu(event), { capture: true });
    stage.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  /** The selected node of the drawing that is shown; of an edge its child. */
  node(): number | undefined {
    const view = this.page.drawing();
    const { selected } = this.page.store.view;
    if (view === undefined || selected?.id !== view.id) {
      return undefined;
    }
    const { element } = selected;
    if (element.kind !== "node" && element.kind !== "edge") {
      return undefined;
    }
    return element.index < view.diagram.nodes.length ? element.index : undefined;
  }

  showPlus(): void {
    const view = this.page.drawing();
    const node = this.page.store.view.selected?.element.kind === "node" ? this.node() : undefined;
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

  openMenu(at: Place, node = this.node()): void {
    const view = this.page.drawing();
    if (view === undefined || node === undefined) {
      return;
    }
    const name = nameOf(view.diagram, node);
    openMenu({ label: `Edit ${name}`, at, items: this.items(view, node) });
  }

  private items(view: DrawingView, node: number): MenuItem[] {
    const { diagram } = view;
    const { page } = this;
    const name = nameOf(diagram, node);
    const can = possibleEdits(diagram, node);
    const others = diagram.nodes.flatMap((_, other) => (other === node ? [] : [other]));
    return [
      { label: `Add a child to ${name}`, keys: "Insert", onPick: () => this.addChild(node) },
      {
        label: `Hang ${name} from…`,
        disabled: can.newParents.length === 0,
        onPick: () => this.chooseParent(view, node, can.newParents),
      },
      {
        label: `Make a part of ${name} and…`,
        disabled: others.length === 0,
        onPick: () => this.choosePart(view, node, others),
      },
      {
        label: `Take ${name} out of its part`,
        disabled: !can.ungroup,
        onPick: () =>
          void editText(page, diagram, { kind: "ungroup", node }, `${name} is a part by itself now`),
      },
      {
        label: `Contract the link ${name}`,
        disabled: !can.contract,
        onPick: () =>
          void editText(page, diagram, { kind: "contract", node }, `the link ${name} is contracted`),
      },
      {
        label: `Remove ${name} and what hangs from it`,
        keys: "Delete",
        disabled: !can.remove,
        onPick: () => this.remove(diagram, node),
      },
    ];
  }

  private chooseParent(view: DrawingView, node: number, targets: readonly number[]): void {
    const { diagram } = view;
    const name = nameOf(diagram, node);
    openMenu({
      label: `Hang ${name} from`,
      at: this.placeBeside(view),
      items: targets.map((parent) => ({
        label: nameOf(diagram, parent),
        onHover: () => this.highlight([parent]),
        onPick: () => {
          const done = `${name} hangs from ${nameOf(diagram, parent)} now`;
          void editText(this.page, diagram, { kind: "reattach", node, parent }, done);
        },
      })),
      onClose: () => this.highlight([]),
    });
  }

  private choosePart(view: DrawingView, node: number, others: readonly number[]): void {
    const { diagram } = view;
    const part = diagram.parts.find(({ nodes }) => nodes.includes(node));
    const chosen = new Set([node, ...(part?.nodes ?? [])]);
    const name = nameOf(diagram, node);
    const show = (): void => this.highlight([...chosen]);
    openMenu({
      label: `Make a part of ${name} and`,
      at: this.placeBeside(view),
      items: [
        ...others.map((other) => ({
          label: nameOf(diagram, other),
          checked: chosen.has(other),
          onHover: () => this.highlight([...chosen, other]),
          onPick: (checked: boolean) => {
            if (checked) {
              chosen.add(other);
            } else {
              chosen.delete(other);
            }
            show();
          },
        })),
        {
          label: "Make the part",
          onHover: show,
          onPick: () => {
            const nodes = [...chosen].sort((a, b) => a - b);
            if (nodes.length < 2) {
              return this.page.notify("a part takes two nodes or more; none was chosen");
            }
            const done = `${nodes.map((one) => nameOf(diagram, one)).join(", ")} are one part now`;
            void editText(this.page, diagram, { kind: "group", nodes }, done);
          },
        },
      ],
      onClose: () => this.highlight([]),
    });
  }

  private addChild(node = this.node()): void {
    const diagram = this.page.drawing()?.diagram;
    if (diagram === undefined || node === undefined) {
      return;
    }
    const done = `${nameOf(diagram, node)} has a new child`;
    void editText(this.page, diagram, { kind: "addChild", parent: node }, done);
  }

  private remove(diagram: PreviewDiagram, node: number): void {
    const name = nameOf(diagram, node);
    if (!possibleEdits(diagram, node).remove) {
      this.page.notify(`${name} is the root; a diagram keeps its root`);
      return;
    }
    void editText(this.page, diagram, { kind: "remove", node }, `${name} is removed`);
  }

  private contextMenu(event: MouseEvent): void {
    const view = this.page.drawing();
    // The keyboard's menu key comes as a click without a button; it is for the selected node.
    const byKey = event.button !== 2;
    const hit = byKey ? undefined : view?.elementAt(event.clientX, event.clientY);
    const node = hit?.kind === "node" || hit?.kind === "edge" ? hit.index : byKey ? this.node() : undefined;
    if (view === undefined || node === undefined) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.openMenu(byKey ? this.placeOf(view, node) : { x: event.clientX, y: event.clientY }, node);
  }

  private key(event: KeyboardEvent): void {
    const view = this.page.drawing();
    const node = this.node();
    const target = event.target;
    if (view === undefined || node === undefined || !isPlainKey(event)) {
      return;
    }
    if (target instanceof Element && target.closest("[data-tool], vscode-text-field, input") !== null) {
      return;
    }
    if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      this.openMenu(this.placeOf(view, node), node);
    } else if (event.key === "Insert") {
      this.addChild(node);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.remove(view.diagram, node);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Beside the drawing, where a list of its nodes hides the fewest of them. */
  private placeBeside(view: DrawingView): Place {
    const stage = this.page.stage.getBoundingClientRect();
    const seen = view.overlay.parentElement?.getBoundingClientRect() ?? stage;
    const isLeft = seen.left - stage.left > stage.right - seen.right;
    return { x: isLeft ? stage.left + 8 : stage.right, y: stage.top + 44 };
  }

  private placeOf(view: DrawingView, node: number): Place {
    const drawn = view.drawing.nodes.find((one) => one.node === node);
    return drawn === undefined
      ? { x: 0, y: 0 }
      : view.toClient({ x: drawn.x + drawn.radius + 4, y: drawn.y + 4 });
  }

  /** Shows which nodes a choice is about. */
  private highlight(nodes: readonly number[]): void {
    const view = this.page.drawing();
    if (view === undefined) {
      return;
    }
    for (const old of view.overlay.querySelectorAll(".choice")) {
      old.remove();
    }
    for (const node of nodes) {
      const drawn = view.drawing.nodes.find((one) => one.node === node);
      if (drawn === undefined) {
        continue;
      }
      view.overlay.append(ring(drawn, "choice"));
    }
  }
}

function setEnabled(button: Button, enabled: boolean): void {
  button.disabled = !enabled;
}
