import {
  type Interval,
  type Landscape,
  modelWeights,
  symbolsOf,
  type Weight,
} from "../../landscape/index.js";
import type { WrittenLoss } from "../../language/semantics/landscape.js";
import { counted } from "../../printable/index.js";
import type { Answer, AskOptions } from "../evaluation/questions.js";
import type { EvaluationService } from "../evaluation/service.js";
import type { LandscapeTensors } from "../evaluation/tasks.js";
import {
  letToLatex,
  lossToLatex,
  matrixToLatex,
  number,
  sourceToLatex,
} from "../formulas/landscape-latex.js";
import { code, formula, type HoverBlock, nameOrNone, readable, text } from "./content.js";

/** Tensors of landscapes with more weights are too large for a hover. */
const mostShownWeights = 3;
const mostListed = 6;

/** Milliseconds a hover waits for an evaluation. */
export const hoverDeadline = 2000;

/** Who hovers: in which document, and until when. */
export type Asking = Pick<AskOptions, "document" | "token">;

/** A landscape: its loss, its data, its start, and its first tensors there when they are small. */
export async function landscapeHover(
  landscape: Landscape,
  written: WrittenLoss | undefined,
  documentation: string | undefined,
  service: EvaluationService,
  uri: string,
  asking: Asking,
): Promise<HoverBlock[]> {
  const { weights, data } = landscape;
  const starts = weights.slice(0, mostListed).map(startOf);
  const own = modelWeights(landscape).length;
  const hyper = weights.length - own;
  const counts = `${counted(own, "weight")}${hyper === 0 ? "" : ` and ${counted(hyper, "hyper weight")}`}`;
  const blocks = [
    text(`**landscape** ${code(landscape.name)} · ${counts}`),
    ...(documentation === undefined ? [] : [text(documentation)]),
    ...lossHover(landscape, written),
    ...(data.length === 0
      ? [text("It has no data: every step is the same.")]
      : [
          formula(
            data.length === 1 ? "**datum**" : "**data**, independent of each other",
            [
              ...data.slice(0, mostListed).map(sourceToLatex),
              ...(data.length > mostListed ? ["\\ldots"] : []),
            ].join(",\\quad "),
          ),
        ]),
    text(`Start: ${code(`${starts.join(", ")}${weights.length > mostListed ? ", …" : ""}`)}`),
  ];
  if (weights.length > mostShownWeights) {
    return blocks;
  }
  const answer = await service.landscapeTensors(landscape, {
    deadline: hoverDeadline,
    subject: { uri, name: landscape.name },
    ...asking,
  });
  return [...blocks, ...tensorBlocks(landscape, answer)];
}

function startOf({ name, start, interval }: Weight): string {
  const begin = `${name} = ${readable(start)}`;
  return interval === undefined ? begin : `hyper ${begin} in ${intervalText(interval)}`;
}

function intervalText({ low, high }: Interval): string {
  return `[${readable(low)}, ${readable(high)}]`;
}

function tensorBlocks(landscape: Landscape, answer: Answer<LandscapeTensors>): HoverBlock[] {
  if (answer.state !== "done") {
    return [text(unavailable("the tensors at the start", answer))];
  }
  const { loss, gradient, hessian, covariance } = answer.value;
  const order =
    landscape.weights.length === 1
      ? ""
      : `, in the order ${landscape.weights.map(({ name }) => code(name)).join(", ")}`;
  return [
    formula(
      `**at the start**${order}`,
      [
        `l = ${number(loss)}`,
        `G = ${matrixToLatex(gradient.map((entry) => [entry]))}`,
        `H = ${matrixToLatex(hessian)}`,
        `C = ${matrixToLatex(covariance)}`,
      ].join(",\\quad "),
    ),
  ];
}

/** Why values are not there, as a sentence; `what` are they, in the plural. */
export function unavailable(what: string, answer: Exclude<Answer<unknown>, { state: "done" }>): string {
  switch (answer.state) {
    case "computing":
      return answer.seconds === undefined
        ? `*Still computing ${what}; hover again in a moment.*`
        : `*Still computing ${what}, for ${answer.seconds} s so far; hover again in a moment.*`;
    case "untrusted":
      return `*No evaluation of ${what}: this workspace is not trusted.*`;
    case "failed":
      return `*No evaluation of ${what}*: ${answer.problem}`;
  }
}

/** A weight: where descent starts, and where a hyper one stays. @param weight what is known of it. */
export function weightHover(
  name: string,
  landscape: string | undefined,
  written: string,
  weight: Weight | undefined,
): HoverBlock[] {
  const { interval, start } = weight ?? {};
  const kind = interval === undefined ? "weight" : "hyper weight";
  return [
    ...valueHover(kind, "Descent starts at", name, landscape, written, start),
    ...(interval === undefined
      ? []
      : [
          text(
            `Each update ends with it in ${code(intervalText(interval))}; it is none of the model's weights, and nothing is predicted of descents that move it.`,
          ),
        ]),
  ];
}

/** A param: the constant it stands for. */
export function paramHover(
  name: string,
  landscape: string | undefined,
  written: string,
  value: number | undefined,
): HoverBlock[] {
  return valueHover("param", "The constant", name, landscape, written, value);
}

function valueHover(
  kind: string,
  sentence: string,
  name: string,
  landscape: string | undefined,
  written: string,
  value: number | undefined,
): HoverBlock[] {
  const shown = value === undefined ? undefined : readable(value);
  return [
    text(`**${kind}** ${code(name)} of ${nameOrNone("landscape", landscape)}`),
    text(
      `${sentence} ${code(`${name} = ${written}`)}${shown === undefined || shown.replace("−", "-") === written ? "" : `, which is ${shown}`}`,
    ),
  ];
}

/** A datum: how it is distributed. */
export function datumHover(name: string, landscape: Landscape): HoverBlock[] {
  const source = landscape.data.find((one) =>
    one.kind === "rows" ? one.names.includes(name) : one.name === name,
  );
  return [
    text(`**datum** ${code(name)} of ${nameOrNone("landscape", landscape.name)}`),
    ...(source === undefined ? [] : [formula("distributed as", sourceToLatex(source))]),
    text("Each training point, and the test, draws its own, independent of the others."),
  ];
}

/** An expression typeset: what a loss statement says, and the lets it is made of. */
export function lossHover(landscape: Landscape, written: WrittenLoss | undefined): HoverBlock[] {
  const { loss, lets } = written ?? { loss: landscape.loss, lets: [] };
  const used = letsBelow(loss, lets);
  return [
    formula("**loss** of one datum", lossToLatex(landscape, loss)),
    ...used.slice(0, mostListed).map(({ name, formula: own }) => formula("where", letToLatex(name, own))),
    ...(used.length > mostListed ? [text(`and ${counted(used.length - mostListed, "other let")}`)] : []),
  ];
}

/** The lets that an expression is made of, in the order of the text. */
function letsBelow(loss: WrittenLoss["loss"], lets: WrittenLoss["lets"]): WrittenLoss["lets"] {
  const needed = symbolsOf(loss);
  for (const { name, formula: own } of lets.toReversed()) {
    if (needed.has(name)) {
      for (const symbol of symbolsOf(own)) {
        needed.add(symbol);
      }
    }
  }
  return lets.filter(({ name }) => needed.has(name));
}

/** A let: the subexpression it names, typeset. */
export function letHover(
  name: string,
  landscape: string | undefined,
  written: WrittenLoss | undefined,
): HoverBlock[] {
  const own = written?.lets.find((one) => one.name === name)?.formula;
  return [
    text(`**let** ${code(name)} of ${nameOrNone("landscape", landscape)}`),
    ...(own === undefined ? [] : [formula("stands for", letToLatex(name, own))]),
  ];
}
