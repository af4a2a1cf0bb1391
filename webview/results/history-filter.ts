import type { RunRecord, RunSummary } from "../../src/runs/index.js";
import { timeWords } from "./numbers.js";
import { type Standing, standingOf } from "./standing.js";

/** What the list of runs is filtered by; absent where all are shown. */
export interface HistoryFilter {
  readonly filter?: string | undefined;
  readonly standing?: string | undefined;
}

/** A run of the list with how it stands. */
export interface ListedRun {
  readonly run: RunSummary;
  readonly standing: Standing;
}

/** The runs of one block, the newest first. */
export interface RunGroup {
  readonly key: string;
  readonly title: string;
  readonly file: string;
  readonly uri: string;
  readonly runs: readonly ListedRun[];
}

/** @param records what is known of runs in full, which may be newer than the list. */
export function listedRuns(
  runs: readonly RunSummary[],
  records: ReadonlyMap<string, RunRecord>,
): ListedRun[] {
  return runs.map((run) => ({ run, standing: standingOf(records.get(run.id) ?? run) }));
}

/** Those that have every word of the text in what the list says of them, and stand as is asked for. */
export function filteredRuns(
  runs: readonly ListedRun[],
  { filter = "", standing }: HistoryFilter,
): ListedRun[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return runs.filter((one) => {
    const said = wordsOf(one).toLowerCase();
    return (
      (standing === undefined || one.standing === standing) && words.every((word) => said.includes(word))
    );
  });
}

function wordsOf({ run, standing }: ListedRun): string {
  const { title, file, started, backend = "" } = run;
  return [title, file, standing, timeWords(started), backend, ...marksOf(run)].join(" ");
}

/** What else the list says of a run. */
export function marksOf({ changed, resumable }: RunSummary): string[] {
  return [...(changed ? ["changed since"] : []), ...(resumable ? ["can be resumed"] : [])];
}

/** Runs by the block that they are of; the block that was run last is first. */
export function groupedRuns(runs: readonly ListedRun[]): RunGroup[] {
  const groups = new Map<string, ListedRun[]>();
  for (const one of runs) {
    const key = `${one.run.uri} ${one.run.title}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, own]) => {
    const { title, file, uri } = own[0]!.run;
    return { key, title, file, uri, runs: own };
  });
}

/** How runs stand of which there are some, in the order of the list. */
export function standingsOf(runs: readonly ListedRun[]): Standing[] {
  return [...new Set(runs.map(({ standing }) => standing))];
}
