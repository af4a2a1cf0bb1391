/** What the preview of a diagram shows. */
export interface PreviewContent {
  readonly name: string;
  /** The last drawing; absent before the first. */
  readonly svg?: string;
  /** Why the drawing is older than the text, in one line. */
  readonly fault?: string;
}

/**
 * The page of a preview. It has no scripts and loads nothing: its policy lets in one style sheet, by nonce.
 * @param nonce unguessable, new for each page.
 */
export function previewPage({ name, svg, fault }: PreviewContent, nonce: string): string {
  const notice =
    fault === undefined
      ? ""
      : `<p class="notice" role="status">${svg === undefined ? "" : "Older than the text: "}${escapeHtml(fault)}</p>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${escapeHtml(name)}</title>
<style nonce="${nonce}">
body { margin: 0; padding: 1rem; color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.1em; font-weight: 600; margin: 0 0 1rem; }
main { display: flex; justify-content: center; }
main svg { width: min(100%, 36rem); height: auto; max-height: 80vh; }
main.stale svg { opacity: 0.45; }
.notice { border-left: 3px solid var(--vscode-editorWarning-foreground); padding-left: 0.75rem; margin: 0 0 1rem; }
</style>
</head>
<body>
<h1>${escapeHtml(name)}</h1>
${notice}
<main${fault === undefined ? "" : ' class="stale"'}>${svg ?? ""}</main>
</body>
</html>`;
}

/** Text as it may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}
