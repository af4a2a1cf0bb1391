import type { DiagramEdit, ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { type MenuItem, openMenu } from "../kit/menu.js";
import type { Place } from "../kit/placement.js";
import { possibleEdits, whyNot } from "./edit-rules.js";
import { nameOf } from "./element-labels.js";
import { ring } from "./marks.js";
import type { DrawingView, Page } from "./page.js";
import { openRenameField } from "./rename-field.js";
import { editText } from "./text-edits.js";

/** What the menus of nodes and of parts offer. What cannot be done is greyed, and says why when it is picked. */
export class ElementMenus {
  constructor(private readonly page: Page) {}

  openOfNode(view: DrawingView, node: number, at: Place): void {
    openMenu({ label: `Edit ${nameOf(view.diagram, node)}`, at, items: this.ofNode(view, node) });
  }

  openOfPart(view: DrawingView, part: number, at: Place): void {
    const { diagram } = view;
    const { name, nodes } = diagram.parts[part]!;
    const words = name ?? nodes.map((node) => nameOf(diagram, node)).join(", ");
    const edit: DiagramEdit = { kind: "dissolve", nodes: [...nodes] };
    openMenu({
      label: `Edit part ${words}`,
      at,
      items: [
        {
          label: name === undefined ? "Name the part…" : `Rename ${name}…`,
          keys: "F2",
          onPick: () => openRenameField(this.page, view, { kind: "part", index: part }),
        },
        {
          label: `Dissolve the part ${words}`,
          keys: "Delete",
          ...this.unless(diagram, edit),
          onPick: () => this.dissolve(diagram, part),
        },
      ],
    });
  }

  addChild(diagram: PreviewDiagram, node: number): void {
    const done = `${nameOf(diagram, node)} has a new child`;
    void editText(this.page, diagram, { kind: "addChild", parent: node }, done);
  }

  remove(diagram: PreviewDiagram, node: number): void {
    void editText(this.page, diagram, { kind: "remove", node }, `${nameOf(diagram, node)} is removed`);
  }

  dissolve(diagram: PreviewDiagram, part: number): void {
    const { nodes } = diagram.parts[part]!;
    const done = `${nodes.map((node) => nameOf(diagram, node)).join(", ")} are each a part by themselves now`;
    void editText(this.page, diagram, { kind: "dissolve", nodes: [...nodes] }, done);
  }

  /** What is grey is so for a reason, which is told when it is picked. */
  private unless(
    diagram: PreviewDiagram,
    edit: DiagramEdit,
    other?: string,
  ): Pick<MenuItem, "disabled" | "why" | "onRefuse"> {
    const why = whyNot(diagram, edit) ?? other;
    return why === undefined ? {} : { disabled: true, why, onRefuse: () => this.page.notify(why) };
  }

  private ofNode(view: DrawingView, node: number): MenuItem[] {
    const { diagram } = view;
    const { page } = this;
    const name = nameOf(diagram, node);
    const { newParents } = possibleEdits(diagram, node);
    const others = diagram.nodes.flatMap((_, other) => (other === node ? [] : [other]));
    const element: ElementReference = { kind: "node", index: node };
    return [
      { label: `Rename ${name}…`, keys: "F2", onPick: () => openRenameField(page, view, element) },
      {
        label: `Add a child to ${name}`,
        keys: "Insert",
        ...this.unless(diagram, { kind: "addChild", parent: node }),
        onPick: () => this.addChild(diagram, node),
      },
      {
        label: `Hang ${name} from…`,
        ...this.unlessParents(diagram, node, newParents),
        onPick: () => this.chooseParent(view, node, newParents),
      },
      {
        label: `Make a part of ${name} and…`,
        ...(others.length > 0 ? {} : this.unless(diagram, { kind: "group", nodes: [node] })),
        onPick: () => this.choosePart(view, node, others),
      },
      {
        label: `Take ${name} out of its part`,
        ...this.unless(diagram, { kind: "ungroup", node }),
        onPick: () =>
          void editText(page, diagram, { kind: "ungroup", node }, `${name} is a part by itself now`),
      },
      {
        label: `Contract the link ${name}`,
        ...this.unless(diagram, { kind: "contract", node }),
        onPick: () =>
          void editText(page, diagram, { kind: "contract", node }, `the link ${name} is contracted`),
      },
      {
        label: `Remove ${name} and what hangs from it`,
        keys: "Delete",
        ...this.unless(diagram, { kind: "remove", node }),
        onPick: () => this.remove(diagram, node),
      },
    ];
  }

  private unlessParents(
    diagram: PreviewDiagram,
    node: number,
    targets: readonly number[],
  ): ReturnType<ElementMenus["unless"]> {
    const [parent = diagram.nodes.length - 1] = targets;
    return targets.length > 0
      ? {}
      : this.unless(
          diagram,
          { kind: "reattach", node, parent },
          `there is no other node that ${nameOf(diagram, node)} could hang from`,
        );
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
            const done = `${nodes.map((one) => nameOf(diagram, one)).join(", ")} are one part now`;
            void editText(this.page, diagram, { kind: "group", nodes }, done);
          },
        },
      ],
      onClose: () => this.highlight([]),
    });
  }

  /** Beside the drawing, where a list of its nodes hides the fewest of them. */
  private placeBeside(view: DrawingView): Place {
    const stage = this.page.stage.getBoundingClientRect();
    const seen = view.overlay.parentElement?.getBoundingClientRect() ?? stage;
    const isLeft = seen.left - stage.left > stage.right - seen.right;
    return { x: isLeft ? stage.left + 8 : stage.right, y: stage.top + 44 };
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
