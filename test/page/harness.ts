import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, inject } from "vitest";
import { type Drawing, type DrawingInput, layoutDrawing } from "../../src/drawing/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { FromPage, PreviewDiagram, ToPage } from "../../src/preview/index.js";
import { shared } from "../shared.js";
import { openBrowser } from "./browser.js";
import type { Bundle } from "./bundle.js";
import { fakeEditor, know, post, saidOf, stateOf } from "./in-page.mjs";
import type { Recording } from "./recorder.js";

/* The preview's page in a browser without VS Code: a document as the extension makes it, and an editor that answers. */

export const themeNames = ["dark", "light", "hc-dark", "hc-light"] as const;
export type ThemeName = (typeof themeNames)[number];

export const bodyClasses: Record<ThemeName, string> = {
  dark: "vscode-dark",
  light: "vscode-light",
  "hc-dark": "vscode-high-contrast",
  "hc-light": "vscode-high-contrast-light vscode-high-contrast",
};

/** What the editor knows of a file: a recording, or as much of one as a test needs. */
export type Known = Pick<Recording, "file" | "drawings"> & Partial<Recording>;

/** A file of sound diagrams, given as a text or one by one, listed and drawn. All ranges are the first character's. */
export async function knownOf(source: string | readonly DrawingInput[], version = 1): Promise<Known> {
  const diagrams = typeof source === "string" ? (await analyzeText(source)).diagrams.values() : source;
  const list: PreviewDiagram[] = [];
  const drawings: Record<string, { readonly drawing: Drawing }> = {};
  for (const input of diagrams) {
    const listed = listingOf(input);
    list.push(listed);
    drawings[listed.key] ??= { drawing: await layoutDrawing(input) };
  }
  return {
    file: { uri: "file:///main.diag", version, diagrams: list, landscapes: [], spacetimes: [] },
    drawings,
  };
}

function listingOf({ name, diagram, nodeNames, partNames }: DrawingInput): PreviewDiagram {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const parts = partNames.map((partName, part) => ({
    ...(partName === undefined ? {} : { name: partName }),
    nodes: diagram.parts.flatMap((one, node) => (one === part ? [node] : [])),
    range,
  }));
  return {
    name,
    id: name,
    key: JSON.stringify([name, diagram, nodeNames, partNames]),
    range,
    nameRange: range,
    nodes: nodeNames.map((one) => ({ name: one, ranges: [range] })),
    edges: diagram.parents.flatMap((parent, child) => (parent === -1 ? [] : [{ child, parent, range }])),
    parts,
    marks: [],
    broken: false,
    shortForm: false,
    facts: `${diagram.parents.length - 1} edges`,
  };
}

export interface OpenOptions {
  readonly known: Known;
  /** By default what the set-up built. */
  readonly bundle?: Bundle;
  readonly theme?: ThemeName;
  readonly size?: { readonly width: number; readonly height: number };
  /** What `getState()` returns at first. */
  readonly state?: object;
  readonly reducedMotion?: boolean;
  /** Whether the screen is touched. */
  readonly touch?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  /** Lines of the console that are errors or warnings, violations of the policy included. */
  readonly complaints: string[];
  send(message: ToPage): Promise<void>;
  /** Makes the editor know another version of the file, and sends it. */
  know(known: Known): Promise<void>;
  /** What the page has said so far. */
  said(): Promise<FromPage[]>;
  state(): Promise<unknown>;
}

const patience = 60_000; // milliseconds
const address = "https://preview.test/";

/** A document under the extension's policy, with an editor that answers drawings at once. */
export async function openPage(browser: Browser, options: OpenOptions): Promise<OpenPage> {
  const {
    bundle = inject("page"),
    known,
    theme = "dark",
    size = { width: 900, height: 700 },
    state,
    reducedMotion,
    touch = false,
  } = options;
  const context = await browser.newContext({
    viewport: size,
    hasTouch: touch,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const variables = themeVariables(theme);
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-abc'",
    `style-src ${address} 'nonce-abc'`,
    `img-src ${address} data: blob:`,
    `font-src ${address}`,
    "worker-src blob:",
  ].join("; ");
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="diag-uri" content="${known.file.uri}">
<title>Preview</title>
<link rel="stylesheet" href="/theme.css">
<link rel="stylesheet" href="/preview.css">
<script nonce="abc" src="/editor.js"></script>
<script nonce="abc" type="module" src="/preview.js"></script>
</head>
<body class="${bodyClasses[theme]}"><div id="app"></div></body>
</html>`;
  const files: Record<string, readonly [type: string, body: string]> = {
    "/": ["text/html", html],
    "/theme.css": ["text/css", `:root { ${variables} } ${hostStyle}`],
    "/preview.css": ["text/css", bundle.style],
    "/preview.js": ["text/javascript", bundle.script],
    "/shared.js": ["text/javascript", bundle.shared ?? ""],
    "/editor.js": ["text/javascript", `(${fakeEditor})(${JSON.stringify(state ?? null)})`],
  };
  await page.route("**/*", (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill({ contentType: file[0], body: file[1] }) : route.fulfill({ status: 404 });
  });
  await page.goto(address);
  await page.evaluate(know, known);
  return {
    page,
    complaints,
    know: (next) => page.evaluate(know, next),
    send: (message) => page.evaluate(post, message),
    said: () => page.evaluate(saidOf),
    state: () => page.evaluate(stateOf),
  };
}

/**
 * Tests of the page in one browser. Behind each, the pages that it opened must have had nothing to complain of: no
 * error, no warning, no breach of the content security policy.
 */
export function describePage(
  name: string,
  define: (open: (options: OpenOptions) => Promise<OpenPage>) => void,
): void {
  describe.skipIf(inject("chromium") === "")(name, () => {
    const browser = shared(openBrowser);
    const opened: OpenPage[] = [];
    afterAll(async () => (await browser()).close());
    afterEach(async () => {
      const pages = opened.splice(0);
      await Promise.all(pages.map(({ page }) => page.context().close()));
      expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
    });
    define(async (options) => {
      const one = await openPage(await browser(), options);
      opened.push(one);
      return one;
    });
  });
}

/** As VS Code styles the bodies of its webviews. */
export const hostStyle = `
body { background: var(--vscode-editor-background); color: var(--vscode-foreground); font-family: var(--vscode-font-family);
  font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }`;

/** VS Code's own colours of its default themes. */
export function themeVariables(theme: ThemeName): string {
  const all = JSON.parse(readFileSync(new URL("themes.json", import.meta.url), "utf8")) as Record<
    ThemeName,
    Record<string, string>
  >;
  return Object.entries({
    "--vscode-font-family": "system-ui, 'Ubuntu', 'Droid Sans', sans-serif",
    "--vscode-font-size": "13px",
    "--vscode-font-weight": "normal",
    "--vscode-editor-font-family": "monospace",
    "--vscode-editor-font-size": "14px",
    ...all[theme],
  })
    .map(([name, value]) => `${name}: ${value};`)
    .join(" ");
}
