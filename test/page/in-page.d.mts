import type { FromPage, ToPage } from "../../src/preview/index.js";
import type { Known } from "./harness.js";

/** Stands for the editor: what `acquireVsCodeApi` gives, and answers about one file. Runs before the page's script. */
export function fakeEditor(state: unknown): void;
export function know(known: Known): void;
export function post(message: ToPage): void;
export function saidOf(): FromPage[];
export function stateOf(): unknown;

export interface SeenGeometry {
  readonly nodes: readonly number[];
  readonly parts: readonly {
    readonly index: number;
    /** Nodes that lie within the outline as a whole, and those that it touches at all. */
    readonly inside: readonly number[];
    readonly touched: readonly number[];
  }[];
  readonly overlaps: readonly string[];
}
export function geometryOf(id: string): Promise<SeenGeometry>;
export function tagElements(id: string): void;
export function tagsOf(id: string): { readonly kept: readonly string[]; readonly fresh: number };
export function valuesUntilStill(what: {
  readonly selector: string;
  readonly attribute: string;
}): Promise<readonly string[]>;
export function untilDrawn(): Promise<void>;
export function focusedOf(): string;
export function placeOnPath(path: unknown, share: number): { readonly x: number; readonly y: number };
export function cardsInSight(): readonly { readonly id: string; readonly top: number }[];
export function drawnInCards(): readonly {
  readonly scale: number;
  readonly nearest: number;
  readonly namesShown: boolean;
  readonly isInside: boolean;
}[];
export function placeUnderPointer(element: Element): { readonly x: number; readonly y: number } | undefined;
export function coveredWords(): {
  readonly faults: readonly string[];
  readonly words: number;
  readonly rings: number;
};
export function checkAccess(what: "all" | "colours" | "names"): Promise<readonly string[]>;
export function answerWith(what: { readonly method: string; readonly answer: unknown }): void;
export interface SeenPixels {
  readonly width: number;
  readonly height: number;
  /** The opacity of the first pixel, of 0 to 255. */
  readonly corner: number;
  readonly opaque: number;
  readonly black: number;
  readonly clear: number;
}
export function pixelsOf(base64: string): Promise<SeenPixels>;
export function clipboardTypes(): Promise<readonly string[]>;
export function pasteText(text: string): void;
export function wearTheme(theme: {
  readonly all: string;
  readonly classes: string;
  readonly variables: string;
}): Promise<void>;

export function pressInTurn(keys: readonly string[]): void;
