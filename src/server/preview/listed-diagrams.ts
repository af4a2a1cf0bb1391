import { createHash } from "node:crypto";
import { type LangiumDocument, type URI, URI as Uris } from "langium";
import { isRootAlone, linksOf, satisfiesPathCondition } from "../../diagram/index.js";
import { type DrawingInput, type InputMarks, largestDrawing } from "../../drawing/index.js";
import {
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
} from "../../language/generated/ast.js";
import { type Problem, ProblemList, type Range, rangeOf } from "../../language/problem.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import type { DiagramDraft } from "../../language/semantics/draft.js";
import { checkDeclarationNames } from "../../language/validation/file-checks.js";
import { syntaxErrors } from "../../language/validation/syntax-errors.js";
import type {
  ElementReference,
  PreviewDiagram,
  PreviewMark,
  PreviewPart,
  TextRange,
} from "../../preview/index.js";
import { counted } from "../../printable/index.js";
import type { DiagLspServices } from "../services.js";
import { elementsAt, markOf } from "./marks.js";
import { draftOf, mostStrays, type Sketch, sketchDraft } from "./sketch.js";

/** A diagram as previews list it, and what its drawing is made from. */
export interface Listed {
  readonly listed: PreviewDiagram;
  /** Absent when there is no node to be drawn. */
  readonly input?: DrawingInput;
}

/** A diagram of a document, found by the id that previews use. */
export interface FoundDiagram extends Listed {
  readonly document: LangiumDocument<DiagFile>;
  readonly declaration: DiagramDeclaration;
  /** The sound diagram; its nodes and those of `listed` are the same. */
  readonly named?: NamedDiagram;
  /** What the declaration says, and how its nodes and parts are numbered in the drawing. */
  readonly draft: DiagramDraft;
  readonly sketch: Sketch;
}

interface Kept extends Listed {
  /** The line on which the declaration stood. */
  readonly line: number;
  /** Of other declarations: ids, and complaints about the name. */
  readonly circumstances: string;
}

/** Listings by declaration: an edit elsewhere moves them and makes none anew. */
const kept = new WeakMap<DiagramDeclaration, Kept>();

/** Nodes of a diagram whose symmetries are counted while somebody waits. */
const mostCountedNodes = 20;

/** The document of an address, when the workspace has it. */
export function documentAt(
  services: DiagLspServices,
  uri: string | URI,
): LangiumDocument<DiagFile> | undefined {
  const address = typeof uri === "string" ? Uris.parse(uri) : uri;
  return services.shared.workspace.LangiumDocuments.getDocument(address) as
    | LangiumDocument<DiagFile>
    | undefined;
}

export interface IdentifiedDiagram {
  readonly declaration: DiagramDeclaration;
  readonly id: string;
}

/** The diagrams of a file with their ids: the name, and from the second of a name on its count, as in `d#2`. */
export function diagramsOf(file: DiagFile): IdentifiedDiagram[] {
  const counts = new Map<string, number>();
  return (file.declarations ?? []).filter(isDiagramDeclaration).map((declaration) => {
    const name = declaration.name ?? "";
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { declaration, id: name !== "" && count === 1 ? name : `${name}#${count}` };
  });
}

/** Lists the diagrams of a document as it is now, one at a time. */
export class Lister {
  readonly diagrams: readonly IdentifiedDiagram[];
  /** Complaints about names, by the place of the name. */
  private readonly duplicates: ReadonlyMap<string, Problem>;

  constructor(
    private readonly services: DiagLspServices,
    readonly document: LangiumDocument<DiagFile>,
  ) {
    const file = document.parseResult.value;
    this.diagrams = diagramsOf(file);
    const problems = new ProblemList();
    checkDeclarationNames(file, services, problems);
    this.duplicates = new Map(problems.problems.map((problem) => [placeOf(problem.range), problem]));
  }

  list({ declaration, id }: IdentifiedDiagram): Listed {
    const duplicate =
      this.duplicates.size > 0 ? this.duplicates.get(placeOf(rangeOf(declaration, "name"))) : undefined;
    return listDiagram(this.services, this.document, declaration, id, duplicate);
  }
}

function placeOf({ start }: Range): string {
  return `${start.line}:${start.character}`;
}

/** The diagram of an id, with its place in the tree of the text. */
export function findPreviewDiagram(
  services: DiagLspServices,
  uri: string | URI,
  id: string,
): FoundDiagram | undefined {
  const document = documentAt(services, uri);
  const lister = document && new Lister(services, document);
  const found = lister?.diagrams.find((one) => one.id === id);
  if (!lister || !found) {
    return undefined;
  }
  const { declaration } = found;
  const draft = draftOf(declaration);
  const named = services.validation.DeclarationChecker.diagram(declaration).value;
  return {
    ...lister.list(found),
    document: lister.document,
    declaration,
    draft,
    sketch: sketchDraft(draft),
    ...(named ? { named } : {}),
  };
}

function listDiagram(
  services: DiagLspServices,
  document: LangiumDocument<DiagFile>,
  declaration: DiagramDeclaration,
  id: string,
  duplicate?: Problem,
): Listed {
  const line = declaration.$cstNode?.range.start.line ?? 0;
  const errors = services.validation.DeclarationChecker.isBroken(declaration)
    ? syntaxErrorsIn(document, declaration)
    : [];
  const circumstances = JSON.stringify([id, duplicate?.message, errors.map(({ message }) => message)]);
  const known = kept.get(declaration);
  // Where syntax is broken, places of errors may change without the tree.
  if (known && known.circumstances === circumstances && errors.length === 0) {
    if (known.line === line) {
      return known;
    }
    const moved = { ...known, listed: movedBy(known.listed, line - known.line), line };
    kept.set(declaration, moved);
    return moved;
  }
  const made = makeListing(services, declaration, id, duplicate ? [...errors, duplicate] : errors);
  kept.set(declaration, { ...made, line, circumstances });
  return made;
}

function makeListing(
  services: DiagLspServices,
  declaration: DiagramDeclaration,
  id: string,
  others: readonly Problem[],
): Listed {
  const { value: named, problems } = services.validation.DeclarationChecker.diagram(declaration);
  const sketch = sketchDraft(draftOf(declaration));
  const { draft, order, placeOf, diagram, forest } = sketch;
  const ranges: TextRange[][] = order.map(() => []);
  for (const { node, range } of draft.mentions) {
    ranges[placeOf[node]!]!.push(range);
  }
  const name = declaration.name ?? "";
  const nodeNames = order.map((node) => draft.nodes[node]!.name);
  const marks = [
    ...others.map((problem): PreviewMark => {
      const { code, message } = problem;
      const elements = code === "syntax" ? elementsAt(problem.range, sketch) : [];
      return {
        severity: "error",
        code,
        message,
        elements: elements.length > 0 ? elements : [{ kind: "diagram" }],
      };
    }),
    ...problems.filter(({ severity }) => severity !== "info").map((problem) => markOf(problem, sketch)),
  ];
  const broken = named === undefined;
  const strays = forest.strays.slice(0, mostStrays).map(({ edge }) => ({
    child: placeOf[edge.child]!,
    parent: placeOf[edge.parent]!,
    range: edge.range,
  }));
  const parts = partsOf(sketch);
  const input: DrawingInput | undefined = diagram && {
    diagram,
    name,
    nodeNames,
    partNames: sketch.writtenParts.map((part) => (part === undefined ? undefined : draft.parts[part]!.name)),
    ...inputMarks(marks, sketch),
  };
  const listed: PreviewDiagram = {
    name,
    id,
    key: keyOf(input, id),
    range: rangeOf(declaration),
    nameRange: name === "" ? rangeOf(declaration) : rangeOf(declaration, "name"),
    nodes: order.map((_, place) => ({ name: nodeNames[place]!, ranges: ranges[place]! })),
    edges: order.flatMap((node, place) => {
      const edge = forest.outgoing[node];
      return edge ? [{ child: place, parent: placeOf[edge.parent]!, range: edge.range }] : [];
    }),
    ...(strays.length > 0 ? { strays } : {}),
    ...(named?.train ? { train: true as const } : {}),
    parts,
    marks,
    broken,
    shortForm: declaration.shortForm !== undefined,
    facts: factsOf(services, named, sketch),
  };
  return input ? { listed, input } : { listed };
}

function partsOf(sketch: Sketch): PreviewPart[] {
  const { draft, diagram, writtenParts, emptyParts } = sketch;
  const members: number[][] = [...writtenParts, ...emptyParts].map(() => []);
  diagram?.parts.forEach((part, node) => {
    members[part]!.push(node);
  });
  return [...writtenParts, ...emptyParts].map((written, index): PreviewPart => {
    const part = written === undefined ? undefined : draft.parts[written]!;
    return {
      ...(part?.name === undefined ? {} : { name: part.name }),
      nodes: members[index]!,
      ...(part ? { range: part.range } : {}),
    };
  });
}

/** What a drawing shows of the complaints: errors only, since a drawing with a warning is meant to be so. */
function inputMarks(marks: readonly PreviewMark[], sketch: Sketch): { marks?: InputMarks } {
  const size = sketch.order.length;
  const elements = marks.filter(({ severity }) => severity === "error").flatMap((mark) => mark.elements);
  const ofKind = (kind: ElementReference["kind"], count: number): number[] =>
    [
      ...new Set(
        elements.flatMap((one) =>
          one.kind !== "diagram" && one.kind === kind && one.index < count ? [one.index] : [],
        ),
      ),
    ].sort((one, other) => one - other);
  const shown: InputMarks = {
    nodes: ofKind("node", size),
    edges: ofKind("edge", size),
    parts: ofKind("part", sketch.writtenParts.length),
    strays: sketch.forest.strays.slice(0, mostStrays).map(({ edge }) => ({
      from: sketch.placeOf[edge.child]!,
      to: sketch.placeOf[edge.parent]!,
    })),
  };
  return Object.values(shown).every(({ length }) => length === 0) ? {} : { marks: shown };
}

function keyOf(input: DrawingInput | undefined, id: string): string {
  return createHash("sha256")
    .update(input ? JSON.stringify(input) : `nothing ${id}`)
    .digest("base64url")
    .slice(0, 22);
}

function factsOf(services: DiagLspServices, named: NamedDiagram | undefined, sketch: Sketch): string {
  const edges = sketch.draft.edges.length;
  if (!named) {
    const nodes = sketch.order.length;
    return nodes === 0 ? "nothing yet" : `${counted(nodes, "node")} · ${counted(edges, "edge")} · broken`;
  }
  const { diagram } = named;
  const facts = [counted(edges, "edge")];
  const automorphisms =
    diagram.parents.length > mostCountedNodes
      ? undefined
      : services.editor.DiagramFacts.automorphisms(diagram);
  if (automorphisms !== undefined) {
    facts.push(automorphisms);
  }
  facts.push(linksOf(diagram).length === 0 ? "irreducible" : "reducible");
  if (!satisfiesPathCondition(diagram)) {
    facts.push(named.multiEpoch ? "several epochs only" : "breaks the path condition");
  }
  if (!isRootAlone(diagram)) {
    facts.push("train");
  }
  if (diagram.parents.length > largestDrawing) {
    facts.push("too large to be drawn");
  }
  return facts.join(" · ");
}

/** Syntax errors in a declaration and behind it, as far as its parser went. */
function syntaxErrorsIn(document: LangiumDocument<DiagFile>, declaration: DiagramDeclaration): Problem[] {
  const { declarations } = document.parseResult.value;
  const next = declarations[declarations.indexOf(declaration) + 1]?.$cstNode?.offset;
  const start = declaration.$cstNode?.offset ?? 0;
  return syntaxErrors(document)
    .filter(({ offset }) => offset >= start && offset < (next ?? Number.POSITIVE_INFINITY))
    .slice(0, 10)
    .map(({ range, message }) => ({ severity: "error", code: "syntax", range, message }));
}

function movedBy(listed: PreviewDiagram, lines: number): PreviewDiagram {
  const move = ({ start, end }: Range | TextRange): TextRange => ({
    start: { line: start.line + lines, character: start.character },
    end: { line: end.line + lines, character: end.character },
  });
  const moveRange = <T extends { readonly range: TextRange }>(one: T): T => ({
    ...one,
    range: move(one.range),
  });
  return {
    ...moveRange(listed),
    nameRange: move(listed.nameRange),
    nodes: listed.nodes.map((node) => ({ ...node, ranges: node.ranges.map(move) })),
    edges: listed.edges.map(moveRange),
    ...(listed.strays ? { strays: listed.strays.map(moveRange) } : {}),
    parts: listed.parts.map((part) => (part.range ? { ...part, range: move(part.range) } : part)),
  };
}
