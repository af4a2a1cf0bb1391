import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  clusterOptions,
  readClusterDirectory,
  readClusterOptions,
  readExecutor,
  readShards,
  shardsOption,
} from "../../../src/cli/cluster-options.js";
import { Arguments } from "../../../src/cli/usage.js";

const given = (options: Record<string, string>): Arguments =>
  new Arguments([], new Map(Object.entries(options).map(([name, value]) => [name, [value]])));

describe("options of runs on a cluster", () => {
  test("are for an executor", () => {
    expect(readExecutor(given({}))).toBeUndefined();
    expect(readExecutor(given({ executor: "slurm", partition: "gpu" }))).toBe("slurm");
    expect(() => readExecutor(given({ executor: "lsf" }))).toThrow(
      'there is no executor "lsf"; --executor takes slurm',
    );
    for (const option of Object.keys({ ...clusterOptions, ...shardsOption }).filter(
      (one) => one !== "executor",
    )) {
      expect(() => readExecutor(given({ [option]: "1" }))).toThrow(`--${option} is for runs on a cluster`);
    }
  });

  test("say what is asked of the cluster for a task", () => {
    const asked = { partition: "gpu,short", time: "1:30:00", gres: "gpu:1", account: "physics" };
    expect(readClusterOptions(given({ ...asked, executor: "slurm", shards: "3" }), 4)).toEqual({
      ...asked,
      processors: 4,
    });
    expect(readClusterOptions(given({}))).toEqual({ processors: 1 });
    expect(readShards(given({ shards: "12" }))).toBe(12);
    expect(readShards(given({}))).toBeUndefined();
  });

  test.each([
    [{ partition: "-x" }, "--partition"],
    [{ time: "soon" }, "--time"],
    [{ gres: "gpu 1" }, "--gres"],
    [{ account: "a;b" }, "--account"],
  ])("are refused by name: %o", (options, name) => {
    expect(() => readClusterOptions(given(options))).toThrow(new RegExp(`^${name} takes `));
  });

  test("refuse a number of shards that is none", () => {
    expect(() => readShards(given({ shards: "0" }))).toThrow("--shards takes a whole number from 1");
  });

  test("name a directory from where somebody works", () => {
    expect(readClusterDirectory(given({ directory: "runs" }))).toBe(resolve("runs"));
    expect(() => readClusterDirectory(given({ directory: "" }))).toThrow(
      "--directory takes the path of a folder",
    );
  });
});
