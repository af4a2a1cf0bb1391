import { describe, expect, test } from "vitest";
import { escapeHtml, previewPage } from "../../../src/extension/preview-page.js";

const hostile = `</title><img src=x onerror="alert('1')">&`;

describe("the page of a preview", () => {
  test("lets in its own style sheet and nothing else", () => {
    const page = previewPage({ name: "skew", svg: "<svg/>" }, "bm9uY2U=");
    const [policy] = /(?<=Content-Security-Policy" content=")[^"]*/.exec(page)!;
    expect(policy).toBe("default-src 'none'; style-src 'nonce-bm9uY2U='");
    expect(page).toContain('<style nonce="bm9uY2U=">');
    expect(page).not.toMatch(/<script|\son\w+=|https?:/);
  });

  test("escapes names and errors", () => {
    const page = previewPage({ name: hostile, svg: "<svg/>", fault: hostile }, "n");
    expect(page).not.toContain("<img");
    expect(page.split(escapeHtml(hostile))).toHaveLength(4);
  });

  test("says when the drawing is older than the text", () => {
    expect(previewPage({ name: "skew", svg: "<svg/>" }, "n")).not.toContain('role="status"');
    const stale = previewPage({ name: "skew", svg: "<svg/>", fault: "a cycle" }, "n");
    expect(stale).toContain("Older than the text: a cycle");
    expect(stale).toContain("<svg/>");
    expect(previewPage({ name: "skew", fault: "a cycle" }, "n")).not.toContain("Older");
  });
});

test("escaped text has no character with a meaning in HTML", () => {
  expect(escapeHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
});
