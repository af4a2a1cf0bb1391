import { describe, expect, test } from "vitest";
import { Phases } from "../../../src/cli/phases.js";

/** What is said while a clock goes on, each line with its second. */
function spoken(
  isWatched: boolean,
  script: (phases: Phases, at: (seconds: number) => void) => void,
): string[] {
  let now = 7_000;
  let looked = now;
  const said: string[] = [];
  const say = (line: string) => said.push(`${(now - 7_000) / 1000}: ${line}`);
  const phases = new Phases({ isWatched, note: say, progress: say }, () => now);
  const at = (seconds: number) => {
    // As often as its own timer looks.
    for (; looked + 200 < 7_000 + seconds * 1000; phases.look()) {
      looked += 200;
      now = looked;
    }
    now = 7_000 + seconds * 1000;
  };
  script(phases, at);
  return said;
}

describe("what is being done", () => {
  test("is not said in the first two seconds, and once for each phase that lasts as long", () => {
    const said = spoken(false, (phases, at) => {
      phases.begin("reading a.diag");
      at(1);
      phases.begin("predicting v");
      at(9);
      phases.begin("soon over");
      at(10);
      phases.begin("simulating v");
      phases.progress("10%");
      at(13);
      phases.begin("");
      at(20);
    });
    expect(said.map((line) => line.replace("10: 10%", ""))).toEqual([
      "2: predicting v …",
      "",
      "12: simulating v …",
    ]);
  });

  test("is said at two seconds though it has just begun, since nothing was said before", () => {
    const said = spoken(false, (phases, at) => {
      for (let tenth = 0; tenth <= 23; tenth++) {
        at(tenth / 10);
        phases.begin(`part ${tenth}`);
      }
      at(2.6);
    });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^2(\.[0-3])?: part (19|2\d) …$/);
  });

  test("is shown to a person with how long it takes, until there is more to show", () => {
    const said = spoken(true, (phases, at) => {
      phases.begin("predicting v");
      at(3.5);
      phases.begin("simulating v");
      phases.progress("10% of 9 trials");
      at(8);
      phases.begin("predicting w");
      at(8.5);
    });
    expect(said).toEqual([
      "2: predicting v … 2 s",
      "3: predicting v … 3 s",
      "3.5: simulating v …",
      "3.5: 10% of 9 trials",
      "8: predicting w …",
    ]);
  });
});
