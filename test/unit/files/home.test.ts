import { userInfo } from "node:os";
import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { checkpointFolder, clusterDirectory, directoryNotes } from "../../../src/cli/folders.js";
import { programFolder } from "../../../src/engines/native/kept-programs.js";
import { homeFolder } from "../../../src/files/index.js";

test("the user's folder is the one that is named, and the system's where that is none or relative", () => {
  expect(homeFolder({ HOME: "/home/alice", USERPROFILE: "/home/alice" })).toBe("/home/alice");
  for (const home of [undefined, "", ".", "here", "./here"]) {
    expect(homeFolder({ HOME: home, USERPROFILE: home })).toBe(userInfo().homedir);
  }
});

test("nothing of the folder that is open is taken for the user's", () => {
  const relative = Object.fromEntries(
    ["HOME", "USERPROFILE", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"].map((name) => [
      name,
      "here",
    ]),
  );
  for (const folder of [checkpointFolder, clusterDirectory, directoryNotes, programFolder]) {
    expect(folder(relative)).toSatisfy(isAbsolute);
    expect(folder(relative)).not.toContain("here");
  }
});
