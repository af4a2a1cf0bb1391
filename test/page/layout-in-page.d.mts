export function misplacedWords(): { readonly faults: readonly string[]; readonly words: number };
export function dividedWords(): readonly string[];
export function fullHeight(selector: string): number;
export function linesOfFormulas(): readonly {
  readonly height: number;
  readonly scrolled: number;
  readonly bar: number;
}[];
export function namesInGrid(): {
  readonly faults: readonly string[];
  readonly texts: readonly string[];
  readonly tips: readonly string[];
};
