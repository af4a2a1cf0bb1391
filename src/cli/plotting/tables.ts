import type { OrdersData, Series } from "../../plots/index.js";
import { formatRows, pointColumns, type Residual } from "../../runs/formats/index.js";

/** The numbers of plots as CSV, with all their digits; what is not finite or not there is an empty cell. */

/** What was measured, beside what was predicted there. */
export function tableOfPoints(series: Series): string {
  const columns = pointColumns(series.points);
  // Over a param all points are at one learning rate, which stands behind.
  const own = series.symbol === "η" ? [] : [[series.symbol, ({ x }: { readonly x: number }) => x] as const];
  return formatRows([...own, ...columns], series.points);
}

/** What diagrams of at most so many edges predict, and the half width of the band around the last. */
export function tableOfCurves(series: Series, observable: string): string {
  const { symbol, curves } = series;
  const rows = (curves?.xs ?? []).map((x, index) => ({ x, index }));
  return formatRows(
    [
      [symbol === "η" ? "eta" : symbol, ({ x }) => x],
      ["observable", () => observable],
      ...(curves?.orders ?? []).map(
        (values, order) => [`order_${order}`, ({ index }: { index: number }) => values[index]] as const,
      ),
      ["truncation", ({ index }) => curves?.truncation[index]],
      ...(curves?.interval === undefined
        ? []
        : [["interval", ({ index }: { index: number }) => curves.interval?.[index]] as const]),
      ...(curves?.criteria ?? []).map(
        ({ name, values }) => [name.toLowerCase(), ({ index }: { index: number }) => values[index]] as const,
      ),
    ],
    rows,
  );
}

/** Each order by itself, at each learning rate. */
export function tableOfOrders(all: readonly OrdersData[], observable: string): string {
  return formatRows(
    [
      ["eta", ({ eta }) => eta],
      ["observable", () => observable],
      ["order", ({ name }) => name],
      ["predicted", ({ predicted }) => predicted],
      ...(all.some(({ rows }) => rows.some(({ predictedError }) => predictedError > 0))
        ? [["predicted_error", ({ predictedError }: { predictedError: number }) => predictedError] as const]
        : []),
      ["exact", ({ exact }) => exact],
      ["measured", ({ measured }) => measured],
      ["standard_error", ({ standardError }) => standardError],
    ],
    all.flatMap(({ eta, rows }) => rows.map((row) => ({ eta, ...row }))),
  );
}

/** What is left over, or the distance between prediction and measurement. */
export function tableOfRemainders(residuals: readonly Residual[], observable: string): string {
  return formatRows(
    [
      ["eta", ({ eta }) => eta],
      ["observable", () => observable],
      ["remainder", ({ residual }) => residual],
      ["noise", ({ noise }) => noise],
      ["rounding_floor", ({ floor }) => floor],
      ["within_noise", ({ isBelowNoise }) => (isBelowNoise ? "yes" : "no")],
    ],
    residuals,
  );
}
