const keyStep0 = 0x9e3779b9;
const keyStep1 = 0xbb67ae85;
const rounds = 10;
const infinity = 0x7f800000;

/** Which part of a shader's work a dispatch does. */
export interface Part {
  /** The number of the first of the trials side by side, below 2^53. */
  readonly first: number;
  /** Of these trials, counted from 0, the ones from `fromTrial` to `toTrial − 1`. */
  readonly fromTrial: number;
  readonly toTrial: number;
  readonly firstEpoch: number;
  readonly endEpoch: number;
  readonly firstBlock: number;
  readonly endBlock: number;
  /** Whether trials begin with this dispatch. */
  readonly begin: boolean;
}

export const parameterWords = 2 * rounds + 12;

/**
 * The words of a shader's `Parameters`; `src/engines/webgpu/shader.ts` declares them.
 * @param seed its low and its high word.
 * @param stride for how many trials there are buffers.
 */
export function parametersOf(
  seed: readonly [number, number],
  stride: number,
  part: Part,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(parameterWords);
  for (let round = 0; round < rounds; round++) {
    words[2 * round] = seed[0] + round * keyStep0;
    words[2 * round + 1] = seed[1] + round * keyStep1;
  }
  words.set(
    [
      part.first % 2 ** 32,
      Math.floor(part.first / 2 ** 32),
      part.fromTrial,
      part.toTrial,
      stride,
      part.firstEpoch,
      part.endEpoch,
      part.firstBlock,
      part.endBlock,
      part.begin ? 1 : 0,
      0,
      infinity,
    ],
    2 * rounds,
  );
  return words;
}
