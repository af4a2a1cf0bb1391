/* Which values would leave no room for the others in a picture. */

/** From which ratio on an end of an interval is beyond the values. */
const leap = 20;

/**
 * Tells values that are so much farther from a middle than all nearer ones that these would be one line.
 * @param leapOf how many times farther one may be: than values and prediction, and than other values alone.
 * @param middle where the picture is about.
 * @param reach how far from it the prediction goes; 0 where there is none.
 */
export function isBeyond<Item extends { readonly value: number }>(
  items: readonly Item[],
  leapOf: (item: Item) => { readonly ofAll: number; readonly ofValues: number },
  middle: number,
  reach: number,
): (item: Item) => boolean {
  const far = ({ value }: Item): number => Math.abs(value - middle);
  const beyond = new Set<Item>();
  let known = 0;
  for (const item of [...items].sort((one, other) => far(one) - far(other))) {
    const { ofAll, ofValues } = leapOf(item);
    const isFar = (most: number, than: number) => than > 0 && far(item) > most * than;
    if (isFar(ofAll, Math.max(known, reach)) || isFar(ofValues, known)) {
      beyond.add(item);
    } else {
      known = Math.max(known, far(item));
    }
  }
  return (item) => beyond.has(item);
}

/**
 * The ends of intervals that an axis has to show: those that go on for many times what there is else end at the frame.
 * @param values that are to be seen.
 */
export function endsToSee(ends: readonly number[], values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low;
  return ends.filter((end) => span === 0 || Math.max(low - end, end - high) <= leap * span);
}
