import type { DrawnOutline } from "../../src/drawing/drawing.js";

/** Outlines over edits: one is the same as before by its part's name, or else by the greatest share of common nodes. */
export class OutlineIdentity {
  private members: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  private made = 0;

  /** @param nodeKeys by node, what names it over edits. Returns a key for each outline. */
  keysOf(outlines: readonly DrawnOutline[], nodeKeys: readonly string[]): string[] {
    const signatures = outlines.map(({ nodes }) => new Set(nodes.map((node) => nodeKeys[node]!)));
    const unnamed = new Map([...this.members].filter(([key]) => key.startsWith("part of")));
    const keys = outlines.map(({ name }, index) => {
      if (name !== undefined) {
        return `part named ${name}`;
      }
      let nearest: string | undefined;
      let most = 0.3;
      for (const [key, other] of unnamed) {
        const like = likeness(signatures[index]!, other);
        if (like > most) {
          [nearest, most] = [key, like];
        }
      }
      if (nearest !== undefined) {
        unnamed.delete(nearest);
      }
      return nearest ?? `part of ${++this.made}`;
    });
    this.members = new Map(keys.map((key, index) => [key, signatures[index]!]));
    return keys;
  }
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((key) => other.has(key)).length;
  return common / (one.size + other.size - common);
}
