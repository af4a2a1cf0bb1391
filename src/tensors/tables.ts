/** A table of places with the number by which equal ones are known. */
interface NumberedTable {
  readonly table: Int32Array;
  readonly number: number;
}

/** Tables of places, each different one once. */
export class Tables {
  private readonly known = new Map<number, NumberedTable[]>();
  private count = 0;

  interned(table: Int32Array): NumberedTable {
    const hash = hashOf(table);
    const alike = this.known.get(hash) ?? [];
    const own = alike.find((other) => isEqual(other.table, table));
    if (own !== undefined) {
      return own;
    }
    const added = { table, number: this.count++ };
    alike.push(added);
    this.known.set(hash, alike);
    return added;
  }
}

function hashOf(table: Int32Array): number {
  let hash = table.length;
  for (const place of table) {
    hash = Math.imul(hash ^ place, 0x01000193) ^ (hash >>> 15);
  }
  return hash;
}

function isEqual(one: Int32Array, other: Int32Array): boolean {
  return one.length === other.length && one.every((place, i) => place === other[i]);
}
