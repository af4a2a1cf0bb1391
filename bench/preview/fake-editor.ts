import { readFileSync } from "node:fs";
import { EmptyFileSystem, URI } from "langium";
import { type Browser, chromium, type Page } from "playwright-core";
import { TextDocument } from "vscode-languageserver-textdocument";
import { setUpChromium } from "../../scripts/workbench.mjs";
import { type Drawing, layoutDrawing } from "../../src/drawing/index.js";
import { previewPage } from "../../src/extension/preview/page.js";
import { analyzeText } from "../../src/language/index.js";
import type { PreviewFile } from "../../src/preview/index.js";
import { createDiagLspServices } from "../../src/server/index.js";
import { answerFile } from "../../src/server/preview/index.js";

/* The page as the extension makes it, in a browser without VS Code, beside an editor that has all drawings ready. */

export interface Known {
  readonly file: PreviewFile;
  readonly drawings: Readonly<Record<string, { readonly drawing: Drawing }>>;
}

const uri = "file:///bench.diag";

/** What the language server knows of a text, and the drawings of its diagrams. */
export async function knownOf(text: string, version: number, before?: Known): Promise<Known> {
  const { shared, diag } = createDiagLspServices(EmptyFileSystem);
  shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", version, text));
  await shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
  const file = (await answerFile(diag, { uri }))!;
  const { diagrams } = await analyzeText(text);
  const drawings: Record<string, { drawing: Drawing }> = {};
  for (const { name, key } of file.diagrams) {
    drawings[key] = before?.drawings[key] ?? { drawing: await layoutDrawing(diagrams.get(name)!) };
  }
  return { file, drawings };
}

/** A browser, or in one line why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  try {
    return await chromium.launch({
      executablePath: await setUpChromium(),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
    });
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[0]! : String(error);
  }
}

const origin = "http://preview.bench";
const nonce = "bench";

/** Opens the page; the editor is there, and does not yet know the file. */
export async function openPage(browser: Browser, known: Known): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  const page = await context.newPage();
  const themes = JSON.parse(readFileSync("test/page/themes.json", "utf8")) as Record<string, object>;
  const variables = Object.entries(themes.dark!).map(([name, value]) => `${name}: ${value};`);
  const html = previewPage(uri, {
    script: `${origin}/preview.js`,
    style: `${origin}/preview.css`,
    origin,
    nonce,
  })
    .replace("<body>", '<body class="vscode-dark">')
    .replace("</head>", `<script nonce="${nonce}" src="${origin}/editor.js"></script></head>`);
  const editor = readFileSync("test/page/in-page.mjs", "utf8").replaceAll("export ", "");
  const bundle = (name: string): string => readFileSync(`out/bench/webview/${name}`, "utf8");
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    "/": ["text/html", html],
    "/preview.css": ["text/css", `:root { ${variables.join(" ")} } ${bundle("preview.css")}`],
    "/preview.js": ["text/javascript", bundle("main.js")],
    "/editor.js": [
      "text/javascript",
      `${editor}\n${watcher}\nfakeEditor(null); const known = ${JSON.stringify(known)};`,
    ],
  };
  await page.route("**/*", (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill({ contentType: file[0], body: file[1] }) : route.fulfill({ status: 404 });
  });
  await page.goto(origin);
  return page;
}

/** Runs in the page: keeps the longest tasks, and waits for what is seen. */
const watcher = `
const tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration }))))
  .observe({ type: "longtask", buffered: true });
const isDrawn = (card) => card.querySelector(".node") !== null;
const inSight = () => {
  const { top, bottom } = document.querySelector(".gallery").getBoundingClientRect();
  return [...document.querySelectorAll(".card")].filter((card) => {
    const box = card.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
};
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
async function until(holds) {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > 10000) throw new Error("the page has not drawn within 10 s");
    await frame();
  }
  // The frame in which it was done is on the screen when the next begins.
  await frame();
  return performance.now() - began;
}
const allDrawn = () => inSight().length > 0 && inSight().every(isDrawn);
async function longest(since) {
  await frame();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return Math.max(0, ...tasks.filter(({ startTime }) => startTime >= since).map(({ duration }) => duration));
}
`;
