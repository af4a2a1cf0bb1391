import * as vscode from "vscode";

/** The four kinds of colour theme, as the language server is told. */
export type ThemeKind = "light" | "dark" | "hc-dark" | "hc-light";

/** The kind of the colour theme in use. */
export function themeKind(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return "light";
    case vscode.ColorThemeKind.HighContrast:
      return "hc-dark";
    case vscode.ColorThemeKind.HighContrastLight:
      return "hc-light";
    default:
      return "dark";
  }
}
