const mostKept = 4000;
/** In all, of the sizes that are told. */
const largestSum = 2_000_000;

/** What was used last, bounded by count and by size. */
export class RecentDrawings<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly size: number }>();
  private sum = 0;

  constructor(
    private readonly limits: { count: number; sum: number } = { count: mostKept, sum: largestSum },
  ) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry?.value;
  }

  set(key: string, value: Value, size: number): void {
    this.sum += size - (this.entries.get(key)?.size ?? 0);
    this.entries.delete(key);
    this.entries.set(key, { value, size });
    for (const [oldest, { size: freed }] of this.entries) {
      if (this.entries.size <= this.limits.count && this.sum <= this.limits.sum) {
        break;
      }
      this.entries.delete(oldest);
      this.sum -= freed;
    }
  }
}
