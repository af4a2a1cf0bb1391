/**
 * What the tests of a file share, made by the first that asks. Where that fails, it is that test's fault alone: the next one
 * tries again, a few times in all.
 * @param make makes it whole, or leaves nothing behind.
 */
export function shared<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  let triesLeft = 3;
  return () => {
    made ??= make().catch((error: unknown) => {
      if (--triesLeft > 0) {
        made = undefined;
      }
      throw error;
    });
    return made;
  };
}
