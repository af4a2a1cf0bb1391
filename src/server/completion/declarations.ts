// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places to type are written so in snippets
import { formatShortForm, makeDiagram } from "../../diagram/index.js";
import { exampleDistribution } from "../../landscape/distributions/index.js";
import { comparableForm } from "../../language/semantics/diagram.js";
import { defaultObservable } from "../../observables/index.js";
import { stochasticGradientDescent } from "../../optimisers/index.js";
import { freeName, keyword, type Offer, spaceTimeSnippet } from "./offers.js";

/** What a file has, as far as it matters for one more declaration. */
export interface Surroundings {
  /** Names that are declared, here or in what is imported. */
  readonly names: ReadonlySet<string>;
  /** The forms of its diagrams, by which equal ones are known. */
  readonly forms: ReadonlySet<string>;
  /** The landscape that a verification is on, and whether descent on it is predictable; missing where there is none. */
  readonly landscape?: { readonly name: string; readonly isPredictable: boolean };
  /** A file that may be imported. */
  readonly file?: string;
}

const emptyFile: Surroundings = { names: new Set(), forms: new Set() };

/**
 * Whole declarations. Their names are free, their diagrams are none that the file has, and a verification is on the file's
 * own landscape, or brings one: each stands without an error where nothing in it is changed.
 */
export function declarationOffers(around: Surroundings = emptyFile): readonly Offer[] {
  const { names, file, landscape } = around;
  const excess = freeName("excess", names);
  const bowl = freeName("bowl", names);
  const own =
    landscape === undefined
      ? `${landscapeSnippet(bowl, 1)}\n\n${verifySnippet(excess, bowl, true, 6)}\n$0`
      : `${verifySnippet(excess, landscape.name, landscape.isPredictable, 1)}\n$0`;
  return [
    ...markedOffers(around),
    { ...diagramOffer(around, train, "train "), label: "train diagram" },
    { ...diagramOffer(around, severalEpochs, "multi_epoch "), label: "multi_epoch diagram" },
    keyword("landscape", `${landscapeSnippet(bowl, 1)}\n$0`),
    keyword("verify", own),
    // Without a file that it could name an import is an error.
    ...(file === undefined ? [] : [keyword("import", `import "\${1:${escaped(file)}}"\n$0`)]),
  ];
}

/** Diagrams as they stand behind a mark, or without one. */
export function markedOffers(around: Surroundings): readonly Offer[] {
  const { name, leaves } = newDiagram(around, plain);
  const form = formatShortForm(plain.diagram(leaves));
  const [, parts, edges] = /^\((.*)\)\((.*)\)$/.exec(form)!;
  return [
    diagramOffer(around, plain, ""),
    {
      ...keyword("diagram", `diagram \${1:${name}} = (\${2:${parts}})(\${3:${edges}})\n$0`),
      label: "diagram (short form)",
    },
  ];
}

/** A diagram for each number of leaves, from the least on: there is always one that a file does not have. */
interface Family {
  readonly least: number;
  name(leaves: number): string;
  diagram(leaves: number): ReturnType<typeof makeDiagram>["diagram"];
  /** Its body, where `leaves` is a list of names. */
  body(leaves: string): string;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Leaves of one part under the root. */
const plain: Family = {
  least: 2,
  name: (leaves) => ["pair", "triple"][leaves - 2] ?? `leaves${leaves}`,
  diagram: (leaves) =>
    makeDiagram([...range(leaves).map(() => leaves), -1], [...range(leaves).map(() => 0), 1]).diagram,
  body: (leaves) => `  \${2:${leaves}} -> \${3:out}\n  part {\${2:${leaves}}}`,
};

/** Leaves in the part of the root. */
const train: Family = {
  least: 1,
  name: (leaves) => (leaves === 1 ? "train_pair" : `train_leaves${leaves}`),
  diagram: (leaves) =>
    makeDiagram(
      [...range(leaves).map(() => leaves), -1],
      range(leaves + 1).map(() => 0),
    ).diagram,
  body: (leaves) => `  \${2:${leaves}} -> \${3:test}\n  part {\${2:${leaves}}, \${3:test}}`,
};

/** Leaves in the part of the node above them, as only a second epoch has it. */
const severalEpochs: Family = {
  least: 1,
  name: (leaves) => (leaves === 1 ? "two_epochs" : `epochs${leaves}`),
  diagram: (leaves) =>
    makeDiagram([...range(leaves).map(() => leaves), leaves + 1, -1], [...range(leaves + 1).map(() => 0), 1])
      .diagram,
  body: (leaves) => `  \${2:${leaves}} -> \${3:j} -> \${4:out}\n  part {\${2:${leaves}}, \${3:j}}`,
};

/** Larger ones are not looked for. */
const mostLeaves = 12;

/** No diagram that is offered has more nodes. */
export const mostNodesOffered = mostLeaves + 2;

function newDiagram({ names, forms }: Surroundings, family: Family): { name: string; leaves: number } {
  let { least: leaves } = family;
  while (leaves < mostLeaves && forms.has(comparableForm(family.diagram(leaves)) ?? "")) {
    leaves++;
  }
  return { name: freeName(family.name(leaves), names), leaves };
}

function diagramOffer(around: Surroundings, family: Family, marks: string): Offer {
  const { name, leaves } = newDiagram(around, family);
  const list = [..."abcdeghiklmn".slice(0, leaves)].join(", ");
  return keyword(marks.trim() || "diagram", `${marks}diagram \${1:${name}} {\n${family.body(list)}\n}\n$0`);
}

function landscapeSnippet(name: string, first: number): string {
  const [own, weight, start, datum] = range(4).map((index) => first + index);
  return [
    `landscape \${${own}:${name}} {`,
    `  weights \${${weight}:w} = \${${start}:0}`,
    `  data \${${datum}:x} ~ ${exampleDistribution}`,
    `  loss (\${${weight}:w} - \${${datum}:x})^2 / 2`,
    "}",
  ].join("\n");
}

/** @param first the number of its first place; that of a landscape's name that stands before it is 1. */
function verifySnippet(name: string, landscape: string, isPredictable: boolean, first: number): string {
  const place = first === 1 ? first + 1 : 1;
  return [
    `verify \${${first}:${name}} {`,
    `  landscape \${${place}:${landscape}}`,
    `  ${spaceTimeSnippet(stochasticGradientDescent, first + 2)}`,
    `  eta = \${${first + 5}:0.1}`,
    `  observe \${${first + 6}:${defaultObservable.name}}`,
    ...(isPredictable ? [`  predict order \${${first + 7}:2}`] : []),
    "}",
  ].join("\n");
}

/** What a snippet's place would take for its own. */
function escaped(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}
