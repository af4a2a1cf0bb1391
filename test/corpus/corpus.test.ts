import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { formatShortForm } from "../../src/diagram/index.js";
import { printExpression } from "../../src/landscape/index.js";
import { type AnalyzedFile, analyzeFile } from "../../src/language/index.js";
import { written } from "../written.js";

// Each file of the corpus stands beside what it must give: its problems, and its declarations in short.
// `UPDATE=1` writes the expected results anew; read them before they are kept.

const here = new URL(".", import.meta.url);
const update = process.env.UPDATE === "1";

describe.each(["examples", "features", "fixes"])("%s", (folder) => {
  const directory = new URL(`${folder}/`, here);
  const reader = { readText: (path: string) => readFile(new URL(path, directory), "utf8") };
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(".diag"))
    .sort();

  test("has files", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files)("%s", async (name) => {
    const summary = summarize(await analyzeFile(name, reader));
    const expected = new URL(name.replace(/\.diag$/, ".expected.json"), directory);
    if (update) {
      writeFileSync(expected, `${JSON.stringify(summary, undefined, 2)}\n`);
    }
    expect(existsSync(expected), `no expected result beside ${name}`).toBe(true);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });
});

function summarize({ diagnostics, diagrams, landscapes, verifies }: AnalyzedFile): unknown {
  return {
    problems: diagnostics.map(({ severity, code, message, range, related }) => ({
      at: place(range),
      is: `${severity} ${code}`,
      message,
      ...(related
        ? { related: related.map(({ file, range: at, message: text }) => `${file} ${place(at)} ${text}`) }
        : {}),
    })),
    diagrams: [...diagrams.values()].map(
      ({ name, diagram, nodeNames, partNames, documentation, train, multiEpoch }) => ({
        name,
        form: formatShortForm(diagram),
        nodes: nodeNames.join(" "),
        ...(partNames.some((part) => part !== undefined)
          ? { parts: partNames.map((part) => part ?? "-").join(" ") }
          : {}),
        ...(train ? { train } : {}),
        ...(multiEpoch ? { multiEpoch } : {}),
        ...(documentation === undefined ? {} : { documentation }),
      }),
    ),
    landscapes: [...landscapes.values()].map(written).map(({ name, weights, data, loss }) => ({
      name,
      weights: weights.map((weight) => `${weight.name} = ${weight.start}`),
      data: data.map((source) =>
        source.kind === "rows" ? { ...source, values: Array.from(source.values) } : source,
      ),
      loss: printExpression(loss),
    })),
    verifies: [...verifies.values()].map(({ landscape, prediction, ...rest }) => ({
      ...rest,
      landscape: landscape.name,
      prediction:
        prediction!.kind === "diagrams"
          ? prediction!.diagrams.map(({ name }) => name)
          : `${prediction!.kind} ${prediction!.order}`,
    })),
  };
}

/** Lines and columns from 1. */
function place({ start, end }: AnalyzedFile["diagnostics"][number]["range"]): string {
  return `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
}
