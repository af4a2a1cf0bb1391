import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { KeyedChildren } from "../kit/keyed-children.js";

/** A cell: its text, and what else is in it. */
export interface Cell {
  readonly text: string;
  /** The whole of a text that is cut or rounded. */
  readonly title?: string;
  /** Put before the text once, when the row is made. */
  readonly icon?: { make(): SVGElement; update(icon: SVGElement): void };
}

/** A column of a table. */
export interface Column<Row> {
  readonly heading: string;
  readonly isNumber?: boolean;
  /** It holds names of a user's, which may be long. */
  readonly isName?: boolean;
  readonly isWide?: boolean;
  /** Whether the column is to be seen; always when absent. */
  isNeeded?(rows: readonly Row[]): boolean;
  cell(row: Row): Cell;
}

interface ShownRow {
  readonly element: HTMLTableRowElement;
  readonly texts: readonly HTMLElement[];
  readonly icons: readonly (SVGElement | undefined)[];
}

/** A table whose rows are kept as long as there is something under their key, so that focus and sight stay. */
export class PatchedTable<Row> {
  readonly element = htmlElement("div", { class: "table-holder" });
  private readonly table = htmlElement("table", { role: "table" });
  private readonly body = htmlElement("tbody", { role: "rowgroup" });
  private readonly caption = htmlElement("caption");
  private byKey: ReadonlyMap<string, Row> = new Map();
  private readonly rows = new KeyedChildren<ShownRow>(this.body, (key) =>
    this.make(key, this.byKey.get(key)!),
  );
  private readonly headings: readonly HTMLElement[];

  /** @param finish adds to a row that is new what is not text, such as buttons. */
  constructor(
    private readonly columns: readonly Column<Row>[],
    private readonly keyOf: (row: Row) => string,
    private readonly finish?: (element: HTMLTableRowElement, key: string) => void,
    private readonly moreHeadings: readonly string[] = [],
    /** Narrower than so its rows stand as cards, each number below its heading; the roles of a table stay. */
    stacks: "wide" | "narrow" | "never" = "narrow",
  ) {
    this.headings = columns.map(({ heading, isNumber }) =>
      htmlElement(
        "th",
        { scope: "col", role: "columnheader", ...(isNumber ? { class: "number" } : {}) },
        heading,
      ),
    );
    const headings = [
      ...this.headings,
      ...this.moreHeadings.map((heading) =>
        htmlElement("th", { scope: "col", role: "columnheader" }, heading),
      ),
    ];
    const row = htmlElement("tr", { role: "row" }, ...headings);
    const head = htmlElement("thead", { role: "rowgroup" }, row);
    this.table.append(this.caption, head, this.body);
    this.element.classList.add(`stacks-${stacks}`);
    this.element.append(this.table);
  }

  show(caption: string, rows: readonly Row[]): void {
    setText(this.caption, caption);
    const isHidden = this.columns.map((column) => column.isNeeded?.(rows) === false);
    this.headings.forEach((heading, place) => {
      heading.hidden = isHidden[place]!;
    });
    const keys = rows.map(this.keyOf);
    this.byKey = new Map(rows.map((row, index) => [keys[index]!, row]));
    this.rows.show(keys).forEach((shown, index) => {
      const row = rows[index]!;
      this.columns.forEach((column, place) => {
        const { text, title, icon } = column.cell(row);
        setText(shown.texts[place]!, text);
        setAttributes(shown.texts[place]!, { title });
        shown.texts[place]!.parentElement!.hidden = isHidden[place]!;
        const drawn = shown.icons[place];
        if (drawn) {
          icon?.update(drawn);
        }
      });
    });
  }

  private make(key: string, row: Row): ShownRow {
    const element = htmlElement("tr", { tabindex: "0", role: "row" });
    const texts: HTMLElement[] = [];
    const icons = this.columns.map(({ heading, isNumber, isName, isWide, cell }, place) => {
      const name = [isNumber ? "number" : "", isName ? "name" : "", isWide ? "wide" : ""]
        .filter((one) => one !== "")
        .join(" ");
      const box =
        place === 0
          ? htmlElement("th", { scope: "row", role: "rowheader" })
          : htmlElement("td", { role: "cell" });
      box.dataset.heading = heading;
      if (name !== "") {
        box.className = name;
      }
      const text = htmlElement("span");
      const icon = cell(row).icon?.make();
      if (icon) {
        box.append(icon, " ");
      }
      box.append(text);
      element.append(box);
      texts.push(text);
      return icon;
    });
    this.finish?.(element, key);
    return { element, texts, icons };
  }
}
