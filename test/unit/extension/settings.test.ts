import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeEach, describe, expect, it as test, vi } from "vitest";
import { clusterSettings } from "../../../src/extension/cluster-settings.js";
import { engineSettings, wishedBackend } from "../../../src/extension/engines/engine-wishes.js";
import { countSetting } from "../../../src/extension/settings.js";
import { settings, workspace } from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly configuration: {
      readonly properties: Record<
        string,
        {
          readonly scope: string;
          readonly type: string;
          readonly enum?: string[];
          readonly default: unknown;
          readonly minimum?: number;
        }
      >;
    };
  };
}

const manifest = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as Manifest;
const { properties } = manifest.contributes.configuration;

describe("settings that a workspace brings along", () => {
  beforeEach(() => settings.clear());

  test("name no program, no path and no argument: each is a choice, a switch or a number", () => {
    // Of a setting of the machine no workspace has a value.
    for (const [name, { type, enum: choices, scope }] of Object.entries(properties)) {
      if (scope !== "machine") {
        expect([name, type === "boolean" || type === "integer" || (choices ?? []).length > 0]).toEqual([
          name,
          true,
        ]);
      }
    }
  });

  /** Of texts and lists, which may name programs, folders or words of a command. */
  const texts = Object.entries(properties).flatMap(([name, { type, enum: choices }]) =>
    type === "boolean" || type === "integer" || choices !== undefined ? [] : [name.replace(/^diag\./, "")],
  );

  test("are asked for by no code that takes a workspace's text or list", () => {
    const folder = new URL("../../../src/", import.meta.url);
    const read = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => {
        const text = readFileSync(new URL(path, folder), "utf8");
        // A name made of others is known by its end.
        return [
          ...text.matchAll(/getConfiguration\("diag"[^)]*\)\s*\.get(?:<[^>(]*>)?\(\s*["`]([^"`]+)["`]/g),
        ].map(([, name]) => name!.replace(/^.*\}/, ""));
      });
    expect(read.length).toBeGreaterThan(4);
    expect(texts).toContain("engine.compiler");
    expect(read.filter((name) => texts.some((one) => one.endsWith(name)))).toEqual([]);
  });

  test("reach no process and no command: whatever a workspace has for any text or list, none counts", () => {
    const strange = "/strange/program";
    const spy = vi.spyOn(workspace, "getConfiguration").mockImplementation((() => {
      const ofWorkspace = (name: string) =>
        properties[`diag.${name}`]!.type === "array" ? [strange] : texts.includes(name) ? strange : undefined;
      return {
        get: (name: string) => ofWorkspace(name) ?? (name === "cluster.enabled" ? true : undefined),
        inspect: (name: string) => ({
          workspaceValue: ofWorkspace(name),
          workspaceFolderValue: ofWorkspace(name),
        }),
      };
    }) as never);
    vi.stubEnv("PATH", dirname(process.execPath));
    try {
      const settings = [engineSettings({ fsPath: "/storage" } as never), clusterSettings(), wishedBackend()];
      // The cluster's are whole: none was refused.
      expect(settings[1]).toMatchObject({ options: { processors: 1 } });
      expect(JSON.stringify(settings)).not.toContain("strange");
    } finally {
      vi.unstubAllEnvs();
      spy.mockRestore();
    }
  });

  test("do not count in Restricted Mode where a process is started by them", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const engine = Object.keys(properties).filter((name) => /^diag\.(?:engine|cluster)\./.test(name));
    expect(engine.length).toBeGreaterThan(3);
    expect([...restrictedConfigurations].sort()).toEqual(engine.sort());
  });

  test.each(["engine.memory", "engine.maximumTrials", "cluster.processors"] as const)(
    "count as numbers only: %s",
    (name) => {
      const { default: usual, minimum } = properties[`diag.${name}`]!;
      expect(countSetting(name)).toBe(usual);
      for (const wrong of [
        ...["4096", "4096 --require=./x.js", "", null, true, {}, [], [8192], Number.NaN],
        ...[Number.POSITIVE_INFINITY, 0, -1, minimum! - 1, 1e300, minimum! + 0.5],
      ]) {
        settings.set(name, wrong);
        expect([wrong, countSetting(name)]).toEqual([wrong, usual]);
      }
      for (const right of [minimum!, 100, 2048]) {
        settings.set(name, right);
        expect(countSetting(name)).toBe(right);
      }
    },
  );
});
