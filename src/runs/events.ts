import * as v from "valibot";
import { maybe, number, type Shape, textUpTo } from "../shape/index.js";
import { auto, backendsOf } from "./backends.js";
import { clusterStateSchema, withLine, withState } from "./cluster.js";
import {
  curvesSchema,
  endStateSchema,
  engineFields,
  estimatingSchema,
  headerSchema,
  type Measurement,
  measurementSchema,
  pointSchema,
  progressSchema,
  type RunHeader,
  type RunPoint,
  type RunRecord,
  termsSchema,
  type Verdict,
} from "./model.js";

export const eventSchema = v.variant("type", [
  v.object({ type: v.literal("started"), header: headerSchema }),
  /** Predictions are estimated, which may take long. */
  v.object({ type: v.literal("estimating"), estimating: estimatingSchema }),
  v.object({
    type: v.literal("predicted"),
    curves: v.array(curvesSchema),
    terms: v.array(termsSchema),
    notes: maybe(v.array(v.string())),
  }),
  /** What simulates from now on. */
  v.object({ type: v.literal("engine"), backend: v.string(), ...engineFields }),
  v.object({
    type: v.literal("progress"),
    progress: progressSchema,
    /** Of the learning rate under way; replaces what was told before. */
    partial: v.array(measurementSchema),
  }),
  /** What is measured of the learning rate under way by trials that a checkpoint has by now. */
  v.object({ type: v.literal("kept"), kept: v.array(measurementSchema) }),
  v.object({ type: v.literal("point"), point: pointSchema }),
  /** How its part on a cluster stands; it is done there from the first of these on. */
  v.object({ type: v.literal("cluster"), cluster: clusterStateSchema }),
  /** Something happened there: a line for people. */
  v.object({ type: v.literal("told"), line: textUpTo(4000) }),
  v.object({
    type: v.literal("ended"),
    state: endStateSchema,
    message: maybe(v.string()),
    /** Milliseconds since 1970. */
    finished: number,
  }),
]);
/** What happens in a run, in this order; `estimating`, `progress`, `kept`, `point`, `cluster` and `told` many times. */
export type RunEvent = Shape<typeof eventSchema>;

/** The record of a run that has just started. */
export function startedRecord(header: RunHeader): RunRecord {
  return { ...header, state: "running", points: [], partial: [], terms: [], curves: [] };
}

/** The record after an event. A point at a learning rate and observable replaces an earlier one there. */
export function withEvent(record: RunRecord, event: RunEvent): RunRecord {
  switch (event.type) {
    case "started":
      return startedRecord(event.header);
    case "estimating":
      return { ...record, estimating: event.estimating };
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
    case "cluster":
      return { ...record, cluster: withState(record.cluster, event.cluster) };
    case "told":
      return record.cluster === undefined
        ? record
        : { ...record, cluster: withLine(record.cluster, event.line) };
    case "ended": {
      const { message: _, ...rest } = withoutUnkept(record);
      const { state, message, finished } = event;
      return { ...rest, state, finished, ...(message === undefined ? {} : { message }) };
    }
  }
}

/** A record under way as it is when nothing comes any more: what is measured so far is what is kept of it. */
export function withoutUnkept({ progress: _, estimating: __, kept = [], ...record }: RunRecord): RunRecord {
  const isSettled = ({ eta, observable }: Measurement) =>
    record.points.some((point) => point.eta === eta && point.observable === observable);
  return { ...record, partial: kept.filter((one) => !isSettled(one)) };
}

function inOrder({ etas, observables }: RunHeader, points: readonly RunPoint[]): RunPoint[] {
  const place = ({ eta, observable }: RunPoint) =>
    etas.indexOf(eta) * observables.length + observables.indexOf(observable);
  return [...points].sort((one, other) => place(one) - place(other));
}

/** The worst verdict of some points; `undefined` when there is none, as where nothing was predicted. */
export function worstVerdict(points: readonly { readonly verdict: Verdict | null }[]): Verdict | undefined {
  const order = ["disagrees", "inconclusive", "agrees"] as const;
  return order.find((verdict) => points.some((point) => point.verdict === verdict));
}
