/** What was made last, by name: so many at most. */
export class Recent<Value> {
  private readonly known = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** What is known by a name, which has then been asked for last. */
  get(name: string): Value | undefined {
    const value = this.known.get(name);
    if (value !== undefined) {
      this.known.delete(name);
      this.known.set(name, value);
    }
    return value;
  }

  set(name: string, value: Value): void {
    this.known.set(name, value);
    if (this.known.size > this.most) {
      this.known.delete(this.known.keys().next().value!);
    }
  }
}
