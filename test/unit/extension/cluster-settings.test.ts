import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clusterSettings, isClusterOffered } from "../../../src/extension/cluster-settings.js";
import * as fake from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const setAll = (values: Readonly<Record<string, unknown>>) => {
  for (const [name, value] of Object.entries(values)) {
    fake.settings.set(`cluster.${name}`, value);
  }
};

beforeEach(() => {
  fake.settings.clear();
  setAll({ enabled: true, node: "/opt/node", directory: "/shared/runs" });
});

afterEach(() => {
  fake.settings.clear();
  fake.workspace.isTrusted = true;
  Object.assign(fake.workspace, { workspaceFolders: undefined });
  vi.unstubAllEnvs();
});

test("a cluster is offered where that is chosen, in a trusted workspace on this machine's disk", () => {
  expect(isClusterOffered()).toBe(true);
  fake.workspace.isTrusted = false;
  expect(isClusterOffered()).toBe(false);
  fake.workspace.isTrusted = true;
  Object.assign(fake.workspace, { workspaceFolders: [{ uri: { scheme: "vscode-vfs" } }] });
  expect(isClusterOffered()).toBe(false);
  Object.assign(fake.workspace, { workspaceFolders: [{ uri: { scheme: "file" } }] });
  for (const value of [false, "true", 1, undefined]) {
    setAll({ enabled: value });
    expect(isClusterOffered()).toBe(false);
    expect(clusterSettings()).toMatch(/turn diag.cluster.enabled on/);
  }
});

test("in a browser no cluster is offered, and the desktop is named, not a program that is missing", () => {
  for (const settings of [{ enabled: true }, { enabled: false }, { node: "", enabled: true }]) {
    setAll(settings);
    vi.stubGlobal("process", { ...process, arch: "wasm", env: {} });
    expect(isClusterOffered()).toBe(false);
    expect(clusterSettings()).toBe(
      "runs on a cluster need the desktop editor: an editor in a browser starts no programs",
    );
    vi.unstubAllGlobals();
  }
});

test("what a task is asked for is what the settings say, and nothing that they do not", () => {
  expect(clusterSettings()).toEqual({
    directory: "/shared/runs",
    node: "/opt/node",
    options: { processors: 1 },
  });
  setAll({ partition: " long,short ", time: "1:30:00", gres: "gpu:1", account: "me", processors: 4 });
  expect(clusterSettings()).toMatchObject({
    options: { partition: "long,short", time: "1:30:00", gres: "gpu:1", account: "me", processors: 4 },
  });
});

test.each([
  [{ partition: "a b" }, "diag.cluster.partition takes names, with commas between them: a b"],
  [{ time: "soon" }, /^diag.cluster.time takes minutes/],
  [{ gres: "$(x)" }, /^diag.cluster.gres takes names/],
  [{ account: "-x" }, /^diag.cluster.account takes the name/],
  [{ node: "node" }, "diag.cluster.node takes a full path, not node"],
  [{ directory: "runs" }, "diag.cluster.directory takes a full path, not runs"],
])("what cannot be is refused by the setting's name: %j", (values, line) => {
  setAll(values);
  const said = clusterSettings();
  expect(said).toBeTypeOf("string");
  expect(said).toMatch(line);
});

test("where nothing is named, Node is that of the PATH and the directory the command's", () => {
  setAll({ node: "", directory: 7 });
  vi.stubEnv("PATH", "relative:/nowhere");
  expect(clusterSettings()).toMatch(/^there is no node on the PATH/);
  vi.stubEnv("PATH", process.execPath.slice(0, process.execPath.lastIndexOf("/")));
  vi.stubEnv("DIAG_CLUSTER_DIRECTORY", "/shared/of the command");
  expect(clusterSettings()).toMatchObject({ node: process.execPath, directory: "/shared/of the command" });
});
