// A scatter of two differences with equal axes, as a paper's column has it: the size, strokes and font of the plots of `diag plot`.

const width = 316.8;
const [left, right, top, bottom] = [48, 8, 50, 34];
const most = 300;
const grey = "#707070";

/** Two errors on either side, and a little less: 95 %. */
const z = 1.96;

/**
 * @param points `{ eta, start, x: { mean, error }, y: { mean, error } }`: what stochastic descent has beyond GD, and beyond GDC.
 * @returns SVG.
 */
export function drawPair(points) {
  const xs = extent(points.map(({ x }) => x));
  const ys = extent(points.map(({ y }) => y));
  const inner = width - left - right;
  // As many points for a unit along both axes.
  const scale = Math.min(inner / (xs[1] - xs[0]), (most - top - bottom) / (ys[1] - ys[0]));
  const plotWidth = scale * (xs[1] - xs[0]);
  const plotHeight = scale * (ys[1] - ys[0]);
  const height = top + plotHeight + bottom;
  const atX = (value) => round(left + (value - xs[0]) * scale);
  const atY = (value) => round(top + (ys[1] - value) * scale);
  const line = (x1, y1, x2, y2, more) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>`;
  const text = (x, y, words, more = "") => `<text x="${round(x)}" y="${round(y)}"${more}>${words}</text>`;
  const step = stepOf(Math.max(plotWidth, plotHeight) / scale / 5);
  const [ticksX, ticksY] = [ticks(xs, step), ticks(ys, step)];
  const [x0, x1, y0, y1] = [round(left), round(left + plotWidth), round(top + plotHeight), round(top)];
  const etas = [...new Set(points.map(({ eta }) => eta))].sort((a, b) => a - b);
  // Where the one difference is as large as the other.
  const diagonal = Math.max(...[...xs, ...ys].map(Math.abs));
  const inside = points.filter(({ x, y }) => Math.abs(y.mean) < Math.abs(x.mean)).length;
  return [
    `<svg class="diag-plot" fill="#000000" font-family="Helvetica, Arial, sans-serif" font-size="9" text-anchor="middle" width="3.3in" height="${round(height / 96)}in"`,
    ` viewBox="0 0 ${width} ${round(height)}" role="img" aria-label="SGD less GDC against SGD less GD: GDC is nearer at ${inside} of ${points.length} points."`,
    ' xmlns="http://www.w3.org/2000/svg">',
    `<rect width="${width}" height="${round(height)}" fill="#ffffff"/>`,
    ...legend(etas, line, text),
    `<clipPath id="inside"><rect x="${x0}" y="${y1}" width="${round(plotWidth)}" height="${round(plotHeight)}"/></clipPath>`,
    `<g stroke="${grey}" stroke-width="0.55">`,
    ...ticksX.map((value) => line(atX(value), y1, atX(value), y0, 'stroke-opacity="0.25"')),
    ...ticksY.map((value) => line(x0, atY(value), x1, atY(value), 'stroke-opacity="0.25"')),
    '<g clip-path="url(#inside)">',
    line(atX(0), y1, atX(0), y0, 'stroke-opacity="0.8"'),
    line(x0, atY(0), x1, atY(0), 'stroke-opacity="0.8"'),
    ...[1, -1].map((sign) =>
      line(
        atX(-diagonal),
        atY(-sign * diagonal),
        atX(diagonal),
        atY(sign * diagonal),
        'stroke-dasharray="2 2"',
      ),
    ),
    "</g></g>",
    `<rect x="${x0}" y="${y1}" width="${round(plotWidth)}" height="${round(plotHeight)}" fill="none" stroke="#000000" stroke-width="0.55"/>`,
    ...ticksX.map((value) => text(atX(value), top + plotHeight + 11, written(value))),
    ...ticksY.map((value) => text(left - 4, atY(value) + 3, written(value), ' text-anchor="end"')),
    text(left + plotWidth / 2, top + plotHeight + 26, "test loss of SGD less that of GD"),
    text(4, top - 8, "test loss of SGD less that of GDC", ' text-anchor="start"'),
    '<g stroke="#000000" stroke-width="0.9" fill="#ffffff">',
    ...points.map(({ eta, x, y }) => {
      const [u, v] = [atX(x.mean), atY(y.mean)];
      return [
        line(atX(x.mean - z * x.error), v, atX(x.mean + z * x.error), v, 'class="interval"'),
        line(u, atY(y.mean - z * y.error), u, atY(y.mean + z * y.error), 'class="interval"'),
        mark(etas.indexOf(eta), u, v),
      ].join("");
    }),
    "</g></svg>\n",
  ].join("");
}

/** A learning rate has a sign of its own. */
function mark(place, x, y) {
  const polygon = (...corners) =>
    `<polygon class="point" points="${corners.map(([u, v]) => `${round(x + u)},${round(y + v)}`).join(" ")}"/>`;
  switch (place % 4) {
    case 0:
      return `<circle class="point" cx="${round(x)}" cy="${round(y)}" r="2.2"/>`;
    case 1:
      return polygon([-2.2, -2.2], [2.2, -2.2], [2.2, 2.2], [-2.2, 2.2]);
    case 2:
      return polygon([0, -3], [2.7, 2], [-2.7, 2]);
    default:
      return polygon([0, -3.1], [3.1, 0], [0, 3.1], [-3.1, 0]);
  }
}

function legend(etas, line, text) {
  const step = (width - left - right) / Math.max(4, etas.length);
  return [
    ...etas.map(
      (eta, place) =>
        `<g stroke="#000000" stroke-width="0.9" fill="#ffffff">${mark(place, left + place * step, 10).replace("point", "sign")}</g>` +
        text(left + place * step + 7, 13, `η = ${eta}`, ' text-anchor="start"'),
    ),
    line(left - 6, 23, left + 6, 23, `stroke="${grey}" stroke-width="0.55" stroke-dasharray="2 2"`),
    text(left + 10, 26, "as far from either", ' text-anchor="start"'),
  ];
}

function extent(values) {
  const least = Math.min(0, ...values.map(({ mean, error }) => mean - z * error));
  const greatest = Math.max(0, ...values.map(({ mean, error }) => mean + z * error));
  const margin = 0.06 * (greatest - least);
  return [least - margin, greatest + margin];
}

function stepOf(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((one) => one * power >= rough);
}

function ticks([least, greatest], step) {
  const first = Math.ceil(least / step);
  const last = Math.floor(greatest / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

const written = (value) => String(Number(value.toPrecision(6))).replace("-", "−");
const round = (value) => Math.round(value * 100) / 100;
