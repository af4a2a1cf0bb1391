import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { mathjax } from "mathjax-full/js/mathjax.js";
import { SVG } from "mathjax-full/js/output/svg.js";
import "mathjax-full/js/input/tex/ams/AmsConfiguration.js";

/** The height of an x in pixels: a little larger than the editor's own, so that indices can be read. */
export const pixelsOfEx = 9;

/**
 * A function that typesets LaTeX as the markup of an SVG, its glyphs embedded as paths. It throws where
 * the LaTeX is wrong. Loading this file takes as long as dozens of formulas do, so load it late.
 */
export function makeMathJax(): (latex: string) => string {
  const adaptor = liteAdaptor();
  RegisterHTMLHandler(adaptor);
  const document = mathjax.document("", {
    InputJax: new TeX({
      packages: ["base", "ams"],
      // An error is a fault of ours or a name no formula can have: the caller then shows the LaTeX.
      formatError: (_: unknown, error: Error) => {
        throw error;
      },
    }),
    OutputJax: new SVG({ fontCache: "local" }),
  });
  return (latex) => {
    const container = document.convert(latex, {
      display: true,
      em: 2 * pixelsOfEx,
      ex: pixelsOfEx,
      containerWidth: 1e6,
    });
    return adaptor.innerHTML(container);
  };
}
