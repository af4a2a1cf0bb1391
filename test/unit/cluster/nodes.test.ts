import { describe, expect, test } from "vitest";
import { nodesInService, readNodes } from "../../../src/cluster/index.js";

const said = (stdout: string, status: number | null = 0, stderr = "") =>
  readNodes({ status, stdout, stderr });

describe("nodes", () => {
  test("are counted once, by partition, with those in service", () => {
    const answer = said(
      "node1|main|idle\nnode1|gpu|idle\nnode2|main|down*\nnode3|main|drained\nnode4|gpu|mixed-\nnode5|gpu|idle*\nnode6|main|draining\nnode7|main|allocated\nnode8|cloud|idle~\nnode9|cloud|mixed#\nnode10|cloud|idle%\n",
    );
    if (answer.kind !== "seen") {
      throw new Error(answer.why);
    }
    expect(answer.nodes.get("node1")).toEqual({ partitions: ["main", "gpu"], state: "idle" });
    expect(nodesInService(answer)).toEqual({ all: 10, inService: 5 });
    expect(nodesInService(answer, "cloud")).toEqual({ all: 3, inService: 2 });
    expect(nodesInService(answer, "main")).toEqual({ all: 5, inService: 2 });
    expect(nodesInService(answer, "gpu")).toEqual({ all: 3, inService: 2 });
    expect(nodesInService(answer, "gpu,main")).toEqual({ all: 7, inService: 3 });
    expect(nodesInService(answer, "none")).toEqual({ all: 0, inService: 0 });
  });

  test("could not be asked for", () => {
    const down = "slurm_load_partitions: Unable to contact slurm controller (connect failure)\n";
    expect(said("", 1, down)).toEqual({
      kind: "could not ask",
      why: "sinfo: Unable to contact slurm controller (connect failure)",
    });
    expect(said("", null).kind).toBe("could not ask");
    expect(said("PARTITION AVAIL TIMELIMIT\n").kind).toBe("could not ask");
  });
});
