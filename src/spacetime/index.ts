/**
 * The room of space-times: the N × T grid, which of its cells are shaded, and sums over the
 * embeddings of a diagram in it. Pure; propagators are numbers here, whatever they stand for.
 */
export {
  canEmbed,
  countEmbeddings,
  type EmbeddingPlan,
  largestEmbeddedDiagram,
  planEmbeddings,
} from "./embeddings.js";
export type { EmbeddingFactor } from "./free.js";
export {
  batchSize,
  epochs,
  formatSpaceTime,
  type SpaceTime,
  spaceTimeProblem,
  updates,
  updatesPerEpoch,
} from "./spacetime.js";
export type { Decays, Move, TimeMode, Transfer } from "./transfer.js";
