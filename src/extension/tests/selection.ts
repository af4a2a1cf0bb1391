/** What is needed of a test's item to choose it. */
export interface Choosable<Item> {
  readonly id: string;
  readonly sortText?: string | undefined;
  readonly children: Iterable<readonly [id: string, item: Item]>;
}

/** A `verify` block to run, and which of its learning rates. */
export interface ChosenVerify<Item> {
  readonly verify: Item;
  /** In the order of the text. */
  readonly etas: readonly Item[];
  /** Whether these are all that the block has. */
  readonly all: boolean;
}

/**
 * The `verify` blocks and learning rates that a request is for: what it includes, with all below, without what it
 * excludes, with all below. Items are known by their ids, so that those of an old request are found again.
 * @param files the items at the top.
 * @param include absent for all.
 */
export function chooseVerifies<Item extends Choosable<Item>>(
  files: Choosable<Item>["children"],
  include: readonly { readonly id: string }[] | undefined,
  exclude: readonly { readonly id: string }[] = [],
): ChosenVerify<Item>[] {
  const included = new Set(include?.map(({ id }) => id));
  const excluded = new Set(exclude.map(({ id }) => id));
  const found: ChosenVerify<Item>[] = [];
  for (const file of inOrder(files)) {
    if (excluded.has(file.id)) {
      continue;
    }
    const isFileIn = include === undefined || included.has(file.id);
    for (const verify of inOrder(file.children)) {
      if (excluded.has(verify.id)) {
        continue;
      }
      const isVerifyIn = isFileIn || included.has(verify.id);
      const all = inOrder(verify.children);
      const etas = all.filter(({ id }) => (isVerifyIn || included.has(id)) && !excluded.has(id));
      // A block without learning rates is broken, and will say so.
      if (etas.length > 0 || (isVerifyIn && all.length === 0)) {
        found.push({ verify, etas, all: etas.length === all.length });
      }
    }
  }
  return found;
}

function inOrder<Item extends Choosable<Item>>(items: Choosable<Item>["children"]): Item[] {
  const key = ({ sortText, id }: Item) => sortText ?? id;
  return [...items]
    .map(([, item]) => item)
    .sort((one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other))));
}
