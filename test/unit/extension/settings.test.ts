import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it as test, vi } from "vitest";
import { countSetting } from "../../../src/extension/settings.js";
import { settings } from "./fake-vscode.js";

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
