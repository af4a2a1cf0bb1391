import { afterAll, describe, expect, test } from "vitest";
import type { Submission, SubmissionRequest } from "../../../src/cluster/index.js";
import { claimSubmission, readSubmissions } from "../../../src/cluster-runs/index.js";
import { type Sent, submit } from "../../../src/cluster-runs/submit.js";
import { FakeScheduler } from "./fake-scheduler.js";
import { RunsDirectory } from "./made-up-run.js";

const directory = new RunsDirectory();
afterAll(() => directory.remove());

const points = [{ trials: 70, shards: 7 }];
const shards = [0, 1, 2, 3, 4, 5, 6];

/** Submits a run of tasks of two shards, two in an array. */
async function submitted(
  answers: readonly Submission[],
  meanwhile: (number: number, folder: Awaited<ReturnType<RunsDirectory["run"]>>["folder"]) => unknown = () =>
    0,
) {
  const { folder } = await directory.run(points, 2, { processors: 3, partition: "main", atOnce: 9 });
  const requests: SubmissionRequest[] = [];
  const cancelled: number[] = [];
  const scheduler = new FakeScheduler();
  scheduler.submit = async (request: SubmissionRequest) => {
    // The intent is there before the submission is.
    expect((await readSubmissions(folder)).at(-1)?.intent.token).toBe(request.token);
    requests.push(request);
    await meanwhile(requests.length, folder);
    return answers[requests.length - 1]! as never;
  };
  scheduler.onCancel = (array) => cancelled.push(array);
  const work = { folder, scheduler, limits: { maxArraySize: 2 }, exclude: ["node3"] };
  const sent: Sent[] = [];
  for await (const one of submit(work, shards, 0, (own) => own.length)) {
    sent.push(one);
  }
  return { folder, requests, sent, cancelled, submissions: await readSubmissions(folder) };
}

const taken = (array: number): Submission => ({ kind: "submitted", array, cluster: undefined });

describe("the submission of shards", () => {
  test("is an array for as many tasks as one may have, each with its map", async () => {
    const { folder, requests, sent, submissions } = await submitted([taken(8), taken(9)]);
    expect(sent.map(({ kind, number, tasks }) => [kind, number, tasks])).toEqual([
      ["submitted", 1, 2],
      ["submitted", 2, 2],
    ]);
    expect(submissions.map(({ intent, outcome }) => [intent.tasks, intent.before, outcome])).toEqual([
      [
        [
          [0, 1],
          [2, 3],
        ],
        [2, 2],
        { array: 8 },
      ],
      [[[4, 5], [6]], [2, 1], { array: 9 }],
    ]);
    expect(requests[1]).toEqual({
      ...{ token: `${folder.run.id}-2`, indices: [0, 1], maxArraySize: 2, folder: folder.path },
      ...{ script: folder.at("script"), processors: 3, partition: "main", atOnce: 9, exclude: ["node3"] },
    });
  });

  test("ends where it is refused, and says why, and which nodes were left out", async () => {
    const { sent, submissions } = await submitted([taken(8), { kind: "refused", why: "sbatch: no" }]);
    const why = "sbatch: no, without node3, where nothing has the run's arithmetic";
    expect(sent.at(-1)).toEqual({
      kind: "refused",
      number: 2,
      tasks: 2,
      why,
      isTooMany: false,
    });
    expect(submissions.at(-1)!.outcome).toEqual({ refused: why });
  });

  test("ends where its answer did not come, and writes nothing down of that", async () => {
    const { sent, submissions } = await submitted([{ kind: "unknown", why: "sbatch: late" }]);
    expect(sent.map(({ kind }) => kind)).toEqual(["unknown"]);
    expect(submissions.map(({ outcome }) => outcome)).toEqual([undefined]);
  });

  test("ends where somebody else has the next number", async () => {
    const { sent, requests } = await submitted([taken(8)], (_, folder) =>
      claimSubmission(folder, 2, { token: "other-2", tasks: [[6]], before: [0] }),
    );
    expect(sent.map(({ kind }) => kind)).toEqual(["submitted", "not ours"]);
    expect(requests).toHaveLength(1);
  });

  test("is taken back when the run was cancelled meanwhile", async () => {
    const { sent, cancelled } = await submitted([taken(8)], (_, folder) => folder.markCancelled());
    expect(sent.map(({ kind }) => kind)).toEqual(["not ours"]);
    expect(cancelled).toEqual([8]);
  });

  test("begins nothing when it is stopped", async () => {
    const { folder } = await directory.run(points);
    const work = { folder, scheduler: new FakeScheduler(), limits: { maxArraySize: 2 }, exclude: [] };
    const sent: Sent[] = [];
    for await (const one of submit(work, shards, 0, () => 0, AbortSignal.abort())) {
      sent.push(one);
    }
    expect([sent, await readSubmissions(folder)]).toEqual([[], []]);
  });
});
