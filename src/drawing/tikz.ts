import type { Drawing, DrawnLabel, Point, SmoothPath } from "./drawing.js";
import { crossAt, markedEdges, markedOutlines, middleOf, plainEdges, ringRadius } from "./marking.js";
import { markColour, markDashes, outlineStyle, tieOpacity } from "./styles.js";

const pointsPerPixel = 0.75;
/** TeX knows no length above 16383 pt; larger drawings are scaled down to fit. */
const longestLength = 12_000;

/** A drawing as a LaTeX document of its own (class `standalone`), whose picture can also be pasted into a paper. */
export function drawingToTikz(drawing: Drawing): string {
  const scale = Math.min(pointsPerPixel, longestLength / Math.max(drawing.width, drawing.height));
  const at = ({ x, y }: Point): string => `(${length(x * scale)},${length(-y * scale)})`;
  const trace = ({ start, curves }: SmoothPath): string =>
    // One curve a line: TeX's lines must not grow without bound.
    [
      at(start),
      ...curves.map(
        ({ control1, control2, end }) => `  .. controls ${at(control1)} and ${at(control2)} .. ${at(end)}`,
      ),
    ].join("\n");
  const label = ({ text, x, y, anchor }: DrawnLabel, style: string): string => {
    const side = { start: "west", middle: "center", end: "east" }[anchor];
    return `\\node[${style}, anchor=${side}] at ${at({ x, y })} {${escapeTex(text)}};`;
  };

  const colours = new Map<string, string>();
  for (const { style } of drawing.outlines) {
    const { colour } = outlineStyle(style);
    if (!colours.has(colour)) {
      colours.set(colour, `part${String.fromCharCode(65 + colours.size)}`);
    }
  }
  const lines = [
    `% ${comment(drawing.name)}`,
    `% ${comment(drawing.description)}`,
    "\\documentclass[tikz, border=2pt]{standalone}",
    "\\usepackage[T1]{fontenc}",
    "\\usepackage[utf8]{inputenc}",
    ...(drawing.marks ? [`\\definecolor{wrong}{HTML}{${markColour.slice(1).toUpperCase()}}`] : []),
    ...[...colours].map(([colour, name]) => `\\definecolor{${name}}{HTML}{${colour.slice(1).toUpperCase()}}`),
    "\\begin{document}",
    "\\begin{tikzpicture}[x=1pt, y=1pt, line cap=round, line join=round,",
    "  name/.style={inner sep=0pt, font=\\sffamily\\footnotesize}]",
  ];
  for (const { paths, style, form } of drawing.outlines) {
    const { colour, dashes } = outlineStyle(style);
    const name = colours.get(colour)!;
    const pattern = dashes
      .map((dash, index) => `${index % 2 === 0 ? "on" : "off"} ${length(dash * scale)}pt`)
      .join(" ");
    const data = paths.map((path) => `${trace(path)} -- cycle`).join("\n");
    if (form === "ties") {
      lines.push(
        `\\path[draw=${name}, fill=${name}, fill opacity=${tieOpacity}, draw opacity=${tieOpacity / 2}, line width=${length(3 * scale)}pt, even odd rule] ${data};`,
      );
      continue;
    }
    lines.push(
      `\\path[draw=${name}, fill=${name}, fill opacity=0.13, draw opacity=0.13, line width=${length(7 * scale)}pt, even odd rule] ${data};`,
      `\\draw[${name}, line width=${length(1.4 * scale)}pt${pattern ? `, dash pattern=${pattern}` : ""}] ${data};`,
    );
  }
  for (const { path } of plainEdges(drawing)) {
    lines.push(`\\draw[line width=${length(1.2 * scale)}pt] ${trace(path)};`);
  }
  for (const node of drawing.nodes) {
    const radius = node.radius * scale;
    lines.push(
      node.isRoot
        ? `\\draw[line width=${length(1.4 * scale)}pt] ${at(node)} circle[radius=${length(radius)}pt]; \\fill ${at(node)} circle[radius=${length(0.45 * radius)}pt];`
        : `\\fill ${at(node)} circle[radius=${length(radius)}pt];`,
    );
    lines.push(label(node.label, "name"));
  }
  if (drawing.marks) {
    const { marks, nodes } = drawing;
    const pattern = `on ${length(markDashes[0] * scale)}pt off ${length(markDashes[1] * scale)}pt`;
    const solid = `wrong, line width=${length(1.8 * scale)}pt`;
    const dashed = `${solid}, dash pattern=${pattern}`;
    for (const { paths } of markedOutlines(drawing.outlines, marks)) {
      lines.push(`\\draw[${dashed}] ${paths.map((path) => `${trace(path)} -- cycle`).join("\n")};`);
    }
    for (const { path } of [...markedEdges(drawing), ...marks.strays]) {
      lines.push(`\\draw[${dashed}] ${trace(path)};`);
    }
    for (const node of marks.nodes) {
      lines.push(
        `\\draw[${dashed}] ${at(nodes[node]!)} circle[radius=${length(ringRadius(nodes[node]!) * scale)}pt];`,
      );
    }
    for (const { path } of marks.strays) {
      for (const [a, b] of crossAt(middleOf(path))) {
        lines.push(`\\draw[${solid}] ${at(a)} -- ${at(b)};`);
      }
    }
  }
  for (const { label: name, style } of drawing.outlines) {
    if (name) {
      lines.push(label(name, `name, text=${colours.get(outlineStyle(style).colour)!}`));
    }
  }
  lines.push("\\end{tikzpicture}", "\\end{document}", "");
  return lines.join("\n");
}

function length(value: number): string {
  return `${Math.round(value * 100) / 100}`;
}

/** A comment on one line, which TeX skips whatever letters it has. */
function comment(words: string): string {
  return words.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "?");
}

const marks: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  "…": "\\ldots{}",
  "′": "$'$",
};

const greek =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi - pi rho varsigma sigma tau upsilon phi chi psi omega".split(
    " ",
  );
const greekCapitals =
  "A B Gamma Delta E Z H Theta I K Lambda M N Xi O Pi P - Sigma T Upsilon Phi X Psi Omega".split(" ");

/** Text for TeX. What its fonts lack appears as the number of the character, so that the document always compiles. */
function escapeTex(words: string): string {
  return [...words]
    .map((character) => {
      const known = marks[character];
      if (known !== undefined) {
        return known;
      }
      const code = character.codePointAt(0)!;
      if (code >= 0x20 && code < 0x7f) {
        return character;
      }
      // Latin letters with accents are in the T1 encoding.
      if (
        code >= 0xc0 &&
        code <= 0x17f &&
        !/[ĀāĈĉĊċĒēĔĕĖėĜĝĠġĢģĤĥĦħĨĩĪīĬĭĮįĴĵĶķĸĻļĿŀŅņŉŌōŎŏŖŗŜŝŦŧŨũŪūŬŭŲųŴŵŶſ×÷]/u.test(character)
      ) {
        return character;
      }
      const small = greek[code - 0x3b1];
      const capital = greekCapitals[code - 0x391];
      if (small !== undefined && small !== "-") {
        return `$\\${small}$`;
      }
      if (capital !== undefined && capital !== "-") {
        return capital.length === 1 ? capital : `$\\${capital}$`;
      }
      if (code === 0x3bf) {
        return "o";
      }
      if (code >= 0x2080 && code <= 0x2089) {
        return `$_{${code - 0x2080}}$`;
      }
      return `\\texttt{U+${code.toString(16).toUpperCase().padStart(4, "0")}}`;
    })
    .join("");
}
