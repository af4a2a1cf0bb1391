/** The theme kinds of editors. */
export const themeKinds = ["light", "dark", "hc-light", "hc-dark"] as const;
export type ThemeKind = (typeof themeKinds)[number];

/** Ink that reads well on the hover's ground in each kind of theme: an image cannot ask for the editor's. */
const inks: Readonly<Record<ThemeKind, string>> = {
  light: "#1f2328",
  dark: "#dcdfe4",
  "hc-light": "#000",
  "hc-dark": "#fff",
};

/** A typeset formula as an image of its own. */
export interface Picture {
  readonly svg: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** How wide a picture may be, in pixels: so wide a hover grows by itself. */
export const widestPicture = 680;

/** Wider ones are made smaller, down to this share of their size. */
const smallest = 0.75;

/** How wide MathJax's markup is as it stands, in pixels. */
export function naturalWidth(markup: string, pixelsOfEx: number): number {
  return Number(/<svg[^>]* width="([\d.]+)ex"/.exec(markup)?.[1] ?? 0) * pixelsOfEx + 2 * margin;
}

/** Room around the formula, in pixels, so that no stroke touches the image's edge. */
const margin = 2;

/**
 * Makes a picture of MathJax's markup: in the theme's ink, in pixels, and without what only a web page
 * would use.
 * @param room how wide it may be, in pixels
 */
export function makePicture(
  markup: string,
  theme: ThemeKind,
  pixelsOfEx: number,
  room: number = widestPicture,
): Picture {
  const sized = /<svg[^>]* width="([\d.]+)ex" height="([\d.]+)ex"[^>]* viewBox="([-\d. ]+)"/.exec(markup);
  if (!sized) {
    throw new Error("the typesetter gave no image");
  }
  const [left, top, across, down] = sized[3]!.split(" ").map(Number) as [number, number, number, number];
  const unit = (Number(sized[1]) * pixelsOfEx) / Math.max(across, 1);
  const gap = margin / unit;
  const natural = (across + 2 * gap) * unit;
  const scale = Math.min(1, Math.max(smallest, room / natural));
  const width = Math.ceil(natural * scale);
  const height = Math.ceil((down + 2 * gap) * unit * scale);
  const box = [left - gap, top - gap, across + 2 * gap, down + 2 * gap].map((one) => Math.round(one));
  const inner = markup
    .slice(markup.indexOf(">", sized.index) + 1, markup.lastIndexOf("</svg>"))
    .replace(/ (?:data-[\w-]+|role|focusable|aria-hidden|style)="[^"]*"/g, "")
    .replaceAll("currentColor", inks[theme])
    .replace(/MJX-\d+-TEX-/g, "");
  return {
    svg:
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
      `width="${width}" height="${height}" viewBox="${box.join(" ")}">${inner}</svg>`,
    width,
    height,
  };
}

/** A picture as the address of an image. */
export function dataUri(picture: Picture): string {
  return `data:image/svg+xml;base64,${Buffer.from(picture.svg, "utf8").toString("base64")}`;
}
