import { describe, expect, test } from "vitest";
import { formatTable } from "../../../src/cli/table.js";

const columns = [
  { title: "verify" },
  { title: "eta", align: "right" },
  { title: "predicted", align: "right" },
  { title: "verdict" },
] as const;
const rows = [
  ["skew", "0.1", "0.50776567", "agrees"],
  ["a_longer_name", "0.025", "0.5", "disagrees"],
];

describe("a table", () => {
  test("has a line for each row where there is room, or no terminal", () => {
    const whole = [
      "verify           eta   predicted  verdict",
      "─────────────  ─────  ──────────  ─────────",
      "skew             0.1  0.50776567  agrees",
      "a_longer_name  0.025         0.5  disagrees",
    ].join("\n");
    expect(formatTable(columns, rows)).toBe(whole);
    expect(formatTable(columns, rows, 43)).toBe(whole);
  });

  test("breaks between columns where a line of the terminal is shorter", () => {
    expect(formatTable(columns, rows, 42)).toBe(
      [
        "verify           eta   predicted",
        "    verdict",
        "─────────────  ─────  ──────────",
        "skew             0.1  0.50776567",
        "    agrees",
        "a_longer_name  0.025         0.5",
        "    disagrees",
      ].join("\n"),
    );
  });

  test("has cells that are wider than a line whole, and no line without a cell", () => {
    expect(formatTable(columns.slice(0, 2), [["skew", ""]], 3)).toBe(
      ["verify", "    eta", "──────", "skew"].join("\n"),
    );
  });
});
