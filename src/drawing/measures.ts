/** The lengths that fix the looks of a drawing, in px, and the estimate of how wide a text is. */

/** More nodes than this are not drawn: nobody could read the picture. */
export const largestDrawing = 2000;

export const rootRadius = 9;
export const fontSize = 13;
export const labelHeight = 16;
/** Rings that a page draws round a disc, by how far their middle lines are from its rim. */
export const rings = { selected: 3, focused: 5.4, cursor: 7.2 } as const;
/** How far the outermost ring reaches from the rim, its line's width included. */
export const ringReach = 8.2;
/** From the rim of a disc to its label: no ring runs through a name, also where letters reach beyond their widths. */
export const labelGap = 10;
/** A sign at an element, of an error or a warning: nothing of it is further from its middle. */
export const signReach = 7;
/** Between the boxes (disc and label) of two nodes above each other, and of two layers. */
export const rowGap = 26;
export const layerGap = 50;
/** From a row of leaves to the next. */
export const rowPitch = labelHeight + rowGap;
export const margin = 10;

/** How far an outline stays from the rims of its own nodes … */
export const outlinePadding = 9;
/** … and at least from those of all others. */
export const outlineClearance = 6;
/** Half the width of the bands that tie the nodes of a part, … */
export const tieHalfWidth = 5;
/** … how far they spread round the rims of these nodes, and what they keep from the rims of all others. */
export const nodeHalo = 5;
export const tieClearance = 3;

/** Where such a sign stands, from the middle of a disc: on the side where the name is not. */
export function signOffset(radius: number, labelBelow: number): { readonly x: number; readonly y: number } {
  return { x: radius + 5, y: (radius + 7) * (labelBelow < 0 ? 1 : -1) };
}

const longestLabel = 24; // characters
/** A drawing that would be wider has its long names shorter: in a side bar they would be too small to be read. */
export const roomForNames = 480; // px
const longestInNarrow = 12; // characters

/** The radius of a disc of a node with so many edges. */
export function discRadius(degree: number): number {
  return 3.8 + 0.6 * Math.min(degree, 4);
}

/** A name as it is shown: long ones are cut, behind a word of theirs where that leaves half of what there is room for. */
export function labelText(name: string, isNarrow = false): string {
  const characters = [...name];
  if (characters.length <= longestLabel) {
    return name;
  }
  const longest = (isNarrow ? longestInNarrow : longestLabel) - 1;
  const letterOrDigit = /[\p{L}\p{N}]/u;
  let end = longest;
  while (
    end > longest / 2 &&
    (letterOrDigit.test(characters[end]!) || !letterOrDigit.test(characters[end - 1]!))
  ) {
    end--;
  }
  return `${characters.slice(0, end > longest / 2 ? end : longest).join("")}…`;
}

/**
 * Names as a drawing shows them.
 * @param isNarrow whether they are to take little room. They do not where that would make different ones look the same.
 */
export function labelTexts(names: readonly string[], isNarrow: boolean): readonly string[] {
  const [wide, narrow] = [false, true].map((one) => names.map((name) => labelText(name, one)));
  return isNarrow && new Set(narrow).size === new Set(wide).size ? narrow! : wide!;
}

/** Widths in ems, no less than those of Helvetica, Arial, Liberation Sans and DejaVu Sans. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijl|'’.,:;!]/, 0.34],
  [/[ tfrI()[\]{}/\\-]/, 0.42],
  [/[mMW@%…—]/, 1],
  [/[wA-Z&+=<>~#]/, 0.84],
  [/[\u0021-\u10ff\u2000-\u2e7f]/, 0.65],
];
const wide = 1.05; // East Asian scripts and emoji

/** An estimate of the width of a text, px, on the safe side. */
export function textWidth(text: string, weight: "plain" | "bold" = "plain"): number {
  let ems = 0;
  for (const character of text) {
    ems += widths.find(([letters]) => letters.test(character))?.[1] ?? wide;
  }
  return ems * fontSize * (weight === "bold" ? 1.12 : 1);
}
