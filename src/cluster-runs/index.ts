/**
 * The room of runs on a cluster: a verification's trials as tasks that a scheduler starts elsewhere. All that is known of a run is in
 * its folder, which the cluster's nodes share: what is to be done, what was submitted, what came of it. So any process on any machine
 * may go on with it, and a valid result file is the only proof that a shard is done.
 */
export { type MissingShard, missingOf, RunAnswer } from "./answer.js";
export { type CancelEnd, type CancelOptions, cancelRun } from "./cancel.js";
export { knownDirectories, rememberDirectory } from "./directories.js";
export { ClusterFault } from "./fault.js";
export { type FoundRuns, findRun, runsOf, wordsOfDirectories } from "./find.js";
export { type PointOfWork, pointsOfWork, RunFolder, runsIn } from "./folder.js";
export {
  type Clock,
  type ClusterProgress,
  type FollowOptions,
  followRun,
  type RunEnd,
} from "./follow.js";
export { Gathered } from "./gathered.js";
export { layWorker } from "./lay-worker.js";
export { lastLines, logOf } from "./logs.js";
export { makeRun, type RunRequest } from "./make-run.js";
export {
  type Memory,
  memoryOf,
  type NextSteps,
  nextSteps,
  type RunSeen,
  type TaskLine,
} from "./next-steps.js";
export {
  type ClusterFinding,
  type ClusterFindingName,
  type ExamineOptions,
  examineCluster,
} from "./probe/examine.js";
export {
  type ClusterOptions,
  type ClusterPoint,
  type ClusterRun,
  isRunId,
  mostShards,
  type Shard,
  shardOf,
  shardsOf,
  shardsOfPoint,
} from "./record.js";
export { type RemoveEnd, removeRun } from "./remove.js";
export { type FoundShard, readCheckpoint, readResult, type ShardTerms, writeShard } from "./results.js";
export { type PointToCut, type Shares, sharesOf } from "./shares.js";
export { type SlurmSchedulerOptions, slurmFault, slurmScheduler } from "./slurm.js";
export { SlurmCommands, type SlurmOptions } from "./slurm-commands.js";
export {
  isAlive,
  mayBeQueued,
  nothingAsked,
  type RunProgress,
  type RunStanding,
  type RunState,
  readProgress,
  type SubmissionState,
  stateOf,
  type TaskCounts,
  type TaskState,
  tokensOf,
  wordsOfTasks,
} from "./state.js";
export {
  claimSubmission,
  type Ending,
  findIntent,
  type Intent,
  readSubmissions,
  readUnfitNodes,
  recordEnding,
  recordOutcome,
  recordUnfitNode,
  type SubmissionOutcome,
  type SubmissionSeen,
} from "./submissions.js";
