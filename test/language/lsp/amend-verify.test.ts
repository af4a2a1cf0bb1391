import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { VerifyAmendment } from "../../../src/runs/index.js";
import { answerAmend } from "../../../src/server/verifies/amend.js";
import { Editor } from "./editor.js";

const bowl = "landscape bowl { weights t = 1 data x ~ normal(0, 1) loss (t - x)^2 / 2 }\n";
const block = (more: string) =>
  `verify v {\n  landscape bowl\n  sgd(N = 4, E = 1, B = 1)\n  ${more}\n  observe test_loss\n}\n`;

/** The block as an amendment makes it, or why it cannot. */
async function amended(more: string, amendment: VerifyAmendment, name = "v"): Promise<string> {
  const text = bowl + block(more);
  const { editor, main } = await Editor.of(text);
  const answer = await answerAmend(editor.diag, { uri: main.uri, verify: name, amendment });
  return "problem" in answer
    ? answer.problem
    : TextDocument.applyEdits(TextDocument.create(main.uri, "diag", 1, text), [...answer.edits]).slice(
        bowl.length,
      );
}

describe("a verify that is to say something else", () => {
  const trials = { kind: "trials", trials: 3_000_000 } as const;
  const eta = { kind: "eta", from: 0.1, to: 0.02 } as const;
  const order = { kind: "order", order: 3 } as const;

  test("has other trials, or says them", async () => {
    const said = "eta = 0.1 predict order 2 trials = /* few */ 10 * 100 seed = 1";
    expect(await amended(said, trials)).toBe(
      block("eta = 0.1 predict order 2 trials = /* few */ 3000000 seed = 1"),
    );
    expect(await amended("eta = 0.1 predict order 2", trials)).toBe(
      block("eta = 0.1 predict order 2").replace("test_loss\n", "test_loss\n  trials = 3000000\n"),
    );
  });

  test("has another learning rate in the place of one, however it is written", async () => {
    expect(await amended("eta = 0.05, /* large */ 1/10, 0.2 predict order 2", eta)).toBe(
      block("eta = 0.05, /* large */ 0.02, 0.2 predict order 2"),
    );
    expect(await amended("eta = 0.2 predict order 2", eta)).toBe("verify v has no eta = 0.1 any more");
    expect(await amended("eta = 0.02, 0.1 predict order 2", eta)).toBe(
      "verify v has eta = 0.02 already; take eta = 0.1 away",
    );
  });

  test("predicts another order, of the same kind", async () => {
    expect(await amended("eta = 0.1 predict order 2 seed = 2", order)).toBe(
      block("eta = 0.1 predict order 3 seed = 2"),
    );
    expect(await amended("eta = 0.1 predict series 1", order)).toBe(block("eta = 0.1 predict series 3"));
    expect(await amended("eta = 0.1 predict skew", order)).toContain("predicts by names");
  });

  test("must be there and sound", async () => {
    expect(await amended("eta = 0.1 predict order 2", trials, "w")).toBe(
      "there is no verify w in this file any more",
    );
    expect(await amended("eta = predict order 2", trials)).toContain("syntax of verify v is broken");
  });
});
