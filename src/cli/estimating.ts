import { counted } from "../printable/index.js";
import type { RunEstimating } from "../runs/index.js";
import { formatDuration } from "./table.js";
import type { Terminal } from "./verb.js";

/**
 * Tells how an estimate goes: from how many samples, and about how long it takes, as soon as that is known and whenever it turns out that more are
 * needed; and how far it has come.
 */
export function estimateTold(
  terminal: Pick<Terminal, "doing" | "progress">,
  title: string,
): (estimating: RunEstimating) => void {
  let told: { readonly total: number; readonly isTimed: boolean } | undefined;
  return ({ samples, totalSamples, rows, secondsLeft }) => {
    const isTimed = secondsLeft !== null;
    if (told === undefined || told.total !== totalSamples || told.isTimed !== isTimed) {
      const time = isTimed ? `, about ${formatDuration(secondsLeft)}` : "";
      terminal.doing(
        `estimating ${title} from ${counted(totalSamples, "sample")} of ${counted(rows, "row")}${time}`,
      );
      told = { total: totalSamples, isTimed };
    }
    if (isTimed) {
      terminal.progress(
        `estimating ${title}: ${samples} of ${counted(totalSamples, "sample")}, ${formatDuration(secondsLeft)} left`,
      );
    }
  };
}
