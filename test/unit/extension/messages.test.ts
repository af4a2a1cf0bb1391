import fc from "fast-check";
import { beforeEach, describe, expect, it as test, vi } from "vitest";
import {
  confirms,
  type Severity,
  showMessage,
  shownText,
  toldAsMessages,
} from "../../../src/extension/messages.js";
import { asLabel } from "../../../src/markdown/index.js";
import { hostile, hostileAddresses, soup } from "../markdown/hostile-texts.js";
import { asked, CancellationError } from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

/** The links that notifications and input boxes of VS Code make of a text: it runs commands of them without a question. */
function linksOf(text: string): string[] {
  const lines = text.replace(/\r\n|\r|\n/g, " ");
  return [...lines.matchAll(/\[[^\]]+\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["']).+?\2)?\)/gi)].map(
    ([, address]) => address!,
  );
}

const harmful = (text: string): string[] => linksOf(text).filter((address) => !/^https?:/i.test(address));
const severities: readonly Severity[] = ["information", "warning", "error"];

describe("what the editor shows beside texts", () => {
  beforeEach(() => {
    asked.length = 0;
  });

  test("would run commands of a text as it is written", () => {
    expect(harmful("cannot read [the data](command:workbench.action.quit)")).toHaveLength(1);
    expect(linksOf("see [this](https://host.example/)")).toHaveLength(1);
  });

  test("runs none, in messages, questions and errors of commands", async () => {
    for (const address of hostileAddresses) {
      const text = `cannot read [the data](${address}) of "[x](${address} "y")"`;
      for (const severity of severities) {
        await showMessage(severity, text, "Show Results");
        await confirms(severity, text, text, "Delete");
      }
      const fails = toldAsMessages(() => Promise.reject(new Error(text)));
      const message = await fails().catch((error: Error) => error.message);
      expect(harmful(String(message))).toEqual([]);
    }
    expect(asked).toHaveLength(6 * hostileAddresses.length);
    const shown = asked.flatMap(([, message, options]) => [
      String(message),
      String((options as { detail?: string }).detail ?? ""),
    ]);
    expect(shown.flatMap(harmful)).toEqual([]);
    expect(asked[0]!.slice(2)).toEqual(["Show Results"]);
  });

  test("runs none of generated texts", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, soup), (text) => {
        expect(harmful(shownText(text))).toEqual([]);
      }),
    );
  });

  test("shows no pictures, no colours and no other direction of writing for names of files", () => {
    for (const name of [
      "$(verified-filled) safe.diag",
      "a\u202egaid.exe",
      "a\u001b[31m.diag",
      "$($(x)).diag",
    ]) {
      expect(asLabel(name)).not.toMatch(/\$\(/);
      for (const shown of [asLabel(name), shownText(name)]) {
        expect(shown.replaceAll("\u200b", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    }
    expect(asLabel("gauss ($1).diag")).toBe("gauss ($1).diag");
  });

  test("says the rest as it is, and lets cancelled commands be cancelled", async () => {
    const text =
      "gauss_excess: agrees in 3 of 3 points (stopped early). See [the docs](https://host.example/).";
    expect(shownText(text)).toBe(text);
    expect(await toldAsMessages((a: number, b: number) => a + b)(1, 2)).toBe(3);
    await expect(toldAsMessages(() => Promise.reject(new CancellationError()))()).rejects.toBeInstanceOf(
      CancellationError,
    );
  });
});
