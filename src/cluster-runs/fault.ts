/** What keeps a run on a cluster from being found, read, sent or gone on with: one line that says what to do. */
export class ClusterFault extends Error {
  override readonly name = "ClusterFault";
}
