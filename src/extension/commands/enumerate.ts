import * as vscode from "vscode";
import type { EnumerateParameters } from "../../runner/index.js";
import { confirms } from "../messages.js";
import { trustedTo } from "../target.js";
import { withProgress } from "../working.js";
import { enumerationText } from "./enumeration-text.js";
import { pickMany, type Reply, typeIn } from "./quick-input.js";
import { askInSteps, back, type Step } from "./steps.js";
import { enumerationHint, readEdges } from "./typed-values.js";
import type { Workshop } from "./workshop.js";

/** More diagrams than these are opened only when the user says so. */
const many = 5000;
const title = "Enumerate Diagrams";

/**
 * `diag.enumerate`: all diagrams of so many edges, as declarations of a new file.
 * @param wanted taken without asking when it is given.
 * @returns how many there are in the file; `undefined` when none was opened, and the user knows why.
 */
export async function enumerate({ runs }: Workshop, wanted?: unknown): Promise<number | undefined> {
  if (!trustedTo("enumerate diagrams")) {
    return undefined;
  }
  const parameters = isParameters(wanted) ? wanted : await askParameters();
  if (parameters === undefined) {
    return undefined;
  }
  const { edges } = parameters;
  const diagrams = await withProgress(
    `Enumerating diagrams of ${edges === 1 ? "1 edge" : `${edges} edges`}`,
    (token) => runs.enumerate(parameters, token),
  );
  if (diagrams === undefined) {
    return undefined;
  }
  if (diagrams.length > many && !(await confirm(diagrams.length))) {
    return undefined;
  }
  const content = enumerationText(parameters, diagrams);
  const document = await vscode.workspace.openTextDocument({ language: "diag", content });
  await vscode.window.showTextDocument(document, { preview: false });
  return diagrams.length;
}

async function confirm(count: number): Promise<boolean> {
  const open = "Open";
  const detail = "A file of so many is slow to edit and to draw.";
  const message = `There are ${count.toLocaleString("en")} diagrams. Open them all?`;
  return confirms("warning", message, detail, open);
}

interface Asked {
  readonly edges?: number;
  readonly conditions?: Omit<EnumerateParameters, "edges">;
}

const steps: readonly Step<Asked>[] = [
  {
    isOpen: ({ edges }) => edges === undefined,
    async ask(state, place) {
      const question = { title: `${title}: Number of Edges`, place, prompt: enumerationHint };
      return after(await typeIn(question, "3", readEdges), (edges) => ({ ...state, edges }));
    },
  },
  {
    isOpen: ({ conditions }) => conditions === undefined,
    async ask(state, place) {
      const items = [
        { label: "Irreducible", description: "no link: no non-root node of degree 2 alone in its part" },
        { label: "Path condition", description: "no path from a leaf to the root meets a part twice" },
      ];
      const [irreducible, pathCondition] = items;
      const question = {
        title: `${title}: Conditions`,
        place,
        placeholder: "Choose what the diagrams must be",
      };
      return after(await pickMany(question, items, items, { mayBeNone: true }), (chosen) => ({
        ...state,
        conditions: {
          irreducible: chosen.includes(irreducible!),
          pathCondition: chosen.includes(pathCondition!),
        },
      }));
    },
  },
];

function after<Value>(reply: Reply<Value>, take: (value: Value) => Asked): Asked | typeof back | undefined {
  if (typeof reply === "object") {
    return take(reply.value);
  }
  return reply === back ? back : undefined;
}

async function askParameters(): Promise<EnumerateParameters | undefined> {
  const asked = await askInSteps(steps, {});
  return asked && { edges: asked.edges!, ...asked.conditions! };
}

function isParameters(value: unknown): value is EnumerateParameters {
  const wanted = value as Partial<Record<keyof EnumerateParameters, unknown>> | null | undefined;
  return (
    typeof wanted === "object" &&
    wanted !== null &&
    "value" in readEdges(String(wanted.edges)) &&
    typeof wanted.edges === "number" &&
    typeof wanted.irreducible === "boolean" &&
    typeof wanted.pathCondition === "boolean"
  );
}
