import type { Drawing, DrawnLabel, SmoothPath } from "./drawing.js";
import { crossAt, markedEdges, markedOutlines, middleOf, plainEdges, ringRadius } from "./marking.js";
import { fontSize } from "./measures.js";
import { markColour, markDashes, outlineStyle, tieOpacity } from "./styles.js";

export interface SvgOptions {
  /** The colour of nodes, edges and text, as in CSS. By default `currentColor`: the colour of the text around the drawing. */
  readonly ink?: string;
  /** The colour behind the drawing, as in CSS. By default none. */
  readonly background?: string;
}

const fontFamily = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif";

/** A drawing as an SVG document of its own: no scripts, no references, the sentence for screen readers inside. */
export function drawingToSvg(drawing: Drawing, options: SvgOptions = {}): string {
  const ink = escapeXml(options.ink ?? "currentColor");
  const width = round(drawing.width);
  const height = round(drawing.height);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(drawing.name)}</title>`,
    `<desc>${escapeXml(drawing.description)}</desc>`,
  ];
  if (options.background !== undefined) {
    lines.push(`<rect width="${width}" height="${height}" fill="${escapeXml(options.background)}"/>`);
  }

  for (const outline of drawing.outlines) {
    const { colour, dashes } = outlineStyle(outline.style);
    const data = outline.paths.map((path) => pathData(path, true)).join(" ");
    const dashed = dashes.length > 0 ? ` stroke-dasharray="${dashes.join(" ")}"` : "";
    const names = outline.nodes.map((node) => drawing.nodes[node]!.name).join(", ");
    lines.push(
      `<g fill-rule="evenodd" stroke-linejoin="round" stroke-linecap="round">`,
      `<title>${escapeXml(outline.name === undefined ? `part {${names}}` : `part ${outline.name} = {${names}}`)}</title>`,
      ...(outline.form === "ties"
        ? [
            `<path d="${data}" fill="${colour}" fill-opacity="${tieOpacity}" stroke="${colour}" stroke-opacity="${tieOpacity / 2}" stroke-width="3"/>`,
          ]
        : [
            // A wide faint stroke under the line makes the border fuzzy.
            `<path d="${data}" fill="${colour}" fill-opacity="0.13" stroke="${colour}" stroke-opacity="0.13" stroke-width="7"/>`,
            `<path d="${data}" fill="none" stroke="${colour}" stroke-width="1.4"${dashed}/>`,
          ]),
      "</g>",
    );
  }

  lines.push(`<g fill="none" stroke="${ink}" stroke-width="1.2" stroke-linecap="round">`);
  for (const { path } of plainEdges(drawing)) {
    lines.push(`<path d="${pathData(path, false)}"/>`);
  }
  lines.push("</g>", `<g fill="${ink}">`);
  for (const { name, x, y, radius, degree, isRoot } of drawing.nodes) {
    const title = `<title>${escapeXml(`${name}: ${isRoot ? "root, " : ""}degree ${degree}`)}</title>`;
    const at = `cx="${round(x)}" cy="${round(y)}"`;
    lines.push(
      isRoot
        ? `<g>${title}<circle ${at} r="${round(radius - 0.8)}" fill-opacity="0.06" stroke="${ink}" stroke-width="1.4"/><circle ${at} r="${round(radius * 0.45)}"/></g>`
        : `<circle ${at} r="${round(radius)}">${title}</circle>`,
    );
  }
  lines.push(
    "</g>",
    ...markLines(drawing),
    `<g font-family="${fontFamily}" font-size="${fontSize}">`,
    `<g fill="${ink}">`,
  );
  for (const { label } of drawing.nodes) {
    lines.push(text(label));
  }
  lines.push("</g>");
  for (const { label, style } of drawing.outlines) {
    if (label) {
      lines.push(
        `<g fill="${outlineStyle(style).colour}" font-style="italic" font-weight="600">${text(label)}</g>`,
      );
    }
  }
  lines.push("</g>", "</svg>", "");
  return lines.join("\n");
}

/** Dashed lines round what is wrong, and a cross on each edge that does not belong. */
function markLines(drawing: Drawing): string[] {
  const { nodes, outlines, marks } = drawing;
  if (!marks) {
    return [];
  }
  const lines = [
    `<g fill="none" stroke="${markColour}" stroke-width="1.8" stroke-linecap="round" stroke-dasharray="${markDashes.join(" ")}">`,
    ...markedOutlines(outlines, marks).map(
      ({ paths }) => `<path d="${paths.map((path) => pathData(path, true)).join(" ")}"/>`,
    ),
    ...markedEdges(drawing).map(({ path }) => `<path d="${pathData(path, false)}"/>`),
    ...marks.strays.map(({ from, to, path }) => {
      const title = `an edge too many, from ${nodes[from]!.name} to ${nodes[to]!.name}`;
      return `<path d="${pathData(path, false)}"><title>${escapeXml(title)}</title></path>`;
    }),
    ...marks.nodes.map((node) => {
      const { x, y } = nodes[node]!;
      return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(ringRadius(nodes[node]!))}"/>`;
    }),
    "</g>",
  ];
  if (marks.strays.length > 0) {
    const crosses = marks.strays.flatMap(({ path }) =>
      crossAt(middleOf(path)).map(([a, b]) => `M${round(a.x)} ${round(a.y)}L${round(b.x)} ${round(b.y)}`),
    );
    lines.push(
      `<path d="${crosses.join("")}" stroke="${markColour}" stroke-width="1.8" stroke-linecap="round"/>`,
    );
  }
  return lines;
}

function text({ text: words, x, y, anchor }: DrawnLabel): string {
  const aligned = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y + fontSize * 0.34)}"${aligned}>${escapeXml(words)}</text>`;
}

function pathData({ start, curves }: SmoothPath, closed: boolean): string {
  const pieces = curves.map(
    ({ control1: a, control2: b, end }) =>
      `C${round(a.x)} ${round(a.y)} ${round(b.x)} ${round(b.y)} ${round(end.x)} ${round(end.y)}`,
  );
  return `M${round(start.x)} ${round(start.y)}${pieces.join("")}${closed ? "Z" : ""}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text for XML: markup escaped, characters that XML forbids replaced. */
function escapeXml(words: string): string {
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
