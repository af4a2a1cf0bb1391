import { auto, backendsOf } from "./backends.js";
import type {
  Curves,
  Measurement,
  PointTerms,
  RunEngine,
  RunHeader,
  RunPoint,
  RunProgress,
  RunRecord,
  RunState,
  Verdict,
} from "./model.js";

/** What happens in a run, in this order; `progress`, `kept` and `point` many times. */
export type RunEvent =
  | { readonly type: "started"; readonly header: RunHeader }
  | {
      readonly type: "predicted";
      readonly curves: readonly Curves[];
      readonly terms: readonly PointTerms[];
      readonly notes?: readonly string[];
    }
  /** What simulates from now on. */
  | ({ readonly type: "engine"; readonly backend: string } & RunEngine)
  | {
      readonly type: "progress";
      readonly progress: RunProgress;
      /** Of the learning rate under way; replaces what was told before. */
      readonly partial: readonly Measurement[];
    }
  /** What is measured of the learning rate under way by trials that a checkpoint has by now. */
  | { readonly type: "kept"; readonly kept: readonly Measurement[] }
  | { readonly type: "point"; readonly point: RunPoint }
  | {
      readonly type: "ended";
      readonly state: Exclude<RunState, "running">;
      readonly message?: string;
      /** Milliseconds since 1970. */
      readonly finished: number;
    };

/** The record of a run that has just started. */
export function startedRecord(header: RunHeader): RunRecord {
  return { ...header, state: "running", points: [], partial: [], terms: [], curves: [] };
}

/** The record after an event. A point at a learning rate and observable replaces an earlier one there. */
export function withEvent(record: RunRecord, event: RunEvent): RunRecord {
  switch (event.type) {
    case "started":
      return startedRecord(event.header);
    case "predicted":
      return {
        ...record,
        curves: event.curves,
        terms: event.terms,
        ...(event.notes === undefined ? {} : { notes: event.notes }),
      };
    case "engine": {
      const { type: _, backend, ...engine } = event;
      // What was lost before it had simulated anything simulates nothing of the run.
      const lost = event.fallback && record.engine !== undefined ? [record.backend] : [];
      const before = record.points.flatMap(({ backend: own }) => own ?? []);
      return { ...record, backend: backendsOf(...before, ...lost, backend), engine };
    }
    case "progress":
      return { ...record, progress: event.progress, partial: event.partial };
    case "kept":
      return { ...record, kept: event.kept };
    case "point": {
      const { point } = event;
      const isOther = ({ eta, observable }: Measurement) =>
        eta !== point.eta || observable !== point.observable;
      // Trials of an earlier run, which this one goes on with, may be of another engine.
      const known = record.backend === auto.name && point.backend !== undefined ? "" : record.backend;
      return {
        ...record,
        backend: backendsOf(known, point.backend ?? ""),
        points: inOrder(record, [...record.points.filter(isOther), point]),
        partial: record.partial.filter(isOther),
      };
    }
    case "ended": {
      const { message: _, ...rest } = withoutUnkept(record);
      const { state, message, finished } = event;
      return { ...rest, state, finished, ...(message === undefined ? {} : { message }) };
    }
  }
}

/** A record under way as it is when nothing comes any more: what is measured so far is what is kept of it. */
export function withoutUnkept({ progress: _, kept = [], ...record }: RunRecord): RunRecord {
  const isSettled = ({ eta, observable }: Measurement) =>
    record.points.some((point) => point.eta === eta && point.observable === observable);
  return { ...record, partial: kept.filter((one) => !isSettled(one)) };
}

function inOrder({ etas, observables }: RunHeader, points: readonly RunPoint[]): RunPoint[] {
  const place = ({ eta, observable }: RunPoint) =>
    etas.indexOf(eta) * observables.length + observables.indexOf(observable);
  return [...points].sort((one, other) => place(one) - place(other));
}

/** The worst verdict of some points; `undefined` when there is none. */
export function worstVerdict(points: readonly { readonly verdict: Verdict }[]): Verdict | undefined {
  const order = ["disagrees", "inconclusive", "agrees"] as const;
  return order.find((verdict) => points.some((point) => point.verdict === verdict));
}
