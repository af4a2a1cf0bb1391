/** Bytes that a program's threads share and do not change: constants, starts, tables, rows of data. */
export class SharedData {
  private end = 0;
  private readonly parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  private readonly known = new Map<object, number>();
  private readonly constants: number[] = [];

  /** How far into them some numbers are that are written once, in bytes. */
  put(values: Float32Array | Float64Array | Uint8Array): number {
    let at = this.known.get(values);
    if (at === undefined) {
      at = this.reserve(values.byteLength);
      this.parts.push({ at, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
      this.known.set(values, at);
    }
    return at;
  }

  /** The place of a number among those that hang on a rate or a seed, so that a text has none of these. */
  constant(value: number): number {
    return this.constants.push(value) - 1;
  }

  /** All of them, the constants first. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.constantBytes + this.end);
    new Float64Array(bytes.buffer, 0, this.constants.length).set(this.constants);
    for (const part of this.parts) {
      bytes.set(part.bytes, this.constantBytes + part.at);
    }
    return bytes;
  }

  /** What the constants take; known when all are. */
  get constantBytes(): number {
    return Math.ceil((8 * this.constants.length) / 64) * 64;
  }

  private reserve(bytes: number): number {
    const at = this.end;
    this.end = Math.ceil((at + bytes) / 64) * 64;
    return at;
  }
}
