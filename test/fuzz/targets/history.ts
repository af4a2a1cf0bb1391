import { createHash } from "node:crypto";
import { readKeptRun, writeKeptRun } from "../../../src/extension/runs/kept-run.js";
import { startedRecord, withEvent } from "../../../src/runs/index.js";
import { header, point } from "../../unit/extension/run-samples.js";
import { mutatedText, mutatedValue } from "../mutations.js";
import { check, checkLine, target } from "../target.js";

// Files of earlier runs: as they were written, or changed by somebody who makes the digest anew.

const terms = [
  {
    eta: 0.1,
    observable: "test_loss",
    terms: [{ diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1, value: null }],
  },
];
const curves = [{ observable: "test_loss", etas: [0.1], orders: [[1]], truncation: [null] }];
const started = startedRecord(header({ id: "1", started: 1 }));
const record = {
  ...started,
  state: "done" as const,
  finished: 5,
  points: [point(), point({ eta: 0.2 })],
  terms,
  curves,
};
const order = {
  kind: "verification" as const,
  source: { uri: "file:///w/a.diag", path: "/w/a.diag" },
  target: { kind: "diagrams" as const, names: ["skew"], verify: "once" },
  trials: 7,
};

export default target<string>({
  outcomes: ["read", "refused"],
  make(random) {
    if (random.chance(0.1)) {
      return writeKeptRun({ record, order });
    }
    if (random.chance(0.3)) {
      return mutatedText(random, writeKeptRun({ record, order }));
    }
    const changed = mutatedValue(random, { format: 1, record, order }) as Record<string, unknown>;
    const text = JSON.stringify(changed) ?? "null";
    const digest = createHash("sha256").update(text).digest("hex");
    return random.chance(0.5) && text.endsWith("}") && text.length > 2
      ? `${text.slice(0, -1)},"digest":"${digest}"}`
      : text;
  },
  attempt(text) {
    let line: string | undefined;
    const kept = readKeptRun(text, (why) => {
      line = why;
    });
    if (kept === undefined) {
      check(line !== undefined, "a file was refused without a word");
      checkLine(line);
      return "refused";
    }
    // What is done with a run that is believed.
    JSON.stringify(writeKeptRun(kept));
    withEvent(kept.record, { type: "ended", state: "cancelled", finished: 6 } as never);
    return "read";
  },
  show: (text) => text,
});
