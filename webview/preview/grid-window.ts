/** The arithmetic of a grid of equal cards of which only those near the sight are in the document. */
export interface Grid {
  readonly columns: number;
  readonly cardWidth: number;
  readonly rows: number;
  readonly height: number;
}

export const cardHeight = 216;
export const gap = 12;
const leastWidth = 230;
const mostColumns = 8;

export function gridOf(count: number, width: number): Grid {
  const inner = Math.max(1, width - 2 * gap);
  const columns = Math.min(mostColumns, Math.max(1, Math.floor((inner + gap) / (leastWidth + gap))));
  const rows = Math.ceil(count / columns);
  return {
    columns,
    cardWidth: (inner - (columns - 1) * gap) / columns,
    rows,
    height: rows * (cardHeight + gap) + gap,
  };
}

export function placeOf(grid: Grid, index: number): { readonly x: number; readonly y: number } {
  return {
    x: gap + (index % grid.columns) * (grid.cardWidth + gap),
    y: gap + Math.floor(index / grid.columns) * (cardHeight + gap),
  };
}

/** The cards in a stretch of the grid: the first, and the one after the last. */
export function windowOf(grid: Grid, count: number, top: number, height: number): readonly [number, number] {
  const row = (y: number): number => Math.floor((y - gap) / (cardHeight + gap));
  const first = Math.max(0, row(top)) * grid.columns;
  const end = (row(top + height) + 1) * grid.columns;
  return [Math.min(first, count), Math.max(0, Math.min(end, count))];
}
