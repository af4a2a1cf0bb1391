import { auto, gpu, processor } from "../../runs/index.js";
import type { RunWay } from "./verify-runner.js";

/** A profile of the explorer: where tests are run, and how. */
export interface Profile {
  /** For people. */
  readonly title: string;
  readonly way: Pick<RunWay, "backend" | "executor">;
  /** Whether tests may be run again whenever their file is saved. */
  readonly isContinuous: boolean;
}

export type ProfileName = typeof processor.name | typeof gpu.name | "cluster";

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  cpu: { title: processor.title, way: { backend: processor.name }, isContinuous: true },
  webgpu: { title: gpu.title, way: { backend: gpu.name }, isContinuous: true },
  // Whoever saves a file has not asked for hours of others' machines.
  cluster: { title: "Cluster", way: { backend: auto.name, executor: "slurm" }, isContinuous: false },
};
