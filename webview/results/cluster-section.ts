import { type ClusterTask, type RunRecord, taskName } from "../../src/runs/index.js";
import { makeButton } from "../kit/controls.js";
import { htmlElement, setText } from "../kit/elements.js";

/** What can be done with a run on a cluster. */
export interface ClusterActions {
  openLog(task: Pick<ClusterTask, "array" | "index">): void;
  openFolder(): void;
}

/** The last lines of what happened are shown. */
const mostLines = 15;

/** A task, as a row that stays where it is while its words change. */
interface Row {
  readonly element: HTMLElement;
  readonly words: HTMLElement;
}

/** A run's part on a cluster: its name and folder, its tasks with their logs, and what happened. */
export class ClusterSection {
  readonly element = htmlElement("section", { class: "cluster", "aria-label": "On the cluster" });
  private readonly name = htmlElement("p", { class: "hint" });
  private readonly tasks = htmlElement("ul", { class: "tasks", "aria-label": "Tasks" });
  private readonly more = htmlElement("p", { class: "hint" });
  private readonly told = htmlElement("ul", { class: "told", "aria-label": "What happened" });
  private rows = new Map<string, Row>();

  constructor(private readonly actions: ClusterActions) {
    const folder = makeButton({ label: "Open folder", onPress: () => actions.openFolder() });
    const heading = htmlElement("h2", {}, "On the cluster");
    this.element.append(
      htmlElement(
        "div",
        { class: "section-head" },
        heading,
        htmlElement("div", { class: "controls" }, folder),
      ),
      this.name,
      this.tasks,
      this.more,
      this.told,
    );
    this.element.hidden = true;
  }

  show({ cluster }: RunRecord): void {
    this.element.hidden = cluster === undefined;
    if (cluster === undefined) {
      return;
    }
    const { name, folder, tasks, more, told } = cluster;
    setText(this.name, `${name}, in ${folder}`);
    this.showTasks(tasks);
    setText(this.more, more === 1 ? "and 1 more" : `and ${more} more`);
    this.more.hidden = more === 0;
    this.showTold(told.slice(-mostLines));
  }

  private showTasks(tasks: readonly ClusterTask[]): void {
    const rows = new Map<string, Row>();
    for (const task of tasks) {
      const key = taskName(task);
      const row = this.rows.get(key) ?? this.makeRow(task);
      setText(row.words, `Task ${key} ${task.line}`);
      row.element.classList.toggle("ended", task.ended);
      rows.set(key, row);
    }
    const wanted = [...rows.values()].map(({ element }) => element);
    for (const child of [...this.tasks.children]) {
      if (!wanted.includes(child as HTMLElement)) {
        child.remove();
      }
    }
    wanted.forEach((element, place) => {
      const there = this.tasks.children[place];
      if (there !== element) {
        this.tasks.insertBefore(element, there ?? null);
      }
    });
    this.rows = rows;
    this.tasks.hidden = rows.size === 0;
  }

  private makeRow({ array, index }: ClusterTask): Row {
    const words = htmlElement("span");
    const open = makeButton({ label: "Open log", onPress: () => this.actions.openLog({ array, index }) });
    open.setAttribute("aria-label", `Open log of task ${taskName({ array, index })}`);
    return { element: htmlElement("li", {}, words, open), words };
  }

  private showTold(lines: readonly string[]): void {
    this.told.hidden = lines.length === 0;
    const shown = [...this.told.children].map(({ textContent }) => textContent);
    if (shown.length !== lines.length || shown.some((line, place) => line !== lines[place])) {
      this.told.replaceChildren(...lines.map((line) => htmlElement("li", {}, line)));
    }
  }
}
