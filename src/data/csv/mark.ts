/** Bytes of a text without the mark of their order at its beginning, which is no part of it. */
export function withoutMark(first: Uint8Array): Uint8Array {
  const [one, two, three] = first;
  return one === 0xef && two === 0xbb && three === 0xbf ? first.subarray(3) : first;
}
