/** How many threads there are, in made-up systems: what each limit allows is counted by hand. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { availableThreads, openCpuEngine } from "../../src/engines/index.js";
import { times } from "../times.js";

type Files = Readonly<Record<string, string>>;

/** Threads in a system with these files. */
function threadsIn(files: Files, environment: Files = {}, processors = 64) {
  const root = mkdtempSync(join(tmpdir(), "diag-root-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    }
    return availableThreads({ root, environment, processors });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const mount2 = (begins = "/", place = "/sys/fs/cgroup") =>
  `29 22 0:26 / / rw - ext4 /dev/sda rw\n35 24 0:30 ${begins} ${place} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`;
const mount1 = (begins = "/") =>
  [
    "34 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
    `33 30 0:28 ${begins} /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct`,
  ].join("\n");

/** Groups within groups, and the quota that each sets, in thousandths of a processor; none where there is no limit. */
const nested = fc.array(fc.option(fc.integer({ min: 1, max: 70_000 })), { minLength: 1, maxLength: 5 });
const pathOf = (depth: number) =>
  Array.from({ length: depth }, (_, index) => `/group-${index}`).join("") || "/";
/** Whole processors that the tightest leaves. */
const allowed = (quotas: readonly (number | null)[], processors: number) =>
  Math.min(processors, ...quotas.flatMap((quota) => (quota === null ? [] : [Math.ceil(quota / 1000)])));

describe("threads", () => {
  test("are the processors that may be used, where nothing else says less", () => {
    expect(threadsIn({}, {}, 6)).toEqual({ threads: 6, why: "so many processors may be used" });
    expect(threadsIn({}, { SLURM_CPUS_PER_TASK: "12" }, 6).threads).toBe(6);
  });

  test("are those of a Slurm task", () => {
    expect(threadsIn({}, { SLURM_CPUS_PER_TASK: "3" })).toEqual({
      threads: 3,
      why: "SLURM_CPUS_PER_TASK is 3",
    });
    for (const nonsense of ["", "0", "-1", "2(x3)", "many", "1e3", " "]) {
      expect(threadsIn({}, { SLURM_CPUS_PER_TASK: nonsense }).threads).toBe(64);
    }
  });

  test("are what control groups of version 2 allow, the tightest of all around the process", () => {
    fc.assert(
      fc.property(nested, fc.integer({ min: 1, max: 64 }), (quotas, processors) => {
        const files: Record<string, string> = {
          "/proc/self/mountinfo": mount2(),
          "/proc/self/cgroup": `0::${pathOf(quotas.length)}`,
        };
        quotas.forEach((quota, index) => {
          files[`/sys/fs/cgroup${pathOf(index + 1)}/cpu.max`] =
            quota === null ? "max 100000" : `${quota * 100} 100000`;
        });
        expect(threadsIn(files, {}, processors).threads).toBe(allowed(quotas, processors));
      }),
      { numRuns: times(60) },
    );
  });

  test("are what control groups of version 1 allow", () => {
    fc.assert(
      fc.property(nested, fc.integer({ min: 1, max: 64 }), (quotas, processors) => {
        const files: Record<string, string> = {
          "/proc/self/mountinfo": mount1(),
          "/proc/self/cgroup": `5:memory:/elsewhere\n4:cpu,cpuacct:${pathOf(quotas.length)}\n1:name=systemd:/x`,
        };
        quotas.forEach((quota, index) => {
          const folder = `/sys/fs/cgroup/cpu,cpuacct${pathOf(index + 1)}`;
          files[`${folder}/cpu.cfs_quota_us`] = quota === null ? "-1" : `${quota * 50}`;
          files[`${folder}/cpu.cfs_period_us`] = "50000";
        });
        expect(threadsIn(files, {}, processors).threads).toBe(allowed(quotas, processors));
      }),
      { numRuns: times(60) },
    );
  });

  test("are found in a container, whose tree begins at its own group", () => {
    const max = { "/sys/fs/cgroup/cpu.max": "250000 100000" };
    const own = "/kubepods/pod-1/box";
    for (const files of [
      // With a name space of its own, and without: there the group's path is the host's.
      { "/proc/self/mountinfo": mount2(), "/proc/self/cgroup": "0::/" },
      { "/proc/self/mountinfo": mount2(own), "/proc/self/cgroup": `0::${own}` },
      { "/proc/self/mountinfo": mount2("/elsewhere"), "/proc/self/cgroup": `0::${own}` },
    ]) {
      expect(threadsIn({ ...files, ...max })).toEqual({
        threads: 3,
        why: "/sys/fs/cgroup/cpu.max allows 2.5 processors",
      });
    }
    const v1 = {
      "/proc/self/mountinfo": mount1("/docker/abc"),
      "/proc/self/cgroup": "4:cpu,cpuacct:/docker/abc",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "20000",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
    };
    expect(threadsIn(v1).threads).toBe(1);
  });

  test("are the least that any limit leaves, and the reason is that limit", () => {
    const files = {
      "/proc/self/mountinfo": `${mount1()}\n${mount2("/", "/sys/fs/cgroup/unified\\040here")}`,
      "/proc/self/cgroup": "4:cpu,cpuacct:/job\n0::/job",
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "500000",
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000",
      "/sys/fs/cgroup/unified here/job/cpu.max": "700000 100000",
    };
    expect(threadsIn(files)).toMatchObject({ threads: 5, why: expect.stringContaining("cpu.cfs_quota_us") });
    expect(threadsIn(files, { SLURM_CPUS_PER_TASK: "4" })).toMatchObject({
      threads: 4,
      why: expect.stringContaining("SLURM"),
    });
    expect(threadsIn({ ...files, "/sys/fs/cgroup/unified here/cpu.max": "150000 100000" })).toMatchObject({
      threads: 2,
      why: expect.stringContaining("unified here/cpu.max"),
    });
  });

  test("do not depend on files that are not what they should be", () => {
    const sound = { "/proc/self/mountinfo": mount2(), "/proc/self/cgroup": "0::/job" };
    for (const text of ["", "max", "0 100000", "-5 100000", "5 0", "many 100000", "100000"]) {
      expect(threadsIn({ ...sound, "/sys/fs/cgroup/job/cpu.max": text }).threads).toBe(64);
    }
    for (const files of [
      { "/proc/self/mountinfo": "\u0000\n - \n1 2 3" },
      { "/proc/self/cgroup": "what\n::\n0::" },
    ]) {
      expect(threadsIn({ ...sound, ...files }).threads).toBe(64);
    }
  });

  test("are told by the engine, with the reason", async () => {
    const facts = (asked?: number) => {
      const engine = openCpuEngine(asked);
      void engine.close();
      return engine.facts.find(([fact]) => fact === "threads")?.[1];
    };
    const { threads, why } = availableThreads();
    expect(facts()).toBe(`${threads}, since ${why}`);
    expect(facts(3)).toBe("3, since they were asked for");
  });
});
