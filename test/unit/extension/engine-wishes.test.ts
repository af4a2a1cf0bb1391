import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { engineSettings } from "../../../src/extension/engines/engine-wishes.js";
import * as fake from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const values: { globalValue?: unknown; workspaceValue?: unknown; workspaceFolderValue?: unknown } = {};
const { getConfiguration } = fake.workspace;

type Storage = Parameters<typeof engineSettings>[0];
const storage = { fsPath: "/storage" } as Storage;

beforeEach(() => {
  for (const name of Object.keys(values)) {
    delete values[name as keyof typeof values];
  }
  Object.assign(fake.workspace, {
    workspaceFolders: [{ uri: { scheme: "file", fsPath: "/w" } }],
    getConfiguration: () => ({ inspect: () => values, get: () => Object.values(values).at(-1) }),
  });
});

afterEach(() => {
  Object.assign(fake.workspace, { workspaceFolders: undefined, getConfiguration });
});

test("packages of a workspace's folders are not loaded, trusted or not", () => {
  expect(engineSettings(storage).folders).toEqual([]);
});

test("packages of folders that the user has named are, and no workspace names any", () => {
  values.globalValue = ["/mine", "relative", "./node_modules", 7, null];
  values.workspaceValue = ["/w"];
  values.workspaceFolderValue = ["/w/below"];
  expect(engineSettings(storage).folders).toEqual(["/mine"]);
  values.globalValue = "/w";
  expect(engineSettings(storage).folders).toEqual([]);
});

test("the compiler is one that the user has named, and nothing is compiled for what is on no disk", () => {
  values.workspaceValue = "/w/cc";
  expect(engineSettings(storage)).not.toHaveProperty("compiler");
  values.globalValue = "./cc";
  expect(engineSettings(storage)).not.toHaveProperty("compiler");
  values.globalValue = "/usr/bin/cc";
  expect(engineSettings(storage).compiler).toBe("/usr/bin/cc");
  expect(engineSettings(storage)).not.toHaveProperty("isVirtual");
  Object.assign(fake.workspace, { workspaceFolders: [{ uri: { scheme: "vscode-vfs", fsPath: "/w" } }] });
  expect(engineSettings(storage).isVirtual).toBe(true);
});

test("nothing is compiled in a workspace that is not trusted", () => {
  const { isTrusted } = fake.workspace;
  try {
    for (const trusted of [true, false]) {
      Object.assign(fake.workspace, { isTrusted: trusted });
      expect(engineSettings(storage).isUntrusted ?? false).toBe(!trusted);
    }
  } finally {
    Object.assign(fake.workspace, { isTrusted });
  }
});

test("the setting is one of the machine, which workspaces cannot set", () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"));
  const sections = [manifest.contributes.configuration].flat() as {
    properties: Record<string, { scope?: string }>;
  }[];
  for (const name of ["diag.engine.runtimeFolders", "diag.engine.compiler"]) {
    const setting = sections.map(({ properties }) => properties[name]).find(Boolean);
    expect(setting?.scope).toBe("machine");
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(name);
  }
});
