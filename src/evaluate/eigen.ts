/** Eigenvalues and an orthonormal basis: `vectors[mu]` belongs to `values[mu]`. */
export interface Eigenbasis {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

/**
 * Diagonalises a real symmetric matrix by Jacobi rotations. A diagonal matrix keeps its axes and
 * their order exactly, so that zeros of a landscape in its own coordinates stay zeros.
 */
export function symmetricEigenbasis(matrix: readonly (readonly number[])[]): Eigenbasis {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = matrix.map((_, row) => matrix.map((_, column) => (row === column ? 1 : 0)));
  const scale = Math.max(...a.flat().map(Math.abs), 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let row = 0; row < size; row++) {
      for (let column = row + 1; column < size; column++) {
        off = Math.max(off, Math.abs(a[row]![column]!));
      }
    }
    if (off <= 1e-17 * scale) {
      break;
    }
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        rotate(a, vectors, p, q);
      }
    }
  }
  return { values: a.map((row, index) => row[index]!), vectors };
}

/** One rotation in the plane of axes `p` and `q` that clears their off-diagonal entry. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const entry = a[p]![q]!;
  if (entry === 0) {
    return;
  }
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * entry);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of a) {
    const x = row[p]!;
    const y = row[q]!;
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  for (const pair of [a, vectors]) {
    const first = pair[p]!;
    const second = pair[q]!;
    for (let index = 0; index < first.length; index++) {
      const x = first[index]!;
      const y = second[index]!;
      first[index] = c * x - s * y;
      second[index] = s * x + c * y;
    }
  }
  a[p]![q] = 0;
  a[q]![p] = 0;
}
