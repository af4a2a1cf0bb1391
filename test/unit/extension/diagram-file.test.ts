import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findDiagramFile } from "../../../src/extension/diagram-file.js";
import * as fake from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const diagram = (path: string) => ({ uri: fake.Uri.parse(`file:///w/${path}`), languageId: "diag" });
const script = { uri: fake.Uri.parse("file:///w/train.py"), languageId: "python" };
const [one, other] = [diagram("one.diag"), diagram("other.diag")];

describe("the file of a command that names none", () => {
  const { window, workspace } = fake;
  const before = { window: { ...window }, workspace: { ...workspace } };
  let offered: { readonly label: string }[] = [];

  /** @param tabs documents with a tab; those in `read` were only read by the editor. */
  const has = ({ active, visible = [], tabs = [], read = [] }: Has): void => {
    Object.assign(window, {
      activeTextEditor: active && { document: active },
      visibleTextEditors: visible.map((document) => ({ document })),
      tabGroups: { all: [{ tabs: tabs.map(({ uri }) => ({ input: new fake.TabInputText(uri) })) }] },
      showQuickPick: async (items: typeof offered) => {
        offered = items;
        return items.at(-1);
      },
    });
    Object.assign(workspace, { textDocuments: [...tabs, ...read] });
  };

  beforeEach(() => {
    fake.asked.length = 0;
    offered = [];
  });
  afterEach(() => {
    Object.assign(window, before.window);
    Object.assign(workspace, before.workspace);
  });

  test.each<[string, Has, unknown]>([
    ["the active editor's", { active: one, visible: [other, one], tabs: [other, one] }, one],
    ["one in view, where a page is active", { visible: [script, other], tabs: [one, other] }, other],
    ["the only one with a tab, where none is in view", { tabs: [one, script], read: [other] }, one],
    ["chosen among those with tabs", { tabs: [one, other] }, other],
  ])("is %s", async (_, windows, found) => {
    has(windows);
    expect(await findDiagramFile()).toBe(found);
    expect(fake.asked).toEqual([]);
    expect(offered).toHaveLength(windows.tabs!.length === 2 && !windows.visible && !windows.read ? 2 : 0);
  });

  test("is none where none is open, which is said with a way to a new one", async () => {
    has({ active: script, tabs: [script], read: [one] });
    expect(await findDiagramFile()).toBeUndefined();
    expect(fake.asked[0]!.slice(0, 2)).toEqual(["information", "Open a .diag file first."]);
  });
});

interface Has {
  readonly active?: typeof one;
  readonly visible?: readonly (typeof one)[];
  readonly tabs?: readonly (typeof one)[];
  readonly read?: readonly (typeof one)[];
}
