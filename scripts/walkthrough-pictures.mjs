// Makes the pictures of the walkthrough, media/walkthrough-*.svg, in the colours of the editor's theme: what the built command says of
// examples/first.diag, so that they show what the reader will see.
// Usage: npm run figures:walkthrough

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { makeMathJax, pixelsOfEx } from "../dist/mathjax.js";

const typeset = makeMathJax();
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, "examples", "first.diag");
const [width, height] = [480, 330];
const ink = "var(--vscode-foreground,#888)";
const pale = "var(--vscode-descriptionForeground,#888)";
const word = "var(--vscode-textLink-foreground,#0077bb)";
const good = "var(--vscode-testing-iconPassed,#388a34)";
const face = "var(--vscode-editorWidget-background,#8881)";
const edge = "var(--vscode-widget-border,#8886)";

function diag(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist", "diag.js"), ...words], {
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(stderr.trim());
  }
  return stdout;
}

const inMarkup = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const text = (x, y, content, more = "") => `<text x="${x}" y="${y}"${more}>${content}</text>`;
const card = (x, y, w, h) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="6" fill="${face}" stroke="${edge}"/>`;

function picture(name, title, body) {
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" fill="${ink}" font-family="sans-serif" font-size="15">`,
    `<title>${title}</title>`,
    ...body,
    "</svg>\n",
  ].join("\n");
  writeFileSync(join(root, "media", `walkthrough-${name}.svg`), svg);
}

/** Lines of the language, with its words in colour. */
function code(lines, x, y) {
  const shown = lines.map((line, index) => {
    const coloured = inMarkup(line)
      .replace(/^(\s*)(\w{3,})/, `$1<tspan fill="${word}">$2</tspan>`)
      .replace(/^\s+/, (blanks) => "\u00a0".repeat(blanks.length));
    return text(x, y + 20 * index, coloured);
  });
  return `<g font-family="monospace" font-size="14">\n${shown.join("\n")}\n</g>`;
}

/** The drawing of a diagram, in the theme's ink, at a place and scale. */
function drawing(name, x, y, scale) {
  const inside = diag("render", file, name, "--to", "svg")
    .replace(/^<svg[^>]*>|<\/svg>\s*$/g, "")
    .trim();
  const inked = inside
    .replace(/<title>.*?<\/title>\n?|<desc>.*?<\/desc>\n?/g, "")
    .replaceAll("#000", ink)
    .replace(/ font-family="[^"]*"/g, "");
  return `<g transform="translate(${x} ${y}) scale(${scale})">${inked}</g>`;
}

/** A formula in the theme's ink, its upper left corner at a place. */
function formula(latex, x, y) {
  const markup = typeset(latex);
  const [, wide, box] = /<svg[^>]* width="([\d.]+)ex"[^>]* viewBox="([-\d. ]+)"/.exec(markup);
  const [left, top, across] = box.split(" ").map(Number);
  const scale = (1.1 * wide * pixelsOfEx) / across;
  const inside = markup
    .replace(/^.*?<svg[^>]*>|<\/svg>.*$/gs, "")
    .replace(/ (?:data-[\w-]+|role|focusable|aria-hidden|style)="[^"]*"/g, "")
    .replaceAll("currentColor", ink)
    .replace(/MJX-\d+-TEX-/g, `at${y}-`)
    .replaceAll("xlink:href", "href");
  const [right, down] = [x - left * scale, y - top * scale].map((place) => place.toFixed(1));
  return `<g transform="translate(${right} ${down}) scale(${scale.toFixed(5)})">${inside}</g>`;
}

const lines = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => !/^\/[/*]/.test(line));
const { runs } = JSON.parse(diag("verify", file, "--backend", "cpu", "--seed", "1", "--json"));
const name = "pair";

/** What the experiment's diagrams predict at a rate. */
const predictedAt = (eta) =>
  JSON.parse(
    diag(
      ...["evaluate", file, "--landscape", "bowl", "--order", "2", "--sgd", "N=10,E=1,B=1"],
      ...["--eta", String(eta), "--json"],
    ),
  ).total;

/** The predicted curve with what was measured on it. */
function plot(x, y, w, h) {
  const points = runs.map(({ eta, predicted, measured }) => ({ eta, predicted, measured }));
  const most = points.at(-1);
  const top = Math.max(...points.map(({ measured }) => measured));
  const least = runs[0].orders[0].predicted;
  const across = (eta) => x + (w * eta) / (most.eta * 1.1);
  const up = (value) => y + h - (0.9 * h * (value - least)) / (top - least);
  // Through the prediction at so many rates that no corner is seen.
  const curve = Array.from({ length: 45 }, (_, index) => (index * most.eta * 1.1) / 44)
    .map((eta) => `${across(eta).toFixed(1)} ${up(eta === 0 ? least : predictedAt(eta)).toFixed(1)}`)
    .join("L");
  return [
    `<path d="M${x} ${y}V${y + h}H${x + w}" fill="none" stroke="${pale}"/>`,
    `<path d="M${curve}" fill="none" stroke="${word}" stroke-width="2"/>`,
    ...points.map(
      ({ eta, measured }) =>
        `<circle cx="${across(eta).toFixed(1)}" cy="${up(measured).toFixed(1)}" r="4" fill="${ink}"/>`,
    ),
    ...points.map(({ eta }) =>
      text(across(eta).toFixed(1), y + h + 20, eta, ` text-anchor="middle" fill="${pale}"`),
    ),
    text(x + w, y + h + 38, "learning rate", ` text-anchor="end" fill="${pale}"`),
    text(x, y - 8, "test loss", ` fill="${pale}"`),
  ];
}

picture("write", "A landscape, a diagram and an experiment", [
  code(lines.filter(Boolean).slice(0, 16), 20, 22),
]);
picture("preview", `The diagram ${name}, drawn`, [
  card(60, 40, 360, 250),
  text(80, 68, name, ' font-weight="bold"'),
  drawing(name, 90, 90, 1.8),
]);
const { edges, automorphisms, rvalue, sum } = JSON.parse(diag("formula", file, name, "--json"));
picture("hover", "The card of a diagram, with its formulas", [
  code([`diagram ${name} {`], 20, 30),
  card(60, 44, 400, 240),
  text(
    80,
    74,
    `<tspan font-weight="bold">diagram</tspan> ${name} · ${edges} edges · |Aut| = ${automorphisms}`,
  ),
  text(80, 112, '<tspan font-weight="bold">rvalue</tspan> of an embedding'),
  formula(rvalue, 80, 124),
  text(80, 192, '<tspan font-weight="bold">sum</tspan> over embeddings'),
  formula(sum, 80, 206),
]);
picture("verify", "Points that were measured, on the curve that was predicted", [
  text(20, 30, `<tspan fill="${word}">Verify | Evaluate</tspan>`),
  code([lines.find((line) => line.startsWith("verify"))], 20, 52),
  ...plot(60, 95, 380, 185),
]);
picture("read", "A verdict for each learning rate", [
  ...runs.flatMap(({ eta, predicted, measured, verdict }, index) => {
    const y = 30 + 90 * index;
    return [
      card(30, y, 420, 74),
      text(
        50,
        y + 30,
        `${verdict === "agrees" ? "✓" : "✗"} ${verdict}`,
        ` fill="${good}" font-weight="bold"`,
      ),
      text(430, y + 30, `learning rate ${eta}`, ` text-anchor="end" fill="${pale}"`),
      text(50, y + 56, `predicted ${predicted.toFixed(4)}`),
      text(430, y + 56, `measured ${measured.toFixed(4)}`, ' text-anchor="end"'),
    ];
  }),
]);
