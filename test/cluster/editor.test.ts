/** The editor's runner on a real Slurm: a run that is sent, whose watcher is killed, and that another one sees to its end. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { RunnerProcess } from "../../src/extension/runs/runner-process.js";
import { type RunnerEvent, type RunParameters, runnerEvent } from "../../src/runner/index.js";
import { type RunPoint, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";
import { gauss } from "./sent-runs.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";
const module = join(import.meta.dirname, "../../dist/runner.js");

describe.skipIf(isMissing)("the editor on a cluster", () => {
  let slurm: Slurm;
  let own: string;
  let events: RunnerEvent[];
  const processes: RunnerProcess[] = [];

  beforeAll(async () => {
    slurm = await startSlurm({ minJobAge: 10 });
    own = await mkdtemp(join(tmpdir(), "diag-editor-"));
    await mkdir(join(slurm.shared, "runs"), { recursive: true });
    for (const [name, value] of Object.entries({ ...slurm.environment, XDG_STATE_HOME: own })) {
      vi.stubEnv(name, value);
    }
  });
  beforeEach(() => {
    events = [];
  });
  afterAll(async () => {
    for (const one of processes) {
      one.dispose();
    }
    vi.unstubAllEnvs();
    await slurm?.stop();
    await rm(own, { recursive: true, force: true });
  });

  function runner(): RunnerProcess {
    const one = new RunnerProcess(
      () => ({ module, memory: 1024 }),
      (connection) => connection.onNotification(runnerEvent, (event: RunnerEvent) => void events.push(event)),
      () => undefined,
    );
    processes.push(one);
    return one;
  }

  const source = { uri: "file:///w/gauss.diag", path: "/w/gauss.diag", text: gauss };
  const parametersOf = (id: string, trials: number): RunParameters => ({
    ...{ id, kind: "verification", source, trials, seed: 5, backend: "cpu" },
    target: { kind: "verify", name: "gauss_excess" },
  });
  const recordOf = (id: string): RunRecord =>
    events
      .filter((one) => one.id === id)
      .map(({ event }) => event)
      .reduce(withEvent, startedRecord({} as RunRecord));
  const withoutSpeed = ({ stepsPerSecond: _, ...point }: RunPoint) => point;
  const send = async (process: RunnerProcess, id: string, trials: number) => {
    const cluster = {
      directory: join(slurm.shared, "runs"),
      node: globalThis.process.execPath,
      options: { processors: 1 },
    };
    const { folder } = await process.ask("send", { ...parametersOf(id, trials), cluster });
    return { id, folder: folder! };
  };

  test("gets what this machine makes of it, though whoever watches is killed", async () => {
    const local = runner();
    await local.ask("run", parametersOf("local", 200_000));
    const run = await send(local, "sent", 200_000);
    const first = runner();
    const watching = first.ask("watch", run).catch((error: Error) => error.message);
    await until("it is submitted", () =>
      recordOf("sent").cluster!.told.some((line) => line.startsWith("submitted")),
    );
    first.kill();
    expect(await watching).toMatch(/process/);
    await runner().ask("watch", run);
    const record = recordOf("sent");
    expect(record).toMatchObject({ state: "done", engine: { device: "Slurm" } });
    expect(record.points.map(withoutSpeed)).toEqual(recordOf("local").points.map(withoutSpeed));
    expect(record.cluster!.told.filter((line) => line.startsWith("submitted"))).toHaveLength(1);
  });

  test("cancels a run there, and says what became of it", async () => {
    const process = runner();
    const run = await send(process, "long", 5_000_000_000);
    const watching = process.ask("watch", run).catch((error: Error) => error.message);
    await until("it runs", () => (recordOf("long").cluster!.progress?.running ?? 0) > 0, 180);
    const { line } = await process.ask("cancelWatched", run);
    expect(await watching).toBeNull();
    expect(line).toMatch(/^cancelled; no task of it lives/);
    expect(recordOf("long")).toMatchObject({ state: "cancelled", message: line });
  });
});
