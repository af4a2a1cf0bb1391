import type { PreviewFile } from "../../../src/preview/index.js";

/** Where a file's verifications have no other. */
const defaultEta = 0.1;

/**
 * The learning rate to begin with: what a file's verification has in the same space-time and landscape, or in one of these;
 * of several the first.
 */
export function rateFor(
  { rates = [] }: Pick<PreviewFile, "rates">,
  text: string,
  landscape: string | undefined,
): number {
  const inSame = rates.filter(({ spacetime }) => spacetime === text);
  const onSame = rates.filter((rate) => rate.landscape === landscape);
  const found = inSame.find((rate) => rate.landscape === landscape) ?? inSame[0] ?? onSame[0];
  return found?.eta ?? defaultEta;
}
