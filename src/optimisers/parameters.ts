import type { ChoiceParameter, NumberParameter, WholeNumberParameter } from "./record.js";

/* Parameters that several optimisers have. */

export const points: WholeNumberParameter = {
  kind: "whole number",
  name: "N",
  documentation: "The number of training points.",
  synonyms: "samples numsamples nsamples points numpoints npoints size ntrain trainingpoints datapoints",
  example: 10,
};

/** Training points of which there may be infinitely many, in a limit. */
export const unendingPoints: WholeNumberParameter = { ...points, hasLimit: true };

export const epochs: WholeNumberParameter = {
  kind: "whole number",
  name: "E",
  documentation: "The number of epochs: how often each training point is used.",
  synonyms: "epoch epochs nepochs numepochs passes",
  example: 1,
};

export const batch: WholeNumberParameter = {
  kind: "whole number",
  name: "B",
  documentation: "The size of a batch; it divides `N`.",
  synonyms: "batch batchsize bs minibatch batches",
  example: 1,
};

export const updateCount: WholeNumberParameter = {
  kind: "whole number",
  name: "T",
  documentation: "The number of updates: how long a descent is.",
  synonyms: "steps nsteps numsteps iterations niter iters numiterations updates time t",
  example: 10,
};

/** Updates of which there may be infinitely many, in a limit. */
export const unendingUpdates: WholeNumberParameter = { ...updateCount, hasLimit: true };

export const rate: NumberParameter = {
  kind: "number",
  name: "rate",
  documentation:
    "What `eta` is multiplied by for this descent: with `rate = 1/3` each step goes a third as far.",
  synonyms: "factor scale multiplier",
  default: 1,
  example: "1/3",
};

export const shuffle: ChoiceParameter = {
  kind: "choice",
  name: "shuffle",
  documentation:
    "How epochs order the training points: `same` keeps one order, `reshuffled` draws each anew.",
  synonyms: "shuffling shuffled reshuffle",
  options: [
    {
      name: "same",
      documentation: "One order of the training points for all epochs.",
      synonyms: "none fixed once no false single",
    },
    {
      name: "reshuffled",
      documentation: "A new order of the training points for each epoch.",
      synonyms: "random fresh each new yes true shuffled reshuffle",
    },
  ],
  default: "same",
};

/** What is added to the loss that is descended on. */
export const penalty: ChoiceParameter = {
  kind: "choice",
  name: "penalty",
  documentation:
    "What is added to the training loss: `stic`, an estimate of the generalization gap; nothing where it is left out.",
  synonyms: "regulariser regularizer regularisation regularization criterion",
  options: [
    {
      name: "stic",
      documentation:
        "The stabilized Takeuchi criterion of the training points, `C*(1 - exp(-eta*T*H))/(H*N)`: `C` the variance over them of the slope along the landscape's one weight, with `N - 1` below, `H` the mean second derivative. Its exact gradient is descended along all weights, the `hyper` ones too. Nothing is predicted of it.",
      synonyms: "tic takeuchi aic akaike gap",
    },
  ],
};
