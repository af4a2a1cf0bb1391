/** What is used of `node:stream`: a stream is whatever can be gone through once. */

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void> {
  yield* items;
}

export const Readable = { from: each };

/** What takes a stream's bytes. */
export interface Sink {
  take(chunk: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** Hands bytes on until there are none. */
export async function pipeline(from: AsyncIterable<Uint8Array>, to: Sink): Promise<void> {
  for await (const chunk of from) {
    await to.take(chunk);
  }
  await to.finish();
}

export default { Readable };
