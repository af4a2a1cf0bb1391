/** What a preview's tab is called. The editor keeps it over restarts, and with it whether the panel was locked. */
export function panelTitle(file: string, diagram: string | undefined, locked: boolean): string {
  const what = diagram === undefined ? file : `${diagram} (${file})`;
  return `${locked ? "[Preview]" : "Preview"} ${what}`;
}

/** Whether a tab of this title was locked. */
export function wasLocked(title: string): boolean {
  return title.startsWith("[Preview] ");
}
