/** Advances of the printable ASCII characters of DejaVu Sans, from the space on, in thousandths of the font's size. */
const advances = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
  636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
  295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
  500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
  392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
const firstOf = 32;
const raised = 401;
const letter = 636;
const wide = 1000;

/**
 * How wide a text is at most where a paper or a picture shows it, in px. Other usual fonts without serifs are narrower, so what has
 * room in this one has it in them.
 */
export function textWidth(text: string, size: number): number {
  const thousandths = [...text].reduce((sum, character) => sum + advanceOf(character), 0);
  return (thousandths * size) / 1000;
}

function advanceOf(character: string): number {
  const known = advances[character.codePointAt(0)! - firstOf];
  if (known !== undefined) {
    return known;
  }
  if (/[⁰¹²³⁴⁵⁶⁷⁸⁹·]/.test(character)) {
    return raised;
  }
  // Letters of Latin and Greek, and what is as wide as two of them.
  return /[\p{Script=Latin}\p{Script=Greek}]/u.test(character) ? letter : wide;
}
