/**
 * The room of plots: what a run's plots show (`measured-data`, and beside each plot), and how they are drawn, for the results page
 * and for the command alike. Pure: whoever draws brings the document, the width of texts, sizes and colours (`look`).
 * `@observablehq/plot` is imported here only. The page imports modules, so that it has what it uses.
 */
export { contributionData, drawContributions } from "./contribution-plot.js";
export type { Picture } from "./elements.js";
export { type PlotLook, paperSizes, printPalette } from "./look.js";
export {
  type MeasuredData,
  measuredData,
  measuredOver,
  type PlottedRun,
  type Series,
  seriesOf,
} from "./measured-data.js";
export { drawMeasured } from "./measured-plot.js";
export { drawOrders, type OrdersData, ordersData } from "./orders-plot.js";
export { drawResiduals, residualData } from "./residual-plot.js";
