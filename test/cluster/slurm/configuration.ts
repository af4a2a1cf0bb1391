import { hostname, userInfo } from "node:os";
import { join } from "node:path";

/** What a test asks of its Slurm. Times are in seconds. */
export interface SlurmSettings {
  /** How many nodes there are, all on this machine: `node1`, `node2`, …; 1 by default. */
  readonly nodes?: number;
  /** How many processors each says that it has, whatever the machine has; 8 by default. */
  readonly processors?: number;
  /** One more than the highest index of an array; 1001 by default, which is Slurm's own. */
  readonly maxArraySize?: number;
  /** How long a job that has ended is remembered; 60 by default (Slurm's: 300). */
  readonly minJobAge?: number;
  /** From the signal that asks processes to end to the one that ends them; 2 by default (Slurm's: 30). */
  readonly killWait?: number;
  /** How long a node may be silent before it is down; 10 by default (Slurm's: 300). */
  readonly slurmdTimeout?: number;
  /** How long a job that was requeued waits; 5 by default, below which Slurm takes its own 120. */
  readonly requeueWait?: number;
  /** How many devices `gpu` each node says that it has; none by default. They are imitated by `/dev/null`. */
  readonly gpus?: number;
  /** Lines of `slurm.conf` beside the others. */
  readonly lines?: readonly string[];
}

/** Names of the nodes. */
export function nodeNames(settings: SlurmSettings): string[] {
  return Array.from({ length: settings.nodes ?? 1 }, (_, index) => `node${index + 1}`);
}

/** Where everything of a Slurm is. */
export function placesIn(folder: string) {
  return {
    configuration: join(folder, "slurm.conf"),
    devices: join(folder, "gres.conf"),
    key: join(folder, "munge.key"),
    socket: join(folder, "run", "munge.socket"),
    run: join(folder, "run"),
    spool: join(folder, "spool"),
    state: join(folder, "state"),
    logs: join(folder, "logs"),
    /** What jobs and who submits them share. */
    shared: join(folder, "shared"),
  };
}

/**
 * The text of `slurm.conf`: no accounting, all on loopback, the partitions `main` (the default), `urgent`, whose jobs take the
 * place of others, which are requeued, and `short`, whose jobs may run for two minutes.
 * @param ports the controller's, then one for each node.
 */
export function slurmConfiguration(
  folder: string,
  settings: SlurmSettings,
  ports: readonly number[],
): string {
  const places = placesIn(folder);
  const host = hostname().split(".")[0];
  const user = userInfo().username;
  const names = nodeNames(settings);
  const gpus = settings.gpus ?? 0;
  const devices = gpus > 0 ? ` Gres=gpu:${gpus}` : "";
  const partition = `Nodes=${names.join(",")} State=UP`;
  return [
    "ClusterName=diag",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${ports[0]}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    "CredType=cred/munge",
    // How long a requeued job waits is how long what lets it run is valid.
    `AuthInfo=socket=${places.socket},cred_expire=${settings.requeueWait ?? 5}`,
    "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
    `SlurmctldPidFile=${join(places.run, "slurmctld.pid")}`,
    `SlurmdPidFile=${join(places.run, "slurmd.%n.pid")}`,
    `SlurmdSpoolDir=${join(places.spool, "%n")}`,
    `StateSaveLocation=${places.state}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SwitchType=switch/none",
    "MpiDefault=none",
    "MailProg=/bin/true",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    // A node has the processors that it is said to have.
    "SlurmdParameters=config_overrides",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "ReturnToService=1",
    `KillWait=${settings.killWait ?? 2}`,
    `MinJobAge=${settings.minJobAge ?? 60}`,
    `SlurmdTimeout=${settings.slurmdTimeout ?? 10}`,
    "SlurmctldTimeout=10",
    "BatchStartTimeout=10",
    "MessageTimeout=5",
    `MaxArraySize=${settings.maxArraySize ?? 1001}`,
    "InactiveLimit=0",
    "SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=3,default_queue_depth=1000",
    "PreemptType=preempt/partition_prio",
    "PreemptMode=REQUEUE",
    "SlurmctldDebug=info",
    "SlurmdDebug=info",
    ...(gpus > 0 ? ["GresTypes=gpu"] : []),
    ...(settings.lines ?? []),
    ...names.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index + 1]} CPUs=${settings.processors ?? 8}${devices} State=UNKNOWN`,
    ),
    `PartitionName=main ${partition} Default=YES PriorityTier=1`,
    `PartitionName=urgent ${partition} PriorityTier=10`,
    `PartitionName=short ${partition} PriorityTier=1 MaxTime=2`,
    "",
  ].join("\n");
}

/** The text of `gres.conf`. */
export function deviceConfiguration(settings: SlurmSettings): string {
  return (settings.gpus ?? 0) > 0
    ? `${Array.from({ length: settings.gpus! }, () => "Name=gpu File=/dev/null").join("\n")}\n`
    : "";
}
