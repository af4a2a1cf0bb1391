/**
 * The room of clusters: what is said to Slurm and how its answers are read, without asking it. Its first rule: a valid result
 * file is the only proof that a task is done, the queue only says what is going on, and who could not be asked has not
 * said "not there".
 */
export { batchScript, scriptExitLine, scriptExits } from "./batch-script.js";
export {
  type Command,
  cancelCommand,
  configurationCommand,
  nodesCommand,
  queueCommand,
  releaseCommand,
  submissionCommand,
  variablesForCommands,
  versionCommand,
} from "./commands.js";
export { type Configuration, readConfiguration, readRelease } from "./configuration.js";
export { type CommandAnswer, type CouldNotAsk, couldNotAsk, lastWords } from "./could-not-ask.js";
export { slurm } from "./executor-record.js";
export type { ExitStatus } from "./fields.js";
export {
  type IndexRange,
  indexText,
  indicesOf,
  readTaskList,
  splitIndices,
  type TaskList,
} from "./indices.js";
export { type Fault, type Meaning, meaningOf, type Outcome } from "./meaning.js";
export { type NodesAnswer, nodesInService, readNodes } from "./nodes.js";
export {
  type ArraySeen,
  type QueueAnswer,
  type QueuedJob,
  readQueue,
  type Sighting,
  sighting,
} from "./queue.js";
export type { QueueSeen, Scheduler, SchedulerLimits, TaskSeen } from "./scheduler.js";
export {
  type AskedOfCluster,
  checkAsked,
  checkRequest,
  faultOfFolder,
  isNodeName,
  isToken,
  mostOfToken,
  readSubmission,
  type Submission,
  type SubmissionRequest,
  submissionWords,
  timeLimit,
} from "./submission.js";
export { workerExitLine, workerExits } from "./worker-exits.js";
