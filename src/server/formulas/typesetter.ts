import { breakLines } from "./lines.js";
import { makePicture, type Picture, type ThemeKind, widestPicture } from "./picture.js";

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

  /** The picture of a formula; `undefined` when it is too long, or is no LaTeX that can be set. */
  async picture(latex: string, theme: ThemeKind): Promise<Picture | undefined> {
    if (latex.length > longestFormula) {
      return undefined;
    }
    const key = `${theme} ${latex}`;
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
      picture = makePicture(typeset(breakLines(latex, widestPicture / pixelsOfEx)), theme, pixelsOfEx);
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
