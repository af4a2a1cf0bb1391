import type { ProblemCode, ProblemList } from "../../src/language/problem.js";
import type { DiagramDraft } from "../../src/language/semantics/draft.js";

/** In `ProblemCode` it would be a line; only there is it known to the compiler. */
export const shouting = "shouting" as ProblemCode;

/** Nodes that are named in capitals. */
export function checkShouting(draft: DiagramDraft, problems: ProblemList): void {
  for (const { node, range } of draft.mentions) {
    const { name } = draft.nodes[node]!;
    const quiet = name.toLowerCase();
    if (name !== quiet && name === name.toUpperCase() && !draft.nodes.some((one) => one.name === quiet)) {
      problems.warning(
        shouting,
        range,
        `the node \`${name}\` is in capitals, as parts are; write \`${quiet}\``,
        {
          data: { name, suggestion: quiet },
        },
      );
    }
  }
}
