import type { CheckpointStore } from "../../src/verify/index.js";

/**
 * Checkpoints that are gone with the test.
 * @param onAdd hears of each text before it is kept.
 */
export function memoryStore(onAdd: (text: string) => void = () => undefined) {
  const texts = new Map<string, Map<string, string>>();
  let count = 0;
  const under = (name: string) => texts.get(name) ?? new Map<string, string>();
  const store: CheckpointStore = {
    read: async (name) => new Map(under(name)),
    async add(name, text) {
      onAdd(text);
      texts.set(name, under(name).set(`${name}.${count++}`, text));
    },
    remove: async (name, key) => void under(name).delete(key),
    async setAside(name, key) {
      under(name).delete(key);
      return `${key}.damaged`;
    },
  };
  /** All that is kept, under any name. */
  const all = () => [...texts.values()].flatMap((kept) => [...kept.values()]);
  return { store, all };
}
