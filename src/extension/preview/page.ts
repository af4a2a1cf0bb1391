/** Where the page gets things from, as the webview names it. */
export interface PageSources {
  /** The addresses of the page's script, an ES module, and of its style sheet. */
  readonly script: string;
  readonly style: string;
  /** The origin of the extension's files in the webview, as content security policies name it. */
  readonly origin: string;
  /** Unguessable, new for each page. */
  readonly nonce: string;
}

/**
 * The page of a preview: an empty document with the script that builds the rest from messages. Its policy lets in
 * that script, by nonce, and styles, fonts and images of the extension and of the page's own making; nothing from
 * elsewhere, and no script that is written into the page.
 * @param uri the file that the page is for, while it has no state of its own.
 */
export function previewPage(uri: string, { script, style, origin, nonce }: PageSources): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${origin} 'nonce-${nonce}'`,
    `img-src ${origin} data: blob:`,
    `font-src ${origin}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="diag-uri" content="${escapeHtml(uri)}">
<meta name="diag-style-nonce" content="${escapeHtml(nonce)}">
<link rel="stylesheet" nonce="${escapeHtml(nonce)}" href="${escapeHtml(style)}">
<title>Diagrams</title>
</head>
<body data-vscode-context="${escapeHtml('{"preventDefaultContextMenuItems":true}')}">
<div id="app"></div>
<script type="module" nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

/** Text as it may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}
