/** Stands for the editor: what `acquireVsCodeApi` gives. Runs before the page's script. */
export function resultsEditor(state: unknown): void;

export interface SeenMark {
  readonly name: string;
  readonly words: string;
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface SeenTick {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}
export interface SeenPlot {
  readonly label: string;
  readonly marks: readonly SeenMark[];
  readonly x: readonly SeenTick[];
  readonly y: readonly SeenTick[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly texts: readonly string[];
}
export function plotOf(title: string): SeenPlot;
export function tag(selector: string): void;
export function tagged(selector: string): { readonly kept: number; readonly fresh: number };
export function redrawsWithin(what: {
  readonly selector: string;
  readonly milliseconds: number;
}): Promise<number>;
export function scrollMain(top: number | undefined): number;

export function overflowing(selector: string): string[];
