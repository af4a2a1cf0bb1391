import type { Palette } from "../../../src/plots/look.js";

/** The theme's colours. */
export const themePalette: Palette = {
  ink: "var(--vscode-editor-foreground)",
  faint: "var(--vscode-descriptionForeground, var(--vscode-editor-foreground))",
  prediction: "var(--vscode-charts-blue)",
  bars: 1,
  other: "var(--vscode-charts-purple)",
  agrees: "var(--vscode-charts-green)",
  disagrees: "var(--vscode-charts-red)",
  inconclusive: "var(--vscode-charts-yellow)",
  background: "var(--vscode-editor-background)",
  isPainted: false,
};

/** Colours for white paper, whatever the theme. */
export const paperPalette: Palette = {
  ink: "#1b1b1b",
  faint: "#5f5f5f",
  prediction: "#0b5cad",
  bars: 1,
  other: "#6b2fa0",
  agrees: "#2a7a2e",
  disagrees: "#c4161c",
  inconclusive: "#8a6100",
  background: "#ffffff",
  isPainted: true,
};
