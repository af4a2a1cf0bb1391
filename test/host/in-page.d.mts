/** An image of a hover, as a reader sees it. Colours are red, green, blue (and opacity) from 0 to 255. */
export interface SeenImage {
  readonly ink: readonly number[];
  readonly background: readonly number[];
  readonly width: number;
  readonly alt: string;
}
export function imagesOf(element: unknown): SeenImage[];
export function colorsOf(element: unknown): { readonly color: string; readonly backgroundColor: string };
export function policyOf(body: unknown): Promise<{
  readonly policy: string;
  readonly scriptsWithoutNonce: number;
  readonly inlineScriptRan: boolean;
  readonly fetched: boolean;
}>;
export function hasKeyboard(): boolean;
export function focusedIn(): string;
