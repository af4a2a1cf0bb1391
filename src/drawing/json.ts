import type { Drawing } from "./drawing.js";

/** A drawing as JSON text: the fields of {@link Drawing}, lengths to a hundredth of a px. */
export function drawingToJson(drawing: Drawing): string {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 100) / 100 : value;
  return `${JSON.stringify(drawing, rounded, 2)}\n`;
}
