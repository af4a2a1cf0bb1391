/**
 * The room of grids: sums over the embeddings of a diagram in the cells of a schedule, and these embeddings one by one. Pure; propagators are numbers here,
 * whatever they stand for.
 */

export { productError } from "./doubled.js";
export { type Embedding, type EmbeddingList, isShaded, listEmbeddings } from "./embedding-list.js";
export {
  canEmbed,
  countEmbeddings,
  couplesOf,
  type EmbeddingPlan,
  largestEmbeddedDiagram,
  planEmbeddings,
} from "./embeddings.js";
export type { EmbeddingFactor } from "./free.js";
export { weightOfTimes } from "./shared-cell.js";
export { planShuffledTogether } from "./shuffled-together.js";
export { planOfEmbedding } from "./single.js";
export { symmetriesKeeping } from "./symmetries.js";
export { type Decays, type Move, makeDecays, type TimeMode, type Transfer } from "./transfer.js";
