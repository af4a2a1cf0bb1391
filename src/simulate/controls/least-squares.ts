/** What is left of a column when it is a sum of the others is rounding. */
const dependent = 1e-11;

/** A square that is counted down to this share of what it was has lost half of its digits. */
const little = 1e-8;

/**
 * The coefficients that bring sums of columns nearest to right sides, in the sense of squares: Householder's reflections, the
 * column of which most is left first. Columns that are sums of others up to rounding get 0, so that there are always finite
 * coefficients.
 * @param columns each as long as the right sides; at most as many as that. They are overwritten, and so are the right sides.
 * @returns `coefficients[side][column]`
 */
export function leastSquares(
  columns: readonly Float64Array[],
  sides: readonly Float64Array[],
): readonly Float64Array[] {
  const width = columns.length;
  const height = sides[0]?.length ?? 0;
  // Columns are compared by the share of them that is left.
  const squares = columns.map((column) => dot(column, column, 0));
  const left = [...squares];
  const order = columns.map((_, at) => at);
  const diagonal: number[] = [];
  for (let step = 0; step < Math.min(width, height); step++) {
    const place = largestShare(order, step, left, squares);
    [order[step], order[place]] = [order[place]!, order[step]!];
    const column = columns[order[step]!]!;
    const square = dot(column, column, step);
    if (!(square > dependent * dependent * squares[order[step]!]!)) {
      break;
    }
    const norm = Math.sqrt(square);
    const head = column[step]! > 0 ? -norm : norm;
    column[step]! -= head;
    diagonal.push(head);
    const scale = -head * column[step]!;
    const later = order.slice(step + 1).map((at) => columns[at]!);
    reflectAll(column, [...later, ...sides], step, scale);
    for (const at of order.slice(step + 1)) {
      left[at] = whatIsLeft(columns[at]!, step + 1, left[at]!, squares[at]!);
    }
  }
  return sides.map((side) => {
    const coefficients = new Float64Array(width);
    for (let step = diagonal.length - 1; step >= 0; step--) {
      let value = side[step]!;
      for (let later = step + 1; later < diagonal.length; later++) {
        value -= columns[order[later]!]![step]! * coefficients[order[later]!]!;
      }
      coefficients[order[step]!] = value / diagonal[step]!;
    }
    return coefficients;
  });
}

/** The place from `step` on of the column of which the largest share is left. */
function largestShare(
  order: readonly number[],
  step: number,
  left: readonly number[],
  squares: readonly number[],
): number {
  let best = { place: step, share: 0 };
  for (let place = step; place < order.length; place++) {
    const column = order[place]!;
    const share = squares[column] === 0 ? 0 : left[column]! / squares[column]!;
    if (share > best.share) {
      best = { place, share };
    }
  }
  return best.place;
}

/** What the rows of a column from one on are, squared: counted down, unless that would be rounding. */
function whatIsLeft(column: Float64Array, from: number, before: number, square: number): number {
  const left = before - column[from - 1]! * column[from - 1]!;
  return left > little * square ? left : dot(column, column, from);
}

/**
 * Takes the share of a column off others, from a row on: half of a reflection's square is `scale`. Four at a time, since each
 * sum of products waits for what was last added to it.
 */
function reflectAll(
  column: Float64Array,
  others: readonly Float64Array[],
  from: number,
  scale: number,
): void {
  let at = 0;
  for (; at + 4 <= others.length; at += 4) {
    reflectFour(column, others[at]!, others[at + 1]!, others[at + 2]!, others[at + 3]!, from, scale);
  }
  for (const other of others.slice(at)) {
    const share = dot(column, other, from) / scale;
    for (let row = from; row < column.length; row++) {
      other[row]! -= share * column[row]!;
    }
  }
}

function reflectFour(
  column: Float64Array,
  one: Float64Array,
  two: Float64Array,
  three: Float64Array,
  four: Float64Array,
  from: number,
  scale: number,
): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let row = from; row < column.length; row++) {
    const own = column[row]!;
    a += own * one[row]!;
    b += own * two[row]!;
    c += own * three[row]!;
    d += own * four[row]!;
  }
  a /= scale;
  b /= scale;
  c /= scale;
  d /= scale;
  for (let row = from; row < column.length; row++) {
    const own = column[row]!;
    one[row]! -= a * own;
    two[row]! -= b * own;
    three[row]! -= c * own;
    four[row]! -= d * own;
  }
}

function dot(one: Float64Array, other: Float64Array, from: number): number {
  let sum = 0;
  for (let row = from; row < one.length; row++) {
    sum += one[row]! * other[row]!;
  }
  return sum;
}
