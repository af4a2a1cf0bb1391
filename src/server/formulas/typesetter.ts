import { breakLines } from "./lines.js";
import { makePicture, naturalWidth, type Picture, type ThemeKind, widestPicture } from "./picture.js";

/** LaTeX longer than this is not typeset: nobody reads it, and it would hold up the server. */
export const longestFormula = 6000;

/** Pictures kept. */
const mostPictures = 500;

/**
 * Typesets LaTeX, each formula once a theme. MathJax is loaded when first needed, or before, when the
 * server has nothing else to do.
 */
export class Typesetter {
  private mathJax: Promise<{ typeset: (latex: string) => string; pixelsOfEx: number }> | undefined;
  private readonly pictures = new Map<string, Picture | undefined>();

  /** Loads MathJax and lets it set a formula, so that the first hover is as quick as the others. */
  async warm(): Promise<void> {
    await this.picture(
      "\\frac{\\eta^{2}}{2}\\,\\sum_{\\mu\\nu}\\,C_{\\mu\\nu}\\,(K^{\\Delta t-1}\\eta)^{\\mu\\nu}",
      "light",
    );
  }

  /**
   * The picture of a formula; `undefined` when it is too long, or is no LaTeX that can be set.
   * @param room how wide its lines may be, in pixels
   */
  async picture(latex: string, theme: ThemeKind, room: number = widestPicture): Promise<Picture | undefined> {
    if (latex.length > longestFormula) {
      return undefined;
    }
    const key = `${theme} ${room} ${latex}`;
    if (this.pictures.has(key)) {
      const known = this.pictures.get(key);
      // What was asked for last is thrown out last.
      this.pictures.delete(key);
      this.pictures.set(key, known);
      return known;
    }
    this.mathJax ??= import("./mathjax.js").then(({ makeMathJax, pixelsOfEx }) => ({
      typeset: makeMathJax(),
      pixelsOfEx,
    }));
    const { typeset, pixelsOfEx } = await this.mathJax;
    let picture: Picture | undefined;
    try {
      picture = makePicture(inLines(latex, room, typeset, pixelsOfEx), theme, pixelsOfEx, room);
    } catch {
      picture = undefined;
    }
    this.pictures.set(key, picture);
    if (this.pictures.size > mostPictures) {
      this.pictures.delete(this.pictures.keys().next().value!);
    }
    return picture;
  }
}

/** How often a formula is broken anew because its lines came out wider than they were thought to. */
const mostTries = 3;

/** The markup of a formula in lines that fit into a room, as far as it can be broken. */
function inLines(
  latex: string,
  room: number,
  typeset: (latex: string) => string,
  pixelsOfEx: number,
): string {
  let narrowest: { readonly markup: string; readonly width: number } | undefined;
  let broken = "";
  let wanted = room;
  for (let tries = 0; tries < mostTries; tries++) {
    const next = breakLines(latex, wanted / pixelsOfEx);
    if (next !== broken) {
      broken = next;
      const markup = typeset(broken);
      const width = naturalWidth(markup, pixelsOfEx);
      if (narrowest === undefined || width < narrowest.width - 1) {
        narrowest = { markup, width };
      }
      if (width <= room) {
        break;
      }
    }
    wanted *= (0.97 * room) / narrowest!.width;
  }
  return narrowest!.markup;
}
