import { automorphismCount, type Diagram, edgeCount, formatShortForm } from "../../../diagram/index.js";
import { formulaOf } from "../../../evaluate/index.js";
import { type Abbreviated, abbreviateSum } from "../formulas/abbreviate.js";

/** The formulas of a diagram, short enough for a hover. */
export interface HoverFormulas {
  readonly rvalue: string;
  readonly uvalue: string;
  readonly sum: Abbreviated;
  /** The space-time in which the sum is read. */
  readonly reading: string;
}

/** Formulas of larger diagrams take too long to write while somebody waits: their sums grow like `d!`. */
export const mostFormulaEdges = 7;

/** The symmetries of larger diagrams are not counted while somebody waits. */
const mostCountedNodes = 100;

const mostKept = 2000;

/** What is known of diagrams, kept by their short forms: names do not change it. */
export class DiagramFacts {
  private readonly written = new Map<string, HoverFormulas>();
  private readonly counted = new Map<string, number | undefined>();

  /** `undefined` for a diagram of more than {@link mostFormulaEdges} edges. */
  formulas(diagram: Diagram): HoverFormulas | undefined {
    if (edgeCount(diagram) > mostFormulaEdges) {
      return undefined;
    }
    return kept(this.written, formatShortForm(diagram), () => {
      const { rvalue, uvalue, sum, reading } = formulaOf(diagram);
      return { rvalue, uvalue, sum: abbreviateSum(sum), reading };
    });
  }

  /** `|Aut|`; `undefined` for a diagram too large. */
  automorphisms(diagram: Diagram): number | undefined {
    return diagram.parents.length > mostCountedNodes
      ? undefined
      : kept(this.counted, formatShortForm(diagram), () => automorphismCount(diagram));
  }
}

function kept<T>(store: Map<string, T>, key: string, make: () => T): T {
  if (!store.has(key)) {
    store.set(key, make());
    if (store.size > mostKept) {
      store.delete(store.keys().next().value!);
    }
  }
  return store.get(key)!;
}
