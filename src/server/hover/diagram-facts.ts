import { type Diagram, edgeCount, formatShortForm, symmetryOf } from "../../diagram/index.js";
import { formulaOf } from "../../evaluate/index.js";
import { type Abbreviated, abbreviateSum } from "../formulas/abbreviate.js";

/** The formulas of a diagram, short enough for a hover. */
export interface HoverFormulas {
  readonly rvalue: string;
  readonly uvalue: string;
  readonly sum: Abbreviated;
  /** Of the sum, as updates go on without end; absent where that is too long to read. */
  readonly limit?: string;
  /** The space-time in which the sum is read. */
  readonly reading: string;
}

/** Formulas of larger diagrams take too long to write while somebody waits: their sums grow like `d!`. */
export const mostFormulaEdges = 7;

/** The symmetries of larger diagrams are not counted while somebody waits, */
const mostCountedNodes = 100;
/** nor those that take more steps: a file may have a thousand such diagrams in sight. */
const mostCountingSteps = 100_000;

const mostKept = 2000;

/** What is known of diagrams, kept by their short forms: names do not change it. */
export class DiagramFacts {
  private readonly written = new Map<string, HoverFormulas>();
  private readonly counted = new Map<string, string | undefined>();

  /**
   * `undefined` for a diagram of more than {@link mostFormulaEdges} edges.
   * @param inDescent whether the sum is read in gradient descent, however it could be read.
   */
  formulas(diagram: Diagram, inDescent = false): HoverFormulas | undefined {
    if (edgeCount(diagram) > mostFormulaEdges) {
      return undefined;
    }
    return kept(this.written, `${formatShortForm(diagram)} ${inDescent}`, () => {
      const { rvalue, uvalue, sum, limit, reading } = formulaOf(diagram, inDescent);
      const short = abbreviateSum(limit);
      const isShown = limit !== sum && short.note === undefined;
      return { rvalue, uvalue, sum: abbreviateSum(sum), ...(isShown ? { limit } : {}), reading };
    });
  }

  /** `|Aut| = 6`; `undefined` for a diagram too large or too symmetric. */
  automorphisms(diagram: Diagram): string | undefined {
    return diagram.parents.length > mostCountedNodes
      ? undefined
      : kept(this.counted, formatShortForm(diagram), () => {
          const count = symmetryOf(diagram, mostCountingSteps).canonical?.automorphisms;
          return count !== undefined && Number.isFinite(count) ? automorphismsInWords(count) : undefined;
        });
  }
}

/** Beyond what a double counts exactly, digits would be made up. */
function automorphismsInWords(count: number): string {
  return Number.isSafeInteger(count)
    ? `|Aut| = ${count.toLocaleString("en-US")}`
    : `|Aut| ≈ ${count.toExponential(2).replace("e+", "·10^")}`;
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
