import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TableReader, TextSurvey } from "../../src/data/csv/index.js";
import { NumberStore } from "../../src/data/csv/store.js";
import type { Table } from "../../src/data/index.js";
import { written } from "../written.js";
import { analyze } from "./workspace.js";

function readTable(text: string, names: readonly string[]): Table {
  const survey = new TextSurvey();
  survey.add(text);
  const reader = new TableReader(survey.facts, names);
  reader.push(text);
  return reader.finish();
}

function readGroups(text: string, sizes: readonly number[]): number[][] {
  const survey = new TextSurvey();
  survey.add(text);
  const reader = new TableReader(
    survey.facts,
    sizes.reduce((sum, size) => sum + size, 0),
    sizes,
  );
  reader.push(text);
  const table = reader.finishGroups();
  if ("problem" in table) {
    throw new Error(JSON.stringify([table, text]));
  }
  return table.groups.map((group) => [...group]);
}

/** The rows of a table that is read, whole or in parts. */
function rowsOf(table: Table, width: number): readonly (readonly number[])[] {
  if (!("values" in table)) {
    throw new Error(JSON.stringify(table));
  }
  const values = [...table.values];
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
}

// Tables are made from numbers that the test knows and written in one of the ways of the programs that write them.

const numbers = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    fc.constantFrom(0.5, -1.25, 1e-9, 12.75, -0.125),
  )
  // Texts of negative zero have no sign.
  .map((value) => value + 0);
const table = fc
  .record({
    columns: fc.integer({ min: 2, max: 5 }),
    count: fc.integer({ min: 3, max: 8 }),
    pool: fc.array(numbers, { minLength: 40, maxLength: 40 }),
    separator: fc.constantFrom(",", ";", "\t", "|", " "),
    decimalComma: fc.boolean(),
    quoted: fc.boolean(),
    header: fc.constantFrom("none", "names", "index", "row names", "behind #", "spaced"),
    ending: fc.constantFrom("\n", "\r\n", "\r"),
    bom: fc.boolean(),
    comment: fc.boolean(),
    blanks: fc.boolean(),
    text: fc.boolean(),
    asked: fc.shuffledSubarray(["p", "q", "r", "s", "t"], { minLength: 1 }),
  })
  .filter(({ separator, decimalComma }) => !(separator === "," && decimalComma));

test("what is written in any usual way is read as it was meant", () => {
  fc.assert(
    fc.property(table, (given) => {
      const { columns, count, pool, separator, header } = given;
      const names = ["p", "q", "r", "s", "t"].slice(0, columns);
      const values = Array.from({ length: count }, (_, row) =>
        names.map((_, column) => pool[(row * 5 + column) % pool.length]!),
      );
      // A fraction in each cell: whole numbers alone would leave the sign of thousands open.
      const write = (value: number): string => {
        const text = Number.isInteger(value) ? value.toFixed(1) : String(value);
        return given.decimalComma ? text.replace(".", ",") : text;
      };
      const quote = (cell: string): string => (given.quoted && separator !== " " ? `"${cell}"` : cell);
      const gap = header === "spaced" && separator !== "\t" ? `${separator} ` : separator;
      const named = header !== "none" && header !== "behind #";
      const withText = given.text && named && separator !== " ";
      const begins = header === "index" && separator !== " " ? [""] : [];
      const head = [...begins, ...names, ...(withText ? ["note"] : [])].map(quote).join(gap);
      const lines = values.map((row, index) =>
        [
          ...(begins.length > 0 || header === "row names" ? [`"${index + 1}"`] : []),
          ...row.map((value) => quote(write(value))),
          ...(withText ? [index % 2 ? '"said, ""no; 7|8"""' : ""] : []),
        ].join(gap),
      );
      if (named) {
        lines.unshift(head);
      }
      if (header === "behind #") {
        lines.unshift(`# ${names.join(gap)}`);
      } else if (given.comment) {
        lines.unshift("# made by a program, 2021; see notes");
      }
      if (given.blanks) {
        lines.splice(2, 0, "", "   ");
      }
      const text = (given.bom ? "\uFEFF" : "") + lines.join(given.ending) + given.ending;
      const asked = header === "none" ? names : given.asked.filter((name) => names.includes(name));
      fc.pre(asked.length > 0);
      const expected = values.map((row) => asked.map((name) => row[names.indexOf(name)]!));
      expect(rowsOf(readTable(text, asked), asked.length)).toEqual(expected);
      // All columns by their places, the first in an array of its own.
      if (!withText) {
        const groups = readGroups(text, [1, columns - 1]);
        expect(groups[0]).toEqual(values.map((row) => row[0]));
        expect(groups[1]).toEqual(values.flatMap((row) => row.slice(1)));
      }
    }),
    { numRuns: 500 },
  );
});

test("a cell that is no number is refused with its line and column, wherever it stands", () => {
  const bad = fc.constantFrom(
    ...["NaN", "NA", "inf", "-inf", "", "0x10", "1_000", "TRUE", "1e999", "#N/A", "1.2.3", "−1", "5%", "--1"],
    ...["1 000", "x", "null", "1,5,2", "1.000,5", "$3", "1e", "1d3", "¼", "٣"],
  );
  fc.assert(
    fc.property(
      bad,
      fc.nat(5),
      fc.nat(2),
      fc.constantFrom(",", ";", "\t", "|"),
      (cell, row, column, sign) => {
        const cells = Array.from({ length: 6 }, (_, line) => [`${line}.5`, `${line + 1}.25`, `-${line}.75`]);
        cells[row]![column] = cell.includes(sign) ? `"${cell}"` : cell;
        const text = [["a", "b", "c"], ...cells].map((line) => line.join(sign)).join("\n");
        const problem = (readTable(text, ["c", "b", "a"]) as { problem: string }).problem;
        expect(problem).toMatch(new RegExp(`^row ${row + 2}, column ${"abc"[column]}: `));
        expect(problem).not.toContain("\n");
        if (sign === ";") {
          expect(problem).toContain("columns are separated by `;` here");
        }
        // Nobody asks for that column: then it is no matter what stands there.
        const others = ["a", "b", "c"].filter((_, index) => index !== column);
        expect(rowsOf(readTable(text, others), 2)).toHaveLength(6);
      },
    ),
  );
});

describe.each([
  [
    "columns that `;` separates",
    "a;b\n1;2\n3;4\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "and their decimal commas",
    "1,5;2,5\n3,5;4\n",
    [
      [1.5, 2.5],
      [3.5, 4],
    ],
  ],
  ["a comment before the header", "# of 2021, by hand\na,b\n1,2\n", [[1, 2]]],
  [
    "a header in a comment",
    "# b, a\n2,1\n4,3\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["a comment that is no header", "# x, y\n1,2\n", [[1, 2]]],
  [
    "comments between and behind rows",
    "a,b\n1,2\n# 3,4\n5,6\n# end",
    [
      [1, 2],
      [5, 6],
    ],
  ],
  [
    "commas in quotes",
    'a,note,b\n1,"x, y",2\n3,"",4\n',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "line breaks in quotes",
    'a,note,b\n1,"x\n\n7,8",2\n3,,4\n',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["decimal commas in quotes", 'a,b\n"1,5","-2,25"\n', [[1.5, -2.25]]],
  [
    "the index of pandas",
    ",a,b\n0,1.5,2\n1,3,4\n",
    [
      [1.5, 2],
      [3, 4],
    ],
  ],
  [
    "its header of numbers above an index",
    ",0,1\n0,1.5,2\n1,3,4\n",
    [
      [1.5, 2],
      [3, 4],
    ],
  ],
  [
    "a header of numbers in quotes",
    '"0","1"\n1,2\n3,4\n',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "the row names of R",
    '"a","b"\n"1",5,6\n"2",7,8\n',
    [
      [5, 6],
      [7, 8],
    ],
  ],
  [
    "the same without quotes",
    "a b\n1 5 6\n2 7 8\n",
    [
      [5, 6],
      [7, 8],
    ],
  ],
  [
    "row names that are words",
    "a,b\nanna,5,6\nben,7,8\n",
    [
      [5, 6],
      [7, 8],
    ],
  ],
  ["a column that has no name", "a,,b\n1,x,2\n", [[1, 2]]],
  ["a name twice that nobody asks for", "a,c,c,b\n1,7,8,2\n", [[1, 2]]],
  [
    "separators at the ends of all lines",
    "a,b,\n1,2,\n3,4,\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "of the rows alone",
    "a,b\n1,2,\n3,4,\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "without a header too",
    "1,2,\n3,4,\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["rows of nothing at the end", "a,b\n1,2\n,\n,\n", [[1, 2]]],
  ["what a spreadsheet says of its separator", "sep=;\na;b\n1,5;2\n", [[1.5, 2]]],
  [
    "runs of spaces",
    "  1.0e+00   2.0e+00\n  3         4\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    "numbers of all kinds",
    "a,b\n1e3,+1\n .5 ,1.\n-1E-2,\t007\n",
    [
      [1000, 1],
      [0.5, 1],
      [-0.01, 7],
    ],
  ],
  [
    "endings of all kinds",
    "a,b\r\n1,2\r3,4\n\r\n5,6",
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ],
  [
    "text that begins with `#`",
    "color,a,b\n#ff0000,1,2\n#00ff00,3,4\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
] as const)("read: %s", (_, text, expected) => {
  test("as meant", () => {
    const table = readTable(text, ["a", "b"]);
    expect(rowsOf(table, 2)).toEqual(expected);
    expect(table).toMatchObject({ remarks: [] });
  });
});

test.each([
  ["a comma for thousands or decimals", 'a,b\n"1,234",2\n', /row 2, column a: `1,234` may be 1\.234 or 1234/],
  ["the same where `;` separates", "a;b\n1,234;5,678\n", /may be 1\.234 or 1234.*separated by `;`/],
  [
    "commas and points",
    "a;b\n1,5;2.5\n",
    /row 2, column a: `1,5` has a comma.*`2\.5` of row 2, column b a point/,
  ],
  ["thousands with decimals", "a;b\n1.234,5;2\n", /row 2, column a: `1\.234,5` has signs that set thousands/],
  [
    "decimal commas between commas",
    "a,b\n1,5,2,5\n",
    /row 2 has 4 columns.*decimal, separate the columns by `;`/,
  ],
  ["a name in the other case", "A,b\n1,2\n", { missing: [0], header: ["A", "b"] }],
  ["a header of other names", "x;y\n1;2\n", { missing: [0, 1], remark: expect.stringContaining("`;` here") }],
  [
    "a text in the first row",
    "anna,1,2\n",
    { missing: [0, 1], remark: expect.stringMatching(/taken for the header/) },
  ],
  ["half of a header in a comment", "# a, c\n1,2\n", { missing: [1], header: ["a", "c"] }],
  [
    "a name twice",
    "a,b,a\n1,2,3\n",
    /row 1, column 3: in the header this column has the name `a` of another/,
  ],
  ["a short line", "a,b\n1,2\n\n3\n", /row 4 has 1 column, and the first row has 2/],
  ["a long line", "1;2\n3;4;5\n", /row 2 has 3 columns.*`;` here/],
  ["one name over two cells, which may be a decimal comma", "a\n1,5\n2,5\n", /row 2 has 2 columns/],
  ["rows of nothing between rows", "a,b\n1,2\n,\n3,4\n", /row 3 has empty cells only/],
  ["a comment that may be a row", "c,a,b\nx,1,2\n#y,3,4\n", /row 3 begins with `#` and has as many columns/],
  ["a quote without an end", 'a,b\n1,2\n"3,4\n5,6\n', /row 3: a quote is not closed/],
  ["a line after quoted line breaks", 'c,a,b\n"x\ny",1,2\nz,q,4\n', /row 4, column a: `q`/],
  ["a NUL", "a,b\n1,2\n\0", /not a text file.*row 3/],
  ["UTF-16", "\uFEFFa\0,\0b\0", /not a text file in UTF-8/],
  ["nothing", "", /has no row of numbers: it is empty/],
  ["blank lines", "\n \n\n", /has no row of numbers: it is empty/],
  ["a header alone", "a,b\n", /has no row of numbers: it has a header and no row/],
  ["a header above empty cells", "a,b\n,\n,\n", /has no row of numbers: its rows are empty/],
  ["comments alone", "# a\n# b\n", /has no row of numbers: it has comments only/],
  ["an object of JSON", '{"a": 1, "b": 2}', /^is no table: it looks like JSON/],
  ["objects of JSON", '\n[\n  {"a": 1, "b": 2},\n  {"a": 3, "b": 4}\n]', /it looks like JSON/],
  ["lines of JSON", '{"a":1,"b":2}\n{"a":3,"b":4}\n', /it looks like JSON/],
  ["lists of JSON", "[[1,2],[3,4]]", /it looks like JSON/],
  ["a list of JSON", "\uFEFF[ 1, 2 ]", /it looks like JSON/],
  ["an empty list of JSON", "[]", /it looks like JSON/],
  ["a page", "<!DOCTYPE html><table><tr><td>1</td></tr></table>", /it looks like HTML or XML/],
  ["Fortran's exponents", "a,b\n1,1.5D+00\n", /row 2, column b: `1\.5D\+00` has its exponent behind `D`/],
  ["the same without a header", " 1.0d0  2.0d-3\n", /row 1, column 1: `1\.0d0` has its exponent behind `d`/],
])("refused: %s", (_, text, expected) => {
  const table = readTable(text, ["a", "b"].slice(0, text.startsWith("a\n") ? 1 : 2));
  if (expected instanceof RegExp) {
    expect((table as { problem: string }).problem).toMatch(expected);
    expect((table as { problem: string }).problem).not.toContain("\n");
  } else {
    expect(table).toMatchObject(expected);
  }
});

test.each([
  [
    "0,1\n1.5,2.5\n3.5,-4.25\n",
    [
      [1.5, 2.5],
      [3.5, -4.25],
    ],
    /row 1 \(0, 1\) is taken for a header.*write 0\.0, 1\.0/,
  ],
  [
    "# x\n\n0;1\n1,5;2,5\n3,5;-4,25\n",
    [
      [1.5, 2.5],
      [3.5, -4.25],
    ],
    /row 3 \(0, 1\) is taken for a header.*write 0,0; 1,0/,
  ],
  [
    "0,1\n1,2.5\n3.5,4.5\n",
    [
      [1, 2.5],
      [3.5, 4.5],
    ],
    /row 1 \(0, 1\) is taken for a header.*write 0\.0, 1\.0/,
  ],
  [
    "0,1\n1,2.5\n3,4.5\n",
    [
      [0, 1],
      [1, 2.5],
      [3, 4.5],
    ],
    /row 1 \(0, 1\) is taken for a row/,
  ],
  [
    "0,1\n5,6\n",
    [
      [0, 1],
      [5, 6],
    ],
    /row 1 \(0, 1\) is taken for a row/,
  ],
  [
    "2019,2020\n1.5,2.5\n3.5,4.5\n",
    [
      [2019, 2020],
      [1.5, 2.5],
      [3.5, 4.5],
    ],
    /taken for a row, though/,
  ],
  [
    "2019,2020\n1.5,2\n3,4.25\n",
    [
      [2019, 2020],
      [1.5, 2],
      [3, 4.25],
    ],
    /row 1 \(2019, 2020\) is taken for a row, though.*write 2019\.0, 2020\.0; if it is a header, remove it/,
  ],
] as const)("a first line of whole numbers is not taken without a word: %j", async (text, rows, remark) => {
  const { diagnostics, landscapes } = await analyze(
    'landscape l { weights w = 0 data a, b from "t.csv" loss w * a * b }',
    { "t.csv": text },
  );
  expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    "warning bad-distribution",
  ]);
  expect(diagnostics[0]!.message).toMatch(remark);
  expect(written(landscapes.get("l")).data).toEqual([
    { kind: "rows", names: ["a", "b"], values: expect.anything() },
  ]);
  expect(rowsOf({ remarks: [], ...written(landscapes.get("l")).data[0] } as never, 2)).toEqual(rows);
});

test.each(["1,2\n3,4\n", "0.0,1.0\n1.5,2.5\n3.5,4.5\n", "1,0\n5,15\n2,25\n", "0,0\n1.5,1\n"])(
  "nothing is said where nothing else can be meant: %j",
  (text) => {
    expect(readTable(text, ["a", "b"])).toMatchObject({ remarks: [] });
  },
);

test("a first line of whole numbers is a header, a doubtful row or a row by what is below it", () => {
  const whole = fc.integer({ min: -9, max: 99 }).map(String);
  const decimal = fc.integer({ min: 0, max: 99 }).map((value) => (value / 8 + 1 / 16).toFixed(4));
  const given = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      first: fc.oneof(
        fc.constant(Array.from({ length: width }, (_, index) => String(index))),
        fc.array(whole, { minLength: width, maxLength: width }),
      ),
      below: fc.array(fc.array(fc.oneof(whole, decimal), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
  );
  fc.assert(
    fc.property(given, ({ first, below }) => {
      const names = ["a", "b", "c", "d"].slice(0, first.length);
      const table = readTable([first, ...below].map((row) => `${row.join(",")}\n`).join(""), names);
      const columns = names.map((_, index) => below.map((row) => row[index]!));
      const counts = first.length > 1 && first.join() === [0, 1, 2, 3].slice(0, first.length).join();
      const isHeader = counts && columns.every((column) => column.some((cell) => cell.includes(".")));
      const isDoubtful =
        counts || (new Set(first).size === first.length && below.flat().some((cell) => cell.includes(".")));
      const rows = (isHeader ? below : [first, ...below]).map((row) => row.map((cell) => Number(cell)));
      expect(rowsOf(table, names.length)).toEqual(rows);
      const remark = isHeader ? /is taken for a header/ : /is taken for a row/;
      expect(table).toMatchObject({ remarks: isDoubtful ? [expect.stringMatching(remark)] : [] });
    }),
  );
});

test("a million rows are read, and one wrong cell at their end is found", () => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index}.5,x,${index / 8}`);
  const rows = rowsOf(readTable(`a,t,b\n${lines.join("\n")}\n`, ["b", "a"]), 2);
  expect(rows).toHaveLength(300_000);
  expect(rows[299_999]).toEqual([299_999 / 8, 299_999.5]);
  const quoted = lines.map((line) => line.replace("x", '"x\ny"'));
  expect(readTable(`a,t,b\n${quoted.join("\n")}\n1,2,\n`, ["b"])).toEqual({
    header: ["a", "t", "b"],
    problem: "row 600002, column b: the cell is empty",
  });
});

test("what is guessed in an imported file is said at its import", async () => {
  const { diagnostics } = await analyze('import "lib.diag"', {
    "lib.diag": '\nlandscape l { weights w = 0 data a, b from "t.csv" loss w * a * b }',
    "t.csv": "0,1\n5,6\n",
  });
  expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
    ["warning", expect.stringMatching(/^"lib\.diag", line 2: "t\.csv": row 1 \(0, 1\) is taken for a row/)],
  ]);
});

describe("a text means the same in whatever parts it comes", () => {
  test("also when the first of two signs that end a line comes alone", () => {
    const survey = new TextSurvey();
    const parts = ["\r", '\n3 4\n "'];
    for (const part of parts) {
      survey.add(part);
    }
    const reader = new TableReader(survey.facts, ["a", "b"]);
    for (const part of parts) {
      if (!reader.isDone) {
        reader.push(part);
      }
    }
    expect(reader.finish()).toEqual(readTable(parts.join(""), ["a", "b"]));
  });

  const piece = fc.constantFrom(
    ...[
      "1",
      "2.5",
      "-3e2",
      "a",
      "b",
      ",",
      ",",
      ";",
      "|",
      "\t",
      " ",
      "  ",
      '"',
      '""',
      ' "',
      '" ',
      "\n",
      "\r\n",
    ],
    ...[
      "\r",
      "\n\n",
      "#",
      "# a, b",
      "sep=;\n",
      "\uFEFF",
      "\0",
      "x",
      '"1,5"',
      '"p\nq"',
      "é",
      "😀",
      "1,2\n",
      "3 4\n",
    ],
  );
  const line = fc.constantFrom("1,2\n", "3.5,-4\r\n", '"5",6\n', '7, "8"\n', '9,"1\n0"\n', "1 2\n", "1;2\n");
  const head = fc.constantFrom("a,b\n", "a b\n", "a;b\n", "", '"a","b"\n');
  const short = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")),
    fc.tuple(head, fc.array(line, { maxLength: 12 })).map(([first, lines]) => first + lines.join("")),
  );
  // Longer than what is looked at first.
  const long = fc
    .tuple(line, fc.constantFrom("1,2\n", "x,1\n", '"', " 1  2 \r\n"), fc.nat(3))
    .map(([one, other, end]) => `a,b\n${one.repeat(26_000)}${other}${one.repeat(end)}`);

  test.each([
    ["short", short, 300],
    ["long", long, 8],
  ])("%s", (_, text, numRuns) => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (given, numbers, early) => {
        const reach = early ? Math.min(given.length, 40) : given.length;
        const places = numbers.map((number) => number % (reach + 1)).sort((one, other) => one - other);
        const cuts = [0, ...places, given.length];
        const parts = cuts.slice(1).map((end, index) => given.slice(cuts[index], end));
        const survey = new TextSurvey();
        for (const part of parts) {
          survey.add(part);
        }
        const reader = new TableReader(survey.facts, ["a", "b"]);
        for (const part of parts) {
          if (!reader.isDone) {
            reader.push(part);
          }
        }
        expect(reader.finish()).toEqual(readTable(given, ["a", "b"]));
        expect(survey.facts).toMatchObject({
          characters: given.length,
          lines: given.split(/\r\n|\r|\n/).length,
          hasSpacedQuotes: given.includes(' "'),
        });
      }),
      { numRuns },
    );
  });
});

test("numbers are kept exactly, in as few bytes as each of them lets", () => {
  const tiny = fc.integer({ min: -128, max: 127 });
  const short = fc.integer({ min: -32768, max: 32767 });
  const single = fc.float({ noNaN: true, noDefaultInfinity: true });
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const kinds = [
    [tiny, 1],
    [short, 2],
    [fc.oneof(tiny, short, single), 4],
    [fc.oneof(tiny, short, single, double, fc.constant(-0)), 8],
  ] as const;
  for (const [numbers, bytes] of kinds) {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 300 }), fc.nat(400), (given, expected) => {
        const store = new NumberStore(expected);
        for (const value of given) {
          store.push(value);
        }
        const kept = store.finish(0);
        expect(kept.BYTES_PER_ELEMENT).toBeLessThanOrEqual(bytes);
        expect([...kept].every((value, index) => Object.is(value, given[index]))).toBe(true);
        expect(kept).toHaveLength(given.length);
      }),
    );
  }
});

test("a quote that is open to the end of a long text costs no more than the text", () => {
  // The row is not begun anew with every part.
  const open = `a,b\n1,2\n"${"3,4\n".repeat(300_000)}`;
  expect(readTable(open, ["a", "b"])).toEqual({
    header: ["a", "b"],
    problem: "row 3: a quote is not closed, or something stands behind it",
  });
  expect(readTable(open.replaceAll(",", " "), ["a", "b"])).toMatchObject({
    problem: expect.stringMatching(/^row 3: a quote is not closed/),
  });
});
