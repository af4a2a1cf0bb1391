/*
 * Whose counters are whose (docs/streams.md). The first word of a counter numbers the blocks of a stream, the second says what
 * the stream is for, the third and the fourth which trial draws from it.
 */

/** The second word of training data's counters; shuffles have the number of their epoch, 1 and above. */
export const dataDomain = 0;

/** So many epochs have a second word. */
export const mostEpochs = 2 ** 32 - 1;

/** High words of trials have so many bits: runs number theirs below 2^53, pilots below 2^54. */
const trialBits = 22;

/** So many updates have noise of their own. */
export const mostNoisyUpdates = 2 ** (32 + 31 - trialBits);

/**
 * The second and the fourth word of the counters of what an optimiser draws by itself in an update. The fourth has its
 * highest bit set, as none of training data or of a shuffle has.
 * @param update from 0, below {@link mostNoisyUpdates}.
 * @param trialHigh the high word of the trial's number, below 2^22.
 */
export function noiseWords(update: number, trialHigh: number): readonly [second: number, fourth: number] {
  const high = Math.floor(update / 2 ** 32);
  return [update % 2 ** 32, 2 ** 31 + high * 2 ** trialBits + trialHigh];
}
