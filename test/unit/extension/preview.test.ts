import { describe, expect, test } from "vitest";
import { escapeHtml, previewPage } from "../../../src/extension/preview/page.js";
import { panelTitle, wasLocked } from "../../../src/extension/preview/panel-title.js";

const hostile = `</title><img src=x onerror="alert('1')">&`;
const sources = {
  script: "https://resources/dist/webview/preview.js",
  style: "https://resources/dist/webview/preview.css",
  origin: "https://resources",
  nonce: "bm9uY2U=",
};

describe("the page of a preview", () => {
  const page = previewPage("file:///folder/skew.diag", sources);
  const [policy] = /(?<=Content-Security-Policy" content=")[^"]*/.exec(page)!;
  const directives = new Map(
    policy
      .replaceAll("&#39;", "'")
      .split("; ")
      .map((directive) => [directive.split(" ")[0]!, directive.split(" ").slice(1)]),
  );

  test("lets in nothing but what is named", () => expect(directives.get("default-src")).toEqual(["'none'"]));

  test("runs scripts by nonce only, and has one", () => {
    expect(directives.get("script-src")).toEqual(["'nonce-bm9uY2U='"]);
    expect(page.match(/<script\b[^>]*>/g)).toEqual([
      `<script type="module" nonce="bm9uY2U=" src="${sources.script}">`,
    ]);
    expect(page).toContain("></script>");
    expect(page).not.toMatch(/\son\w+=|javascript:/i);
  });

  test("takes styles, pictures and fonts from the extension or itself", () => {
    for (const name of ["style-src", "img-src", "font-src"]) {
      for (const source of directives.get(name)!) {
        expect([sources.origin, "data:", "blob:", "'nonce-bm9uY2U='"]).toContain(source);
      }
    }
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  test("names its file", () => {
    expect(page).toContain('<meta name="diag-uri" content="file:///folder/skew.diag">');
  });

  test("cannot be broken by a name", () => {
    const broken = previewPage(hostile, sources);
    expect(broken).not.toContain("<img");
    expect(broken).toContain(escapeHtml(hostile));
  });
});

test("escaped text has no character with a meaning in HTML", () => {
  expect(escapeHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
});

test("a panel's title names the file or the diagram, and tells of a lock", () => {
  expect(panelTitle("gauss.diag", undefined, false)).toBe("Preview gauss.diag");
  expect(panelTitle("gauss.diag", "skew", true)).toBe("[Preview] skew (gauss.diag)");
  for (const shown of [undefined, "skew"]) {
    for (const locked of [true, false]) {
      expect(wasLocked(panelTitle("[Preview] a.diag", shown, locked))).toBe(locked);
    }
  }
});
