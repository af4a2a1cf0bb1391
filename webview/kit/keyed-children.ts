/** Children of an element, one for each key, that are made once and stay as long as their keys do, with focus and sight. */
export class KeyedChildren<Child extends { readonly element: Element }> {
  private readonly children = new Map<string, Child>();

  constructor(
    private readonly parent: Element,
    private readonly make: (key: string) => Child,
    /** Called when one has gone that had the keyboard, with the one beside it. */
    private readonly onLost: (neighbour: Element | null) => void = () => {},
  ) {}

  get(key: string): Child | undefined {
    return this.children.get(key);
  }

  /** Makes, removes and orders the children as the keys say. They come back in that order. */
  show(keys: readonly string[]): Child[] {
    const wanted = new Set(keys);
    for (const [key, child] of this.children) {
      if (wanted.has(key)) {
        continue;
      }
      const { element } = child;
      const hadFocus = element.contains(document.activeElement);
      const neighbour = element.nextElementSibling ?? element.previousElementSibling;
      element.remove();
      this.children.delete(key);
      if (hadFocus) {
        this.onLost(neighbour);
      }
    }
    return keys.map((key, index) => {
      const child = this.children.get(key) ?? this.make(key);
      this.children.set(key, child);
      if (this.parent.children[index] !== child.element) {
        this.parent.insertBefore(child.element, this.parent.children[index] ?? null);
      }
      return child;
    });
  }
}
