import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { atLength } from "../times.js";
import { command } from "./diag.js";

// Tables as large as they may be: what they take in memory is counted by the system.

const largest = 49_600_000; // bytes

/** Tells, at the end of a process, the most memory that it ever had, in KiB. */
const counting = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write("most " + process.resourceUsage().maxRSS));',
)}`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-table-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A table of so many bytes, line after line from a few that are repeated. */
function writeTable(name: string, header: string, line: (index: number) => string): void {
  const block = Buffer.from(Array.from({ length: 10_000 }, (_, index) => line(index)).join(""));
  const file = openSync(join(folder, name), "w");
  let size = writeSync(file, header);
  while (size + block.length <= largest) {
    size += writeSync(file, block);
  }
  closeSync(file);
}

/** Checks a landscape of a table. @returns what is said, and the most memory in bytes. */
function check(table: string, columns: string): { status: number | null; output: string; memory: number } {
  const text = `landscape l { weights w = 0 data ${columns} from "${table}" loss (w - ${columns[0]})^2 / 2 }`;
  writeFileSync(join(folder, "main.diag"), text);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", counting, command, "check", "main.diag"],
    { cwd: folder, encoding: "utf8" },
  );
  return { status, output: stdout, memory: Number(/most (\d+)/.exec(stderr)![1]) * 1024 };
}

/** Those whose numbers take most for their characters come first; the others are tried where there is time. */
const tables: readonly (readonly [string, string, (index: number) => string, string])[] = [
  ["of digits", "a\n", (index) => `${index % 10}\n`, "a"],
  ["of decimals", "a,b\n", (index) => `${(Math.sin(index) * 10).toFixed(6)},${index / 8}\n`, "a, b"],
  ["in quotes", '"a","b","t"\n', (index) => `"${index % 100}","${index / 8}","x, y"\n`, "a, b"],
];

describe("a table of 49.6 MB", () => {
  test.each(atLength ? tables : tables.slice(0, 1))(
    "%s takes no more than four bytes for each of its own",
    { timeout: 300_000 },
    (name, header, line, columns) => {
      writeFileSync(join(folder, "small.csv"), header + line(1));
      const before = check("small.csv", columns);
      writeTable("large.csv", header, line);
      // On a busy machine what is no longer needed is given back later: the least of some times is what is taken.
      let least = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 4 && !(least < 4); time++) {
        const { status, output, memory } = check("large.csv", columns);
        expect([name, status, output]).toEqual([name, 0, "1 file: 0 errors, 0 warnings\n"]);
        least = Math.min(least, (memory - before.memory) / largest);
      }
      expect(least).toBeLessThan(4);
    },
  );
});
