/** A graph without loops, its vertices `0 … n−1` coloured by whole numbers from 0. */
export interface ColouredGraph {
  /** Symmetric: each edge stands at both of its ends, once. */
  readonly neighbours: readonly (readonly number[])[];
  readonly colours: readonly number[];
}

/** What a search may still do: every look at a vertex or an edge takes one step. */
export interface Allowance {
  steps: number;
}

/** Thrown when an {@link Allowance} is used up. */
export class AllowanceSpent extends Error {
  override readonly name = "AllowanceSpent";
}

export function spend(allowance: Allowance, steps: number): void {
  allowance.steps -= steps;
  if (allowance.steps < 0) {
    throw new AllowanceSpent("the allowance is used up");
  }
}

/** Vertices in cells, and cells in an order that no numbering of the vertices changes. */
export interface OrderedPartition {
  /** The vertices, cell after cell. */
  readonly vertices: Int32Array;
  /** `cells[v]` is where the cell of vertex `v` begins in `vertices`. */
  readonly cells: Int32Array;
  /** `sizes[start]` is the number of vertices of the cell that begins there; 0 where none begins. */
  readonly sizes: Int32Array;
  /** How many cells there are. */
  readonly count: number;
  /** A number that sums up how the cells came about, the same for isomorphic graphs. */
  readonly trace: number;
}

/** Vertices of one colour in a cell, cells in the order of their colours. */
export function partitionByColours(colours: readonly number[]): OrderedPartition {
  const size = colours.length;
  const vertices = Int32Array.from(colours.keys()).sort((one, other) => colours[one]! - colours[other]!);
  const cells = new Int32Array(size);
  const sizes = new Int32Array(size);
  let start = 0;
  let count = 0;
  vertices.forEach((vertex, place) => {
    if (place === 0 || colours[vertex] !== colours[vertices[place - 1]!]) {
      start = place;
      count++;
    }
    cells[vertex] = start;
    sizes[start]!++;
  });
  return { vertices, cells, sizes, count, trace: 0 };
}

/** The coarsest equitable partition of a graph that keeps its colours apart. */
export function equitablePartition(graph: ColouredGraph, allowance: Allowance): OrderedPartition {
  const refinement = new Refinement(graph, partitionByColours(graph.colours), allowance);
  refinement.waitForAll();
  return refinement.run();
}

/** An equitable partition after one vertex has been set before the others of its cell. */
export function individualised(
  graph: ColouredGraph,
  partition: OrderedPartition,
  vertex: number,
  allowance: Allowance,
): OrderedPartition {
  spend(allowance, partition.vertices.length);
  const refinement = new Refinement(graph, partition, allowance);
  refinement.setApart(vertex);
  return refinement.run();
}

/**
 * Splits cells until all vertices of a cell have equally many neighbours in each cell. Cells wait in a
 * queue to split the others; what happens depends on places of cells only, never on numbers of vertices.
 */
class Refinement {
  private readonly vertices: Int32Array;
  private readonly cells: Int32Array;
  private readonly sizes: Int32Array;
  private readonly place: Int32Array;
  /** Neighbours in the cell that splits, by vertex. */
  private readonly counts: Int32Array;
  private readonly queue: number[] = [];
  private readonly isQueued: Uint8Array;
  private count: number;
  private trace: number;

  constructor(
    private readonly graph: ColouredGraph,
    { vertices, cells, sizes, count }: OrderedPartition,
    private readonly allowance: Allowance,
  ) {
    const size = vertices.length;
    this.vertices = vertices.slice();
    this.cells = cells.slice();
    this.sizes = sizes.slice();
    this.count = count;
    this.trace = size;
    this.place = new Int32Array(size);
    for (let place = 0; place < size; place++) {
      this.place[vertices[place]!] = place;
    }
    this.counts = new Int32Array(size);
    this.isQueued = new Uint8Array(size);
  }

  waitForAll(): void {
    this.sizes.forEach((size, start) => {
      if (size > 0) {
        this.wait(start);
      }
    });
  }

  setApart(vertex: number): void {
    const start = this.cells[vertex]!;
    const size = this.sizes[start]!;
    this.exchange(vertex, start);
    for (let place = start + 1; place < start + size; place++) {
      this.cells[this.vertices[place]!] = start + 1;
    }
    this.sizes[start] = 1;
    this.sizes[start + 1] = size - 1;
    this.count++;
    this.note(start);
    this.wait(start);
  }

  run(): OrderedPartition {
    const { vertices, cells, sizes, counts, queue } = this;
    for (let next = 0; next < queue.length; next++) {
      const splitter = queue[next]!;
      this.isQueued[splitter] = 0;
      const touched = this.countNeighbours(splitter);
      touched.sort((one, other) => cells[one]! - cells[other]! || counts[one]! - counts[other]!);
      this.note(splitter);
      for (let first = 0; first < touched.length; ) {
        const cell = cells[touched[first]!]!;
        let end = first + 1;
        while (end < touched.length && cells[touched[end]!] === cell) {
          end++;
        }
        this.split(cell, touched, first, end);
        first = end;
      }
      for (const vertex of touched) {
        counts[vertex] = 0;
      }
    }
    return { vertices, cells, sizes, count: this.count, trace: this.trace };
  }

  /** Counts, for every vertex, its neighbours in a cell; returns the vertices that have some. */
  private countNeighbours(splitter: number): number[] {
    const touched: number[] = [];
    const end = splitter + this.sizes[splitter]!;
    for (let place = splitter; place < end; place++) {
      const neighbours = this.graph.neighbours[this.vertices[place]!]!;
      spend(this.allowance, 1 + neighbours.length);
      for (const neighbour of neighbours) {
        if (this.counts[neighbour]!++ === 0) {
          touched.push(neighbour);
        }
      }
    }
    return touched;
  }

  /**
   * Splits a cell by its vertices' counts, those without neighbours first; `touched` has its others from `first` to
   * `end`, sorted. The new cells are to split others in their turn: all, or all but the largest when the cell was
   * not waiting itself.
   */
  private split(cell: number, touched: readonly number[], first: number, end: number): void {
    const { cells, sizes, counts } = this;
    const size = sizes[cell]!;
    const untouched = size - (end - first);
    this.note(cell);
    this.note(untouched);
    for (let index = first; index < end; index++) {
      this.note(counts[touched[index]!]!);
    }
    if (untouched === 0 && counts[touched[first]!] === counts[touched[end - 1]!]) {
      return;
    }
    // The touched vertices move to the end of the cell, in the order of their counts.
    for (let index = end - 1, place = cell + size - 1; index >= first; index--, place--) {
      this.exchange(touched[index]!, place);
    }
    const starts = untouched > 0 ? [cell] : [];
    for (let index = first; index < end; index++) {
      const vertex = touched[index]!;
      if (index === first || counts[vertex] !== counts[touched[index - 1]!]) {
        starts.push(cell + untouched + index - first);
      }
      cells[vertex] = starts[starts.length - 1]!;
    }
    let largest = cell;
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index]!;
      sizes[start] = (starts[index + 1] ?? cell + size) - start;
      largest = sizes[start]! > sizes[largest]! ? start : largest;
    }
    this.count += starts.length - 1;
    const spared = this.isQueued[cell] === 1 ? cell : largest;
    for (const start of starts) {
      if (start !== spared) {
        this.wait(start);
      }
    }
  }

  private wait(start: number): void {
    this.isQueued[start] = 1;
    this.queue.push(start);
  }

  private exchange(vertex: number, place: number): void {
    const other = this.vertices[place]!;
    const from = this.place[vertex]!;
    this.vertices[from] = other;
    this.place[other] = from;
    this.vertices[place] = vertex;
    this.place[vertex] = place;
  }

  private note(what: number): void {
    this.trace = (Math.imul(this.trace, 0x01000193) + what + 1) | 0;
  }
}
