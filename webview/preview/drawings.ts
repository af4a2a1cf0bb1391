import type { Drawing } from "../../src/drawing/drawing.js";
import type { PreviewDiagram, PreviewFile } from "../../src/preview/index.js";
import { lineOf } from "../kit/text.js";
import { readDrawings } from "./incoming.js";
import type { EditorLink } from "./page.js";

/** What there is to show of a diagram. */
export interface Drawn {
  /** As it was when it was drawn. */
  readonly diagram: PreviewDiagram;
  readonly drawing?: Drawing;
  /** Why there is none. */
  readonly problem?: string;
}

type Outcome = Omit<Drawn, "diagram">;

const perRequest = 12;
const mostRequests = 2;

/**
 * The drawings of a file: those in sight are asked for, once for each key, and what was drawn last is kept until
 * the next is there.
 */
export class Drawings {
  private readonly byKey = new Map<string, Outcome>();
  private readonly lastById = new Map<string, Drawn>();
  private readonly underWay = new Set<string>();
  /** Asked for in vain; asked for again when the file changes. */
  private readonly missed = new Set<string>();
  private wanted: readonly string[] = [];
  private diagrams = new Map<string, PreviewDiagram>();
  private requests = 0;

  constructor(
    private readonly link: EditorLink,
    /** Called with the ids of diagrams that have something new to show. */
    private readonly onDrawn: (ids: readonly string[]) => void,
  ) {}

  /** @param isOther whether it is another file than before, whose diagrams only happen to have the same names. */
  setFile(file: PreviewFile, isOther: boolean): void {
    if (isOther) {
      this.lastById.clear();
    }
    this.diagrams = new Map(file.diagrams.map((diagram) => [diagram.id, diagram]));
    const keys = new Set(file.diagrams.map(({ key }) => key));
    for (const key of this.byKey.keys()) {
      if (!keys.has(key)) {
        this.byKey.delete(key);
      }
    }
    // A renamed diagram has its drawing under its new name at once, and diagrams that went are forgotten when
    // they have not come back while as many others were drawn.
    for (const id of this.lastById.keys()) {
      if (!this.diagrams.has(id) && this.lastById.size > 2 * this.diagrams.size + 100) {
        this.lastById.delete(id);
      }
    }
    this.ask();
  }

  /** The diagrams in sight, the most important first. What is out of sight is no longer asked for. */
  want(ids: readonly string[]): void {
    this.wanted = ids;
    this.ask();
  }

  /** What is drawn of a diagram; when `isFresh` is false it is of an older text. */
  of(id: string): { readonly drawn?: Drawn; readonly isFresh: boolean } {
    const diagram = this.diagrams.get(id);
    const outcome = diagram && this.byKey.get(diagram.key);
    if (diagram && outcome) {
      // A diagram that cannot be drawn now keeps its last drawing, marked as old.
      const last = this.lastById.get(id);
      if (outcome.drawing === undefined && last?.drawing !== undefined) {
        return { drawn: { ...last, ...outcome }, isFresh: false };
      }
      const drawn = last?.diagram === diagram ? last : { diagram, ...outcome };
      this.lastById.set(id, drawn);
      return { drawn, isFresh: true };
    }
    const drawn = this.lastById.get(id);
    return drawn ? { drawn, isFresh: false } : { isFresh: false };
  }

  private ask(): void {
    while (this.requests < mostRequests) {
      const ids: string[] = [];
      for (const id of this.wanted) {
        const diagram = this.diagrams.get(id);
        if (!diagram || [this.byKey, this.underWay, this.missed].some((one) => one.has(diagram.key))) {
          continue;
        }
        this.underWay.add(diagram.key);
        ids.push(id);
        if (ids.length === perRequest) {
          break;
        }
      }
      if (ids.length === 0) {
        return;
      }
      void this.request(ids);
    }
  }

  private async request(ids: readonly string[]): Promise<void> {
    const keys = new Map(ids.map((id) => [id, this.diagrams.get(id)!.key]));
    this.requests++;
    try {
      const answer = await this.link.request({ method: "draw", ids });
      const drawn = readDrawings(answer);
      for (const { id: _, key, ...outcome } of drawn) {
        this.byKey.set(key, outcome);
      }
    } catch (error) {
      const problem = lineOf(error);
      for (const key of keys.values()) {
        this.byKey.set(key, { problem });
      }
    } finally {
      this.requests--;
      for (const key of keys.values()) {
        this.underWay.delete(key);
      }
    }
    for (const key of keys.values()) {
      if (!this.byKey.has(key)) {
        this.missed.add(key);
      }
    }
    this.onDrawn(ids);
    this.ask();
  }
}
