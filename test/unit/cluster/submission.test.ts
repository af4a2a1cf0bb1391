import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  batchScript,
  cancelCommand,
  checkRequest,
  isToken,
  queueCommand,
  readConfiguration,
  readRelease,
  readSubmission,
  releaseCommand,
  type SubmissionRequest,
  scriptExits,
  submissionCommand,
  submissionWords,
  timeLimit,
  variablesForCommands,
} from "../../../src/cluster/index.js";
import { times } from "../../times.js";

const request: SubmissionRequest = {
  token: "diag-a1b2-0-1",
  indices: [0, 1, 2, 5],
  maxArraySize: 1001,
  folder: "/shared/diag runs/a1b2",
  script: "/shared/diag runs/a1b2/script",
};

describe("a submission", () => {
  test("is an array of words, each value in one of them", () => {
    expect(
      submissionWords({
        ...request,
        atOnce: 4,
        partition: "gpu",
        time: "1:30:00",
        gres: "gpu:1",
        account: "p-1",
        processors: 4,
        exclude: ["node-1", "node2.west"],
      }),
    ).toEqual([
      "--parsable",
      "--job-name=diag-a1b2-0-1",
      "--comment=diag-a1b2-0-1",
      "--array=0-2,5%4",
      "--chdir=/shared/diag runs/a1b2",
      "--output=/shared/diag runs/a1b2/logs/%A_%a.log",
      "--export=NONE",
      "--open-mode=append",
      "--requeue",
      "--partition=gpu",
      "--time=1:30:00",
      "--gres=gpu:1",
      "--account=p-1",
      "--cpus-per-task=4",
      "--exclude=node-1,node2.west",
      "/shared/diag runs/a1b2/script",
      "/shared/diag runs/a1b2",
      "diag-a1b2-0-1",
    ]);
    expect(submissionCommand(request)).toMatchObject({ program: "sbatch", words: submissionWords(request) });
    expect(submissionWords({ ...request, exclude: [] })).toEqual(submissionWords(request));
  });

  test("has a log whose name means the folder as it is written", () => {
    const words = submissionWords({ ...request, folder: "/a/%A%%b" });
    expect(words).toContain("--output=/a/%%A%%%%b/logs/%A_%a.log");
    expect(words).toContain("--chdir=/a/%A%%b");
  });

  test.each<[string, Partial<SubmissionRequest>]>([
    ["token", { token: "" }],
    ["token", { token: "-a" }],
    ["token", { token: "a b" }],
    ["token", { token: "a\n" }],
    ["token", { token: "x".repeat(65) }],
    ["at least one task", { indices: [] }],
    ["from 0 to 1000", { indices: [0, 1001] }],
    ["from 0 to 1000", { indices: [-1] }],
    ["from 0 to 1000", { indices: [0.5] }],
    ["from 0 to 1000", { indices: [Number.NaN] }],
    [
      "too many separate indices",
      { indices: Array.from({ length: 30_000 }, (_, index) => 2 * index), maxArraySize: 60_000 },
    ],
    ["absolute path", { folder: "runs" }],
    ["absolute path", { script: "script" }],
    ["a backslash", { folder: "/a\\b" }],
    ["a control character", { folder: "/a\nb" }],
    ["too long", { folder: `/${"a".repeat(900)}` }],
    ["at least one task must be allowed", { atOnce: 0 }],
    ["at least one task must be allowed", { atOnce: 1.5 }],
    ["--partition", { partition: "" }],
    ["--partition", { partition: "-x" }],
    ["--partition", { partition: "a, b" }],
    ["--account", { account: "a;b" }],
    ["--gres", { gres: "--wrap" }],
    ["--gres", { gres: "gpu 1" }],
    ["--time", { time: "soon" }],
    ["--time", { time: "0" }],
    ["at least one processor", { processors: 0 }],
    ["at least one processor", { processors: 1.5 }],
    ["name of a node", { exclude: ["node1", "node[2-3]"] }],
    ["name of a node", { exclude: ["a,b"] }],
    ["name of a node", { exclude: ["/etc/hosts"] }],
    ["name of a node", { exclude: [""] }],
  ])("is refused for its %s: %o", (what, others) => {
    const wrong = { ...request, ...others };
    expect(checkRequest(wrong)).toMatch(new RegExp(`^[^\\n]*${what}[^\\n]*$`));
    expect(() => submissionWords(wrong)).toThrow(what);
  });

  test("never has an option that was not asked for, whatever its values are", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w:,=-]{1,8}$/));
    const values = fc.record(
      {
        token: text,
        partition: text,
        time: text,
        gres: text,
        account: text,
        exclude: fc.array(text, { maxLength: 3 }),
        folder: text.map((path) => `/${path}`),
      },
      { requiredKeys: [] },
    );
    const options =
      /^--(?:parsable$|requeue$|export=NONE$|open-mode=append$|(?:job-name|comment|array|chdir|output|partition|time|gres|account|exclude)=)/;
    fc.assert(
      fc.property(values, (others) => {
        const one = { ...request, ...others };
        if (checkRequest(one) !== undefined) {
          return;
        }
        const words = submissionWords(one);
        expect(words.slice(0, -3).every((word) => options.test(word))).toBe(true);
        expect(words.slice(-3)).toEqual([one.script, one.folder, one.token]);
        expect(words.join("\n")).not.toMatch(/\0/);
      }),
      { numRuns: times(200) },
    );
  });

  test("has a token of letters, digits and hyphens", () => {
    expect(["a", "A-1", "0", "x".repeat(64)].every(isToken)).toBe(true);
    expect(["", "-", "a_b", "a|b", "a\u00e9", "a\n", "x".repeat(65)].some(isToken)).toBe(false);
  });
});

describe("a time limit", () => {
  // The forms of sbatch's manual, each in seconds.
  test.each([
    ["1", 60],
    ["30", 1800],
    ["0:30", 60],
    ["1:01", 120],
    ["1:30:00", 5400],
    ["0:0:1", 60],
    ["2-12", 216_000],
    ["1-0:30", 88_200],
    ["1-00:00:01", 86_460],
  ])("is read: %s", (text, seconds) => {
    expect(timeLimit(text)).toBe(seconds);
  });

  test.each(["", "0", "0:00", "0-0", "1:2:3:4", "-1", "1-", "a", "1 h", "UNLIMITED", "1.5"])(
    "is refused: %j",
    (text) => {
      expect(timeLimit(text)).toBeUndefined();
    },
  );
});

describe("what sbatch said", () => {
  const said = (status: number | null, stdout: string, stderr = "") =>
    readSubmission({ status, stdout, stderr });

  test("is a number, a number with a cluster, or a number behind what else is printed", () => {
    expect(said(0, "12\n")).toEqual({ kind: "submitted", array: 12, cluster: undefined });
    expect(said(0, "12;west\n")).toEqual({ kind: "submitted", array: 12, cluster: "west" });
    expect(said(0, "Charged to physics.\n12\n\n")).toEqual({
      kind: "submitted",
      array: 12,
      cluster: undefined,
    });
  });

  test.each(["", "Submitted", "0", "-1", "12 13", "1e9", "12;", "99999999999"])(
    "may be a success that names no job, which may be there: %j",
    (stdout) => {
      expect(said(0, stdout).kind).toBe("unknown");
    },
  );

  test.each([
    "sbatch: error: Batch job submission failed: Invalid job array specification",
    "sbatch: error: invalid partition specified: none\nsbatch: error: Batch job submission failed: Invalid partition name specified",
    "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)",
    "sbatch: error: Unable to open file /gone",
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    "",
  ])("is a no: %s", (stderr) => {
    const answer = said(1, "", stderr);
    expect(answer.kind).toBe("refused");
    expect(answer.kind === "refused" && answer.why).toMatch(/^sbatch: (?!sbatch)[^\n]+$/);
  });

  test.each([
    "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
    "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
    "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received",
    "sbatch: error: Batch job submission failed: Protocol authentication error",
    "sbatch: error: Batch job submission failed: Unexpected message received",
  ])("is not known where the way was broken: %s", (stderr) => {
    expect(said(1, "", stderr).kind).toBe("unknown");
  });

  test("is not known when it was ended", () => {
    expect(said(null, "12\n").kind).toBe("unknown");
  });
});

describe("commands", () => {
  test("name tasks by ranges", () => {
    expect(cancelCommand(12).words).toEqual(["12"]);
    expect(cancelCommand(12, [3]).words).toEqual(["12_3"]);
    expect(cancelCommand(12, [5, 3, 4, 9]).words).toEqual(["12_[3-5,9]"]);
    expect(releaseCommand(12, 3).words).toEqual(["release", "12_3"]);
    expect(() => cancelCommand(0)).toThrow("no job's number");
    expect(() => cancelCommand(12, [])).toThrow("without tasks");
  });

  test("ask for the queue whole", () => {
    expect(queueCommand).toMatchObject({ program: "squeue", variables: { SLURM_BITSTR_LEN: "0" } });
  });

  test("get no variable that changes their answers, and those with which a user chooses", () => {
    const environment = {
      PATH: "/bin",
      HOME: "/home/alice",
      SLURM_CONF: "/etc/slurm.conf",
      SBATCH_ACCOUNT: "physics",
      SBATCH_ARRAY_INX: "0-3",
      SBATCH_TIMELIMIT: "1",
      SQUEUE_FORMAT: "%i",
      SLURM_JOB_ID: "7",
      SLURM_TIME_FORMAT: "relative",
      SCANCEL_INTERACTIVE: "1",
      EMPTY: undefined,
    };
    expect(variablesForCommands(environment)).toEqual({
      PATH: "/bin",
      HOME: "/home/alice",
      SLURM_CONF: "/etc/slurm.conf",
      SBATCH_ACCOUNT: "physics",
    });
  });
});

describe("the cluster's configuration", () => {
  const said = (stdout: string, status = 0, stderr = "") => readConfiguration({ status, stdout, stderr });
  const text = `Configuration data as of 2026-11-30T04:00:00
AccountingStorageHost   = localhost
AuthInfo                = socket=/run/munge.socket,cred_expire=300
ClusterName             = west
KillWait                = 30 sec
MaxArraySize            = 1001
MaxJobCount             = 10000
MinJobAge               = 300 sec
SlurmdTimeout           = 300 sec
SLURM_VERSION           = 22.05.8

Cgroup Support Configuration:
MaxArraySize            = 7

Slurmctld(primary) at login1 is UP
`;

  test("is read line by line, the first of a name", () => {
    expect(said(text)).toEqual({
      kind: "seen",
      release: "22.05.8",
      cluster: "west",
      maxArraySize: 1001,
      maxJobCount: 10_000,
      minJobAge: 300,
      killWait: 30,
      slurmdTimeout: 300,
      requeueWait: 300,
    });
  });

  test("may lack all but the size of arrays", () => {
    expect(
      said(
        "MaxArraySize            = 11\nAuthInfo                = (null)\nMinJobAge               = INFINITE\n",
      ),
    ).toEqual({
      kind: "seen",
      release: undefined,
      cluster: undefined,
      maxArraySize: 11,
      maxJobCount: undefined,
      minJobAge: undefined,
      killWait: undefined,
      slurmdTimeout: undefined,
      requeueWait: 120,
    });
    // Below 5 s Slurm takes its own.
    expect(said("AuthInfo                = cred_expire=3\nMaxArraySize            = 11\n")).toMatchObject({
      requeueWait: 120,
    });
  });

  test("could not be asked for", () => {
    const down = "slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)\n";
    expect(said("", 1, down)).toEqual({ kind: "could not ask", why: `scontrol: ${down.trim()}` });
    expect(said("KillWait                = 30 sec\n").kind).toBe("could not ask");
    expect(said(text, 1).kind).toBe("could not ask");
  });

  test("has a release, which whoever packed it may have named", () => {
    const release = (stdout: string, status = 0) => readRelease({ status, stdout, stderr: "" });
    expect(release("slurm 24.05.3\n")).toEqual({ kind: "seen", release: "24.05.3" });
    expect(release("slurm-wlm 22.05.8\n")).toEqual({ kind: "seen", release: "22.05.8" });
    expect(release("slurm 23.11.0-0rc1\n")).toEqual({ kind: "seen", release: "23.11.0-0rc1" });
    expect(release("bash 5\n").kind).toBe("could not ask");
    expect(release("slurm 24.05.3\n", 127).kind).toBe("could not ask");
  });
});

describe.skipIf(process.platform === "win32")("the batch script", () => {
  /** Runs it as a node would, with a worker that says what it was given. */
  function run(
    arrange: (folder: string) => void,
    words?: (folder: string) => string[],
    index: string | undefined = "7",
  ) {
    const folder = mkdtempSync(join(tmpdir(), "diag it's-"));
    try {
      mkdirSync(join(folder, "worker"));
      writeFileSync(join(folder, "worker", "node"), `${process.execPath}\n`);
      writeFileSync(join(folder, "worker", "program"), `${join(folder, "says.cjs")}\n`);
      writeFileSync(
        join(folder, "says.cjs"),
        "console.log(JSON.stringify([process.pid, process.cwd(), ...process.argv.slice(2)])); process.exit(5);",
      );
      writeFileSync(join(folder, "script"), batchScript);
      arrange(folder);
      const { SLURM_ARRAY_TASK_ID: _, ...environment } = process.env;
      const child = spawnSync("sh", [join(folder, "script"), ...(words?.(folder) ?? [folder, "token-1"])], {
        encoding: "utf8",
        env: {
          ...environment,
          ...(index === undefined ? {} : { SLURM_ARRAY_TASK_ID: index }),
          SLURMD_NODENAME: "node9",
        },
      });
      return { ...child, folder };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test("becomes the worker, in the run's folder, with the folder, the token and the index", () => {
    const { status, stdout, pid, folder } = run(() => undefined);
    // The same process: what asks the script to end asks the worker.
    expect(JSON.parse(stdout)).toEqual([pid, folder, folder, "token-1", "7"]);
    expect(status).toBe(5);
  });

  test.each<[string, number, Parameters<typeof run>]>([
    ["usage", scriptExits.usage, [() => undefined, () => []]],
    ["no task of an array", scriptExits.usage, [() => undefined, undefined, ""]],
    ["no task of an array", scriptExits.usage, [() => undefined, undefined, "4294967294x"]],
    [
      "the run's folder is not there on node9",
      scriptExits.folder,
      [() => undefined, (folder) => [`${folder}/gone`, "t"]],
    ],
    ["worker/node cannot be read", scriptExits.folder, [(folder) => rmSync(join(folder, "worker", "node"))]],
    [
      "worker/program cannot be read",
      scriptExits.folder,
      [(folder) => rmSync(join(folder, "worker", "program"))],
    ],
    ["the program is not there on node9", scriptExits.folder, [(folder) => rmSync(join(folder, "says.cjs"))]],
    [
      "there is no Node on node9",
      scriptExits.node,
      [(folder) => writeFileSync(join(folder, "worker", "node"), "/gone\n")],
    ],
  ])("says what is wrong: %s", (line, code, words) => {
    const { status, stdout, stderr } = run(...words);
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split("\n").at(-1)).toContain(line);
    expect(stdout).toBe("");
    expect(status).toBe(code);
  });

  test("is one that Slurm takes: it begins with its interpreter, has no carriage return and nothing of a run in it", () => {
    expect(batchScript.startsWith("#!/bin/sh\n")).toBe(true);
    expect(batchScript).not.toMatch(/[\r\0]|#SBATCH/);
  });
});
