/*
 * Whose counters are whose (docs/streams.md). The first word of a counter numbers the blocks of a stream, the second says what
 * the stream is for, the third and the fourth which trial draws from it.
 */

/** The second word of training data's counters; shuffles have the number of their epoch, 1 and above. */
export const dataDomain = 0;

/** So many epochs have a second word. */
export const mostEpochs = 2 ** 32 - 1;

/**
 * The fourth word of the counters of what an optimiser draws by itself, which are like those of training data but for it: its
 * highest bit is set, as none of training data or of a shuffle is.
 * @param trialHigh the high word of the trial's number; runs number theirs below 2^53, pilots below 2^54.
 */
export function noiseWord(trialHigh: number): number {
  return 2 ** 31 + trialHigh;
}

/** The second word of test points' counters, whose fourth word is that of noise: those of training data are others. */
export const testDomain = 2;

/** The second and the fourth word of the counters of starting weights: no trial draws from them, whatever the seed. */
export const startDomain = 1;
export const startWord = 2 ** 31;

/** The domain of the rows that estimates draw, beside starting weights and with their word. */
export const estimateDomain = 3;
