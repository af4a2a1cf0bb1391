/** The first 64 primes. */
const primes = Array.from({ length: 312 }, (_, number) => number).filter(
  (number) =>
    number > 1 &&
    Array.from({ length: number }, (_, one) => one).every((one) => one < 2 || number % one !== 0),
);

/** The first 32 bits of a number's fraction. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;

const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const beginning = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

const turned = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** SHA-256 as FIPS 180-4 has it, of bytes that come in parts. */
export class Sha256 {
  private readonly state = Int32Array.from(beginning);
  private readonly words = new Int32Array(64);
  private readonly block = new Uint8Array(64);
  private readonly view = new DataView(this.block.buffer);
  private filled = 0;
  private length = 0;

  update(bytes: Uint8Array): void {
    this.length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(64 - this.filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
      if (this.filled === 64) {
        this.take();
      }
    }
  }

  /** The 32 bytes; nothing can be added behind. */
  digest(): Uint8Array {
    const bits = this.length * 8;
    this.block[this.filled++] = 0x80;
    if (this.filled > 56) {
      this.block.fill(0, this.filled);
      this.take();
    }
    this.block.fill(0, this.filled);
    this.view.setUint32(56, Math.floor(bits / 2 ** 32));
    this.view.setUint32(60, bits >>> 0);
    this.take();
    const sum = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, index) => {
      sum.setInt32(4 * index, word);
    });
    return new Uint8Array(sum.buffer);
  }

  private take(): void {
    const { words, view, state } = this;
    this.filled = 0;
    for (let index = 0; index < 16; index++) {
      words[index] = view.getInt32(4 * index);
    }
    for (let index = 16; index < 64; index++) {
      const [early, late] = [words[index - 15]!, words[index - 2]!];
      const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[index] = (words[index - 16]! + first + words[index - 7]! + second) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let index = 0; index < 64; index++) {
      const sumOfE = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const one = (h + sumOfE + ((e & f) ^ (~e & g)) + constants[index]! + words[index]!) | 0;
      const sumOfA = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const other = (sumOfA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + other) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      state[index] = (state[index]! + word) | 0;
    });
  }
}
