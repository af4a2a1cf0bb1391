/** The lengths that fix the looks of a drawing, in px, and the estimate of how wide a text is. */

/** More nodes than this are not drawn: nobody could read the picture. */
export const largestDrawing = 2000;

export const rootRadius = 9;
export const fontSize = 13;
export const labelHeight = 16;
/** From the rim of a disc to its label. */
export const labelGap = 5;
/** Between the boxes (disc and label) of two nodes above each other, and of two layers. */
export const rowGap = 34;
export const layerGap = 58;
export const margin = 10;

/** How far an outline stays from the rims of its own nodes … */
export const outlinePadding = 9;
/** … and at least from those of all others. */
export const outlineClearance = 6;
/** Half the width of the corridors that join the nodes of a part. */
export const corridorHalfWidth = 8;

const longestLabel = 24; // characters

/** The radius of a disc of a node with so many edges. */
export function discRadius(degree: number): number {
  return 3.8 + 0.6 * Math.min(degree, 4);
}

/** A name as it is shown: long ones are cut. */
export function labelText(name: string): string {
  const characters = [...name];
  return characters.length > longestLabel ? `${characters.slice(0, longestLabel - 1).join("")}…` : name;
}

/** An estimate of the width of a text, px: wide for East Asian scripts and emoji. */
export function textWidth(text: string): number {
  let ems = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    ems += code >= 0x1100 && (code < 0x2000 || code > 0x2e7f) ? 1.05 : /[MWmw]/.test(character) ? 0.85 : 0.58;
  }
  return ems * fontSize;
}
