/** Items of tests as the editor keeps them, as far as our code uses them. */
export class FakeItem {
  /** How often something was written to any item. */
  static writes = 0;
  readonly children: FakeItems = new FakeItems(this);
  parent: FakeItem | undefined;
  private readonly fields = new Map<string, unknown>();

  constructor(
    readonly id: string,
    private ownLabel: string,
    readonly uri?: unknown,
  ) {}

  get label(): string {
    return this.ownLabel;
  }
  set label(label: string) {
    FakeItem.writes++;
    this.ownLabel = label;
  }
  get description(): string | undefined {
    return this.read("description");
  }
  set description(value: string | undefined) {
    this.write("description", value);
  }
  get error(): string | undefined {
    return this.read("error");
  }
  set error(value: string | undefined) {
    this.write("error", value);
  }
  get sortText(): string | undefined {
    return this.read("sortText");
  }
  set sortText(value: string | undefined) {
    this.write("sortText", value);
  }
  get range(): unknown {
    return this.fields.get("range");
  }
  set range(value: unknown) {
    this.write("range", value);
  }

  private read(name: string): string | undefined {
    return this.fields.get(name) as string | undefined;
  }
  private write(name: string, value: unknown): void {
    FakeItem.writes++;
    this.fields.set(name, value);
  }
}

/** A collection of them. */
export class FakeItems implements Iterable<[string, FakeItem]> {
  private readonly items = new Map<string, FakeItem>();
  writes = 0;

  constructor(private readonly parent?: FakeItem) {}

  get size(): number {
    return this.items.size;
  }
  get(id: string): FakeItem | undefined {
    return this.items.get(id);
  }
  add(item: FakeItem): void {
    this.writes++;
    item.parent = this.parent;
    this.items.set(item.id, item);
  }
  delete(id: string): void {
    this.writes++;
    const item = this.items.get(id);
    if (item !== undefined) {
      item.parent = undefined;
    }
    this.items.delete(id);
  }
  /** Adds a new item. */
  grow(id: string, label: string): FakeItem {
    const item = new FakeItem(id, label);
    this.add(item);
    return item;
  }
  [Symbol.iterator](): IterableIterator<[string, FakeItem]> {
    return this.items.entries();
  }
}
