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

/** What tells pages apart. */
export interface PageFacts {
  readonly title: string;
  /** What the page's script reads from `<meta>` elements, by name. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * The page of a preview.
 * @param uri the file that the page is for, while it has no state of its own.
 */
export function previewPage(uri: string, sources: PageSources): string {
  return webviewPage({ title: "Diagrams", facts: { "diag-uri": uri } }, sources);
}

/**
 * A page: an empty document with the script that builds the rest from messages. Its policy lets in that script, by
 * nonce, and styles, fonts and images of the extension and of the page's own making; nothing from elsewhere, and no
 * script that is written into the page.
 */
export function webviewPage(
  { title, facts }: PageFacts,
  { script, style, origin, nonce }: PageSources,
): string {
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
  const metas = Object.entries({ ...facts, "diag-style-nonce": nonce }).map(
    ([name, content]) => `<meta name="${escapeHtml(name)}" content="${escapeHtml(content)}">`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${metas.join("\n")}
<link rel="stylesheet" nonce="${escapeHtml(nonce)}" href="${escapeHtml(style)}">
<title>${escapeHtml(title)}</title>
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
