/** The arithmetic of a grid of cards of equal width, each row as high as it needs, of which only those near the sight are in the document. */
export interface Grid {
  readonly columns: number;
  readonly cardWidth: number;
  /** Where each row begins, and behind the last where one more would. */
  readonly tops: readonly number[];
  readonly height: number;
}

export const gap = 12;
const leastWidth = 300;
const mostColumns = 6;

/** How many cards stand beside each other in a width, and how wide they are. */
export function columnsOf(width: number): { readonly columns: number; readonly cardWidth: number } {
  const inner = Math.max(1, width - 2 * gap);
  const columns = Math.min(mostColumns, Math.max(1, Math.floor((inner + gap) / (leastWidth + gap))));
  return { columns, cardWidth: (inner - (columns - 1) * gap) / columns };
}

/** @param heights how high each card would be; those of a row are as high as the highest. */
export function gridOf(heights: readonly number[], width: number): Grid {
  const { columns, cardWidth } = columnsOf(width);
  const tops = [gap];
  for (let first = 0; first < heights.length; first += columns) {
    tops.push(tops.at(-1)! + Math.max(...heights.slice(first, first + columns)) + gap);
  }
  return { columns, cardWidth, tops, height: tops.at(-1)! };
}

export function placeOf(
  { columns, cardWidth, tops }: Grid,
  index: number,
): { readonly x: number; readonly y: number; readonly height: number } {
  const row = Math.floor(index / columns);
  const y = tops[row] ?? gap;
  return {
    x: gap + (index % columns) * (cardWidth + gap),
    y,
    height: (tops[row + 1] ?? y + gap) - gap - y,
  };
}

/** The cards in a stretch of the grid: the first, and the one after the last. */
export function windowOf(grid: Grid, count: number, top: number, height: number): readonly [number, number] {
  const first = Math.max(0, rowAt(grid, top)) * grid.columns;
  const end = (rowAt(grid, top + height) + 1) * grid.columns;
  return [Math.min(first, count), Math.max(0, Math.min(end, count))];
}

/** The row at a height, with the gap below it; −1 above the first. */
function rowAt({ tops }: Grid, y: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle]! <= y) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
