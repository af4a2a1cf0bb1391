/* What a verification does where neither its file nor who asks for it says so; what simulates is then `auto` (`backends`). */

/** Trials at each learning rate. */
export const defaultTrials = 100_000;

export const defaultSeed = 1;

/** The most trials that the editor runs for each learning rate where its setting says nothing that makes sense. */
export const usualMostTrials = 1e9;
