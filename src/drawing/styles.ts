/** Colours of outlines, distinct also for most colour-blind readers, on light and on dark ground. */
const colours = ["#0077bb", "#d1530a", "#009070", "#b8478f", "#b58900", "#5a5fcf"] as const;

/** Dashes, px, by which outlines are told apart without colour; the empty list is a solid line. */
const dashes = [[], [7, 4], [1.5, 3.5], [9, 3, 1.5, 3], [4, 2.5], [12, 3], [5, 3, 1.5, 3, 1.5, 3]] as const;

/** The colour of what is wrong, on light and on dark ground. Its dashes and crosses tell it without colour. */
export const markColour = "#e03a3a";
export const markDashes = [4, 3] as const;

/** How dense ties are: one can look through them where they cross. */
export const tieOpacity = 0.34;

export interface OutlineStyle {
  /** `#rrggbb`. */
  readonly colour: string;
  readonly dashes: readonly number[];
}

/** The style with the given number. Six colours and seven dashes make 42 different ones. */
export function outlineStyle(index: number): OutlineStyle {
  return { colour: colours[index % colours.length]!, dashes: dashes[index % dashes.length]! };
}
