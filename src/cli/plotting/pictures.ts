/**
 * Plots of runs where no page is: drawn in a document of XML, as wide as a column of a paper. It is a bundle of its own, read only when
 * something is to be drawn.
 */
import { DOMImplementation, XMLSerializer } from "@xmldom/xmldom";
import {
  contributionData,
  drawContributions,
  drawMeasured,
  drawOrders,
  drawResiduals,
  measuredData,
  measuredOver,
  ordersData,
  type Picture,
  type PlotLook,
  paperSizes,
  printPalette,
  residualData,
  seriesOf,
} from "../../plots/index.js";
import { formatCsv, pointsOf } from "../../runs/formats/index.js";
import type { PlottedBlock } from "./block.js";
import type { PlannedPlot } from "./choice.js";
import { columnInches } from "./column.js";
import { tableOfCurves, tableOfOrders, tableOfPoints, tableOfRemainders } from "./tables.js";
import { textWidth } from "./text-width.js";

export { pngOf } from "./png.js";

const space = "http://www.w3.org/2000/svg";
const pxPerInch = 96;
/** Fonts that most machines have one of; the last is what pictures have. */
const fonts = "Helvetica, Arial, sans-serif";

/** A plot of a block that has run. */
export interface DrawnPlot {
  svg(): string;
  /** Its numbers, a table for each of its files. */
  tables(): string[];
}

/**
 * A plot of a block.
 * @param eta the learning rate of plots that are at one.
 * @returns `undefined` where the block has nothing that it could show.
 */
export function drawnPlot(block: PlottedBlock, planned: PlannedPlot, eta: number): DrawnPlot | undefined {
  const { record } = block;
  const { plot, observable } = planned;
  switch (plot) {
    case "measured": {
      const over = block.over?.find((one) => one.observable === observable && one.eta === planned.eta);
      const series = over?.series ?? seriesOf(record, observable);
      if (series.points.length === 0 && series.curves === undefined) {
        return undefined;
      }
      const data =
        over === undefined
          ? measuredData(record, undefined, observable, undefined)
          : measuredOver(over.series, observable);
      return {
        svg: () => svgOf((look) => drawMeasured(data, look)),
        tables: () => [tableOfPoints(series), tableOfCurves(series, observable)],
      };
    }
    case "orders": {
      const all = pointsOf(record, observable).flatMap((point) => ordersData(point) ?? []);
      const data = all.find((one) => one.eta === eta);
      return (
        data && {
          svg: () => svgOf((look) => drawOrders(data, look)),
          tables: () => [tableOfOrders(all, observable)],
        }
      );
    }
    case "contributions": {
      const data = contributionData(record, observable, eta, false);
      const terms = record.terms.filter((one) => one.observable === observable);
      return data === undefined || data.shown.length === 0
        ? undefined
        : {
            svg: () => svgOf((look) => drawContributions(data, look)),
            tables: () => [formatCsv({ points: [], terms }, "terms")],
          };
    }
    case "remainders": {
      const data = residualData(record, observable);
      return (
        data && {
          svg: () => svgOf((look) => drawResiduals(data, look)),
          tables: () => [tableOfRemainders(data.residuals, observable)],
        }
      );
    }
  }
}

/** A picture of a column's width as the text of an SVG file, in which text is text. */
function svgOf(draw: (look: PlotLook) => Picture): string {
  const document = new DOMImplementation().createDocument(space, "svg", null);
  const width = columnInches * pxPerInch;
  const picture = draw({
    width,
    palette: printPalette,
    sizes: paperSizes,
    // Of a document it needs what XML has.
    document: document as unknown as PlotLook["document"],
    textWidth: (text) => textWidth(text, paperSizes.font),
  });
  const height = Number(picture.getAttribute("height"));
  for (const [name, value] of Object.entries({
    "font-family": fonts,
    width: `${columnInches}in`,
    height: `${height / pxPerInch}in`,
    viewBox: `0 0 ${width} ${height}`,
  })) {
    picture.setAttribute(name, value);
  }
  return `${new XMLSerializer().serializeToString(picture as never)}\n`;
}
