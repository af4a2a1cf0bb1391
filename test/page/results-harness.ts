import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, inject } from "vitest";
import type { FromResultsPage, RunRecord, RunSummary, ToResultsPage } from "../../src/runs/index.js";
import { worstVerdict } from "../../src/runs/index.js";
import { shared } from "../shared.js";
import { openBrowser } from "./browser.js";
import { bodyClasses, hostStyle, type ThemeName, themeVariables } from "./harness.js";
import { post, saidOf, stateOf } from "./in-page.mjs";
import { resultsEditor } from "./results-in-page.mjs";

/* The results page in a browser without VS Code: a document as the extension makes it, and what was recorded. */

/** A run as it was recorded. */
export async function recordedRun(
  name: "gauss" | "other-seed" | "several" | "evaluation",
): Promise<RunRecord> {
  const text = await readFile(new URL(`recorded/results-${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as RunRecord;
}

/** A run as the list shows it. */
export function summaryOf(record: RunRecord, change: Partial<RunSummary> = {}): RunSummary {
  const { id, kind, title, uri, file, started, state, points } = record;
  const verdict = worstVerdict(points);
  return {
    ...{ id, kind, title, uri, file, started, state, changed: false, resumable: false },
    ...(verdict === undefined ? {} : { verdict }),
    ...change,
  };
}

export interface OpenOptions {
  readonly records?: readonly RunRecord[];
  /** By default those of the records. */
  readonly runs?: readonly RunSummary[];
  readonly theme?: ThemeName;
  readonly size?: { readonly width: number; readonly height: number };
  /** What `getState()` returns at first. */
  readonly state?: object;
}

export interface OpenResults {
  readonly page: Page;
  /** Lines of the console that are errors or warnings, violations of the policy included. */
  readonly complaints: string[];
  send(message: ToResultsPage): Promise<void>;
  /** What the page has said so far, of one type. */
  said<T extends FromResultsPage["type"]>(type: T): Promise<Extract<FromResultsPage, { readonly type: T }>[]>;
  state(): Promise<unknown>;
}

const patience = 60_000; // milliseconds

/** Expects something to become so, on a busy machine too. */
export function poll<Value>(look: () => Value | Promise<Value>) {
  return expect.poll(look, { timeout: patience });
}

const address = "https://results.test/";

async function openResults(browser: Browser, options: OpenOptions): Promise<OpenResults> {
  const bundle = inject("resultsPage");
  const { records = [], theme = "dark", size = { width: 1100, height: 900 }, state } = options;
  const runs = options.runs ?? records.map((record) => summaryOf(record));
  const context = await browser.newContext({ viewport: size });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-abc'",
    `style-src ${address} 'nonce-abc'`,
    `img-src ${address} data: blob:`,
    `font-src ${address}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Results</title>
<link rel="stylesheet" href="/theme.css">
<link rel="stylesheet" href="/results.css">
<script nonce="abc" src="/editor.js"></script>
<script nonce="abc" type="module" src="/results.js"></script>
</head>
<body class="${bodyClasses[theme]}"><div id="app"></div></body>
</html>`;
  const files: Record<string, readonly [type: string, body: string]> = {
    "/": ["text/html", html],
    "/theme.css": ["text/css", `:root { ${themeVariables(theme)} } ${hostStyle}`],
    "/results.css": ["text/css", bundle.style],
    "/results.js": ["text/javascript", bundle.script],
    "/shared.js": ["text/javascript", bundle.shared ?? ""],
    "/editor.js": ["text/javascript", `(${resultsEditor})(${JSON.stringify(state ?? null)})`],
  };
  await page.route("**/*", (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill({ contentType: file[0], body: file[1] }) : route.fulfill({ status: 404 });
  });
  await page.goto(address);
  const said = async () => (await page.evaluate(saidOf)) as unknown as FromResultsPage[];
  const send = (message: ToResultsPage) =>
    page.evaluate(post as unknown as (message: ToResultsPage) => void, message);
  await poll(async () => (await said()).some(({ type }) => type === "ready")).toBe(true);
  for (const record of records) {
    await send({ type: "record", record });
  }
  await send({ type: "runs", runs });
  return {
    page,
    complaints,
    send,
    said: async (type) =>
      (await said()).filter(
        (message): message is Extract<FromResultsPage, { readonly type: typeof type }> =>
          message.type === type,
      ),
    state: () => page.evaluate(stateOf),
  };
}

/**
 * Tests of the results page in one browser. Behind each, the pages that it opened must have had nothing to complain
 * of: no error, no warning, no breach of the content security policy.
 */
export function describeResults(
  name: string,
  define: (open: (options?: OpenOptions) => Promise<OpenResults>) => void,
): void {
  describe.skipIf(inject("chromium") === "")(name, () => {
    const browser = shared(openBrowser);
    const opened: OpenResults[] = [];
    afterAll(async () => (await browser()).close());
    afterEach(async () => {
      const pages = opened.splice(0);
      await Promise.all(pages.map(({ page }) => page.context().close()));
      expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
    });
    define(async (options = {}) => {
      const one = await openResults(await browser(), options);
      opened.push(one);
      return one;
    });
  });
}
