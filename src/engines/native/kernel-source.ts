/** A plan's kernel in C, and what the memory of one holds beforehand. */
export interface KernelSource {
  readonly text: string;
  /** The numbers that the program takes as data. */
  readonly header: BigInt64Array<ArrayBuffer>;
  readonly image: Uint8Array<ArrayBuffer>;
  /** What all threads share. */
  readonly shared: Uint8Array<ArrayBuffer>;
}
