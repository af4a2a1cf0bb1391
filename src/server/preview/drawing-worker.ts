import { parentPort } from "node:worker_threads";
import { type Drawing, type DrawingInput, layoutDrawing } from "../../drawing/index.js";

/** What the worker is asked for, one after the other. */
export interface LayoutTask {
  readonly input: DrawingInput;
  /** Without the slow, better part of the layout. */
  readonly fast: boolean;
}

/** What it says: once that it is ready, and then an answer for each task in their order. A problem is one line. */
export type LayoutReport =
  | { readonly ready: true }
  | { readonly drawing: Drawing }
  | { readonly problem: string };

const port = parentPort;
let last: Promise<void> = warm();

port?.on("message", (task: LayoutTask) => {
  last = last.then(() => answer(task));
});

/** The first layout finds a cold machine: this one is nobody's. */
async function warm(): Promise<void> {
  const diagram = { parents: [2, 2, 4, 4, -1], parts: [0, 1, 2, 0, 3] };
  await layoutDrawing({
    diagram,
    name: "",
    nodeNames: diagram.parents.map(String),
    partNames: diagram.parts.map(() => undefined),
  });
  report({ ready: true });
}

async function answer({ input, fast }: LayoutTask): Promise<void> {
  try {
    report({ drawing: rounded(await layoutDrawing(input, { fast })) });
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    report({ problem: message.split("\n")[0]! });
  }
}

function report(message: LayoutReport): void {
  port?.postMessage(message);
}

/** Lengths to a hundredth of a px: half the text on the way to the page, and nobody sees it. */
function rounded<T>(value: T): T {
  if (typeof value === "number") {
    return (Math.round(value * 100) / 100) as T;
  }
  if (Array.isArray(value)) {
    return value.map(rounded) as T;
  }
  return typeof value === "object" && value !== null
    ? (Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rounded(one)])) as T)
    : value;
}
