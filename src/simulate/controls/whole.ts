/** What comes of something that yields now and then, when nobody waits meanwhile. */
export function wholly<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      return value;
    }
  }
}
