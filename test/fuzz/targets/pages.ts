import {
  type DeviceMethod,
  parseFromGpuPage,
  parseGpuAnswer,
  parseToGpuPage,
} from "../../../src/device/index.js";
import {
  parseFromPage,
  parsePageRequest,
  parsePageState,
  parsePosition,
} from "../../../src/preview/index.js";
import {
  isRecord,
  parseFromResultsPage,
  parseResultsPageState,
  parseToResultsPage,
  startedRecord,
  withEvent,
} from "../../../src/runs/index.js";
import { readDrawings, readMessage, readState } from "../../../webview/preview/incoming.js";
import { header, point } from "../../unit/extension/run-samples.js";
import { mutatedValue } from "../mutations.js";
import { check, target } from "../target.js";

// What pages and the editor say to each other, both ways: a message of its kind, or none. Nothing throws, and what is taken has
// the fields of its kind, of their types.

const record = { ...startedRecord(header()), points: [point()] };

const samples: readonly (readonly [what: keyof typeof readers, value: unknown])[] = [
  ...[
    { type: "ready" },
    { type: "focused" },
    { type: "shows", id: "skew" },
    { type: "select", id: "skew", element: { kind: "node", index: 0 }, focus: true },
    ...[
      { method: "draw", ids: ["a", "b"] },
      { method: "hover", position: { line: 1, character: 2 } },
      {
        method: "embeddings",
        question: {
          id: "a",
          spacetime: "gd(N = 1, T = 2)",
          landscape: "bowl",
          eta: 0.5,
          first: "0",
          count: 3,
        },
      },
      { method: "edit", version: 3, id: "a", edit: { kind: "reattach", node: 0, parent: 1 } },
      { method: "edit", version: 3, id: "a", edit: { kind: "group", nodes: [0, 2] } },
      { method: "insert", version: 0, shortForm: "(012-3)(03-13-23)" },
      { method: "export", id: "a", format: "tikz" },
      { method: "save", suggestedName: "skew", format: "png", content: "iVBORw==" },
    ].map((request) => ({ type: "request", number: 7, request })),
  ].map((value) => ["fromPreview", value] as const),
  ["request", { method: "copy", text: "a" }],
  [
    "pageState",
    {
      uri: "file:///a.diag",
      id: "a",
      search: "",
      scroll: 3,
      cameras: { a: { x: 1, y: 2, scale: 1 } },
      selected: { id: "a", element: { kind: "node", index: 1 } },
    },
  ],
  ["position", { line: 1, character: 2 }],
  [
    "toPreview",
    {
      type: "file",
      title: "a",
      file: {
        ...{ uri: "file:///a.diag", version: 1, landscapes: ["l"], spacetimes: ["sgd"] },
        diagrams: [
          {
            name: "d",
            id: "d",
            key: "k",
            facts: "",
            nodes: [{ name: "a" }],
            edges: [{ child: 0, parent: 1 }],
            parts: [{ nodes: [0] }],
            marks: [{ message: "m", elements: [{ kind: "node", index: 0 }] }],
          },
        ],
      },
    },
  ],
  ["toPreview", { type: "cursor", id: "a", element: { kind: "edge", index: 1 } }],
  [
    "drawings",
    {
      drawings: [{ id: "a", key: "k", drawing: { width: 1, height: 2, nodes: [], edges: [], outlines: [] } }],
    },
  ],
  ["toResults", { type: "record", record }],
  ["toResults", { type: "event", id: "1", event: { type: "point", point: point() } }],
  ["toResults", { type: "notice", message: "m", failed: true }],
  ["record", record],
  ["fromResults", { type: "amend", id: "1", amendment: { kind: "eta", from: 0.1, to: 0.2 } }],
  ["fromResults", { type: "amend", id: "1", amendment: { kind: "trials", trials: 5 } }],
  ["fromResults", { type: "reveal", id: "1", diagram: { shortForm: "(0)()", name: "d" }, where: "text" }],
  ["fromResults", { type: "save", suggestedName: "a", format: "png", content: "iVBORw==" }],
  ["fromResults", { type: "openLog", id: "1", array: 3, index: 4 }],
  [
    "resultsState",
    { id: "1", compare: "2", observable: "test_loss", eta: 0.1, logarithmic: true, scroll: 3 },
  ],
  [
    "toGpu",
    { type: "ask", id: 1, question: { name: "run", parameters: { first: 0, trials: 64, values: true } } },
  ],
  ["toGpu", { type: "ask", id: 1, question: { name: "open", parameters: { visits: 4 } } }],
  ["fromGpu", { type: "refusal", id: 3, message: "no", lost: false }],
  ["fromGpu", { type: "answer", id: 3, answer: { name: "gpu", software: false, facts: [["a", "b"]] } }],
  ["device", { name: "gpu", software: false, facts: [["a", "b"]] }],
  [
    "done",
    {
      trials: 2,
      count: 2,
      sums: [{ sum: "-1f", squares: "2", overflowed: 1 }],
      unsettled: { trials: [0], weights: [[1]], values: [[2]] },
      values: [[1, null]],
      seconds: 1,
    },
  ],
];

const answer = (name: DeviceMethod) => (value: unknown) => parseGpuAnswer(name, value);
/** Absent for what is not taken. */
const readers = {
  fromPreview: parseFromPage,
  request: parsePageRequest,
  pageState: parsePageState,
  position: parsePosition,
  toPreview: readMessage,
  drawings: (value: unknown) => {
    const read = readDrawings(value);
    return read.length === 0 ? undefined : read;
  },
  toResults: (value: unknown) => {
    const read = parseToResultsPage(value);
    return read?.type === "event" ? withEvent(record, read.event) : read;
  },
  record: (value: unknown) => (isRecord(value) ? value : undefined),
  fromResults: parseFromResultsPage,
  resultsState: (value: unknown) => {
    const read = parseResultsPageState(value);
    return Object.keys(read).length === 0 ? undefined : read;
  },
  toGpu: parseToGpuPage,
  fromGpu: parseFromGpuPage,
  device: answer("open"),
  done: answer("run"),
} satisfies Record<string, (value: unknown) => unknown>;

const names = Object.keys(readers) as (keyof typeof readers)[];

export default target<{ readonly what: keyof typeof readers; readonly value: unknown }>({
  outcomes: ["taken", "not taken"],
  make(random) {
    const [what, value] = random.of(samples);
    return {
      // Another kind's reader now and then.
      what: random.chance(0.9) ? what : random.of(names),
      value: random.chance(0.05) ? value : mutatedValue(random, value),
    };
  },
  attempt({ what, value }) {
    const read: unknown = readers[what](value);
    readState(value, "file:///a.diag");
    if (read === undefined) {
      return "not taken";
    }
    check(typeof read === "object" && read !== null, `${what} is taken for something that has no fields`);
    return "taken";
  },
  show: ({ what, value }) => `${what} ${(JSON.stringify(value) ?? "undefined").slice(0, 1000)}`,
});
