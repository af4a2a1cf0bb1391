import { enumerateDiagrams, formatShortForm, satisfiesPathCondition } from "../../diagram/index.js";
import { comparableForm } from "../../language/semantics/diagram.js";

/** Orders of which all diagrams are offered as text; higher ones have hundreds. */
export const offeredOrders = [1, 2, 3] as const;

export interface OrderDiagrams {
  readonly count: number;
  /** One declaration a line. */
  readonly lines: readonly string[];
}

/**
 * All irreducible diagrams of so many edges as declarations in the short form (THEORY §2); those that
 * break the path condition are marked `multi_epoch`.
 * @param taken names that are declared already.
 * @param forms those of diagrams that are there already and are left out, as they are compared.
 */
export function declarationsOfOrder(
  edges: number,
  taken: ReadonlySet<string>,
  forms: ReadonlySet<string> = new Set(),
): OrderDiagrams {
  const lines: string[] = [];
  let number = 0;
  for (const { diagram } of enumerateDiagrams(edges, { irreducible: true })) {
    if (forms.size > 0 && forms.has(comparableForm(diagram) ?? "")) {
      continue;
    }
    do {
      number++;
    } while (taken.has(`order${edges}_${number}`));
    const mark = satisfiesPathCondition(diagram) ? "" : "multi_epoch ";
    lines.push(`${mark}diagram order${edges}_${number} = ${formatShortForm(diagram)}`);
  }
  return { count: lines.length, lines };
}
