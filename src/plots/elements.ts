import type * as Plot from "@observablehq/plot";

/** A plot with its scales, which say where its numbers are. */
export type Picture = ReturnType<typeof Plot.plot>;

/** Takes off the styles that Plot has written. */
export function withoutStyles(picture: Picture): void {
  for (const style of [...picture.getElementsByTagName("style")]) {
    style.parentNode?.removeChild(style);
  }
  picture.removeAttribute("style");
}

/** All elements within a picture. */
export function elementsOf(picture: Picture) {
  return [...picture.getElementsByTagName("*")];
}

/** An element of a picture. */
export type PictureElement = ReturnType<typeof elementsOf>[number];
