import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FirstSteps, newFile, openExample } from "../../../src/extension/first-use/index.js";
import { firstRemark, standsAlone } from "../../../src/extension/first-use/standing-alone.js";
import { analyzeText } from "../../../src/language/index.js";
import * as fake from "./fake-vscode.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const root = new URL("../../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const { contributes } = manifest;

describe("new files and examples", () => {
  const { window, workspace } = fake;
  const before = { window: { ...window }, workspace: { ...workspace } };
  const opened: { language: string; content: string }[] = [];
  let offered: { label: string; detail: string }[] = [];
  let chosen = 0;

  beforeEach(() => {
    opened.length = 0;
    Object.assign(workspace, {
      openTextDocument: async (options: { language: string; content: string }) => {
        opened.push(options);
        return options;
      },
      fs: {
        readFile: async (uri: fake.Uri) => readFileSync(new URL(uri.toString())),
        readDirectory: async (uri: fake.Uri) =>
          readdirSync(fileURLToPath(uri.toString()), { withFileTypes: true }).map((entry) => [
            entry.name,
            entry.isDirectory() ? fake.FileType.Directory : fake.FileType.File,
          ]),
      },
    });
    Object.assign(window, {
      showTextDocument: async () => undefined,
      showQuickPick: async (items: typeof offered) => {
        offered = items;
        return items[chosen];
      },
    });
  });
  afterEach(() => {
    Object.assign(window, before.window);
    Object.assign(workspace, before.workspace);
  });

  const extension = fake.Uri.parse(root.href.replace(/\/$/, "")) as never;

  test("a new file is the first example, without a fault", async () => {
    await newFile(extension);
    expect(opened).toEqual([
      { language: "diag", content: readFileSync(new URL("examples/first.diag", root), "utf8") },
    ]);
    const { diagnostics } = await analyzeText(opened[0]!.content);
    expect(diagnostics).toEqual([]);
  });

  test("every example that is offered stands alone without a fault, and says what it is", async () => {
    chosen = 0;
    await openExample(extension);
    expect(offered.length).toBeGreaterThan(10);
    expect(offered[0]!.label).toBe("first.diag");
    for (const { label, detail } of offered) {
      expect([label, detail]).toEqual([label, expect.stringMatching(/\S/)]);
      await openExample(extension, label);
      const { diagnostics } = await analyzeText(opened.at(-1)!.content);
      expect([label, ...diagnostics.filter(({ severity }) => severity === "error")]).toEqual([label]);
    }
    expect(offered.map(({ label }) => label)).not.toContain("tensors/dense.diag");
  });

  test("one that is not chosen opens nothing", async () => {
    chosen = -1;
    expect(await openExample(extension)).toBeUndefined();
    expect(opened).toEqual([]);
  });
});

test.each([
  ['import "a.diag"', false],
  ['landscape l { data x from "a.csv" }', false],
  ['landscape l { data x from csv( "a.csv") }', false],
  ['// import "a.diag"\n/* from "b.csv" */ landscape l { weights from = 1 }', true],
])("%s stands alone: %s", (text, alone) => {
  expect(standsAlone(text)).toBe(alone);
});

test.each([
  ["// One\n// and two.\n\nlandscape l", "One and two."],
  ["/**\n * One\n * and two. */\nlandscape l", "One and two."],
  ["landscape l // no", ""],
])("the first remark of %j is %j", (text, remark) => {
  expect(firstRemark(text)).toBe(remark);
});

describe("what is contributed", () => {
  const commands = new Map<string, { title: string }>(
    contributes.commands.map((one: { command: string; title: string }) => [one.command, one]),
  );
  const palette: { command: string; when: string }[] = contributes.menus.commandPalette;

  /** Titles that the palette shows where these contexts hold, in its order; conditions are joined by `&&` and `||` only. */
  const offered = (contexts: Readonly<Record<string, string | boolean>>): string[] => {
    const holds = (when: string): boolean =>
      when.split("||").some((every) =>
        every.split("&&").every((one) => {
          const [, not, name, value] = /^[\s(]*(!?)([\w.]+)(?: == '?([\w.]+)'?)?[\s)]*$/.exec(one)!;
          const is = value === undefined ? contexts[name!] === true : contexts[name!] === value;
          return is === (not === "");
        }),
      );
    const when = new Map(palette.map((one) => [one.command, one.when]));
    return contributes.commands
      .filter(({ command, enablement = "" }: { command: string; enablement?: string }) =>
        [when.get(command) ?? "", enablement].every(
          (condition) => condition === "" || condition === "false" || holds(condition),
        ),
      )
      .filter(({ command }: { command: string }) => when.get(command) !== "false")
      .map(({ title }: { title: string }) => title)
      .sort((one: string, other: string) => one.localeCompare(other));
  };
  const upkeep = ["Restart Language Server", "Show Output"];
  const engines = ["Show Simulation Engines", "TensorFlow: Install GPU Runtime"];

  test("the palette says what to begin with where nothing is open, and what keeps house last", () => {
    const first = ["Get Started", "New Diagram File", "Open Example…", "Open Results"];
    expect(offered({})).toEqual([...first, ...upkeep]);
    expect(offered({ isWorkspaceTrusted: true })).toEqual([...first, ...upkeep, ...engines]);
    const withCluster = offered({ isWorkspaceTrusted: true, "diag.clusterRuns": true });
    expect(withCluster).toContain("Show Cluster Runs");
    expect(withCluster).toHaveLength(first.length + upkeep.length + engines.length + 1);
  });

  test("in a file it begins with what is done to diagrams, and nothing that deletes or keeps house is before that", () => {
    const contexts = { editorLangId: "diag", isWorkspaceTrusted: true };
    const shown = offered(contexts);
    expect(shown.slice(0, 3)).toEqual([
      "Evaluate Diagrams Against Landscape…",
      "Export Diagram…",
      "Get Started",
    ]);
    const at = (word: string) => shown.findIndex((title) => title.includes(word));
    const inOrder = ["Get Started", "New Diagram File", "Open Example", "Preview Diagrams", "Enumerate"].map(
      at,
    );
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    expect(shown.filter((title) => /Clear|Cluster/.test(title))).toEqual([]);
    const housekeeping = shown.findIndex((title) => upkeep.includes(title));
    expect(shown.findIndex((title) => /^(New|Open|Preview)/.test(title))).toBeLessThan(housekeeping);
    // What runs is offered where nothing runs too, and the way to end it where something does.
    expect(offered({ ...contexts, "diag.running": true })[0]).toBe("Cancel Run");
    expect(offered({ editorLangId: "diag" })).not.toContain("Verify Against SGD");
  });

  test("what needs trust is offered with it alone, and without it the way there", () => {
    const menus = Object.entries(contributes.menus) as [string, { command?: string; when?: string }[]][];
    for (const [menu, items] of menus) {
      for (const { command, when = "" } of items) {
        if (["diag.evaluate", "diag.verify", "diag.verifyFile"].includes(command ?? "")) {
          expect([menu, command, when]).toEqual([
            menu,
            command,
            expect.stringMatching(/(?:^|&& )isWorkspaceTrusted$/),
          ]);
          expect(
            items.some((one) => one.command === "diag.trust" && one.when?.includes("!isWorkspaceTrusted")),
          ).toBe(true);
        }
      }
    }
  });

  test("links of the walkthrough and the welcome run commands that there are", () => {
    const texts = JSON.stringify([contributes.walkthroughs, contributes.viewsWelcome]);
    const linked = [...texts.matchAll(/\(command:([\w.]+)\)/g), ...texts.matchAll(/onCommand:([\w.]+)/g)];
    expect(linked.length).toBeGreaterThan(6);
    expect(linked.filter(([, command]) => !commands.has(command!))).toEqual([]);
  });
});

/** Steps of the walkthrough, as the manifest has them. */
const steps: {
  id: string;
  title: string;
  description: string;
  media: { svg: string; altText: string };
  completionEvents: string[];
}[] = contributes.walkthroughs[0].steps;

describe("words of the walkthrough", () => {
  test.each(steps)("$title has no sign that the editor would show as it stands", ({ description }) => {
    // A walkthrough knows __italic__ and **bold** words, ``code`` and links, and no other Markdown.
    const shown = description
      .replace(/\*\*[^*\n]+\*\*|__[^_\n]+__|``[^`\n]+``/g, "")
      .replace(/\[[^\]\n]+\]\([^)\n]+\)/g, "");
    expect(shown).not.toMatch(/[*_`[\]#]/);
  });

  test("no step is done by a command that may have found nothing to do it with", () => {
    const asked = steps.flatMap(({ completionEvents }) => completionEvents);
    expect(asked.filter((event) => event.startsWith("onCommand:"))).toEqual(["onCommand:diag.newFile"]);
    expect(
      steps.every(({ id, completionEvents }) => completionEvents.includes(`onContext:diag.firstUse.${id}`)),
    ).toBe(true);
  });
});

test("settings are in one order, as they are listed in the manifest", () => {
  const orders = Object.values(contributes.configuration.properties as Record<string, { order: number }>).map(
    ({ order }) => order,
  );
  expect(orders).toEqual(orders.map((_, index) => index + 1));
});

describe("steps of the walkthrough", () => {
  const events = {
    change: new fake.EventEmitter<{ document: unknown }>(),
    editor: new fake.EventEmitter<{ document: unknown } | undefined>(),
    tabs: new fake.EventEmitter<void>(),
  };
  const { window, workspace } = fake;
  const before = { window: { ...window }, workspace: { ...workspace } };
  const page = (type: string) => ({
    activeTab: { input: new fake.TabInputWebview(`mainThreadWebview-${type}`) },
  });
  const tabGroups = {
    all: [] as unknown[],
    activeTabGroup: {} as unknown,
    onDidChangeTabs: events.tabs.event,
  };
  const done = () =>
    fake.asked.flatMap((words) =>
      words[0] === "setContext" ? [String(words[1]).replace("diag.firstUse.", "")] : [],
    );

  beforeEach(() => {
    fake.asked.length = 0;
    Object.assign(tabGroups, { all: [], activeTabGroup: {} });
    Object.assign(workspace, { onDidChangeTextDocument: events.change.event });
    Object.assign(window, {
      onDidChangeActiveTextEditor: events.editor.event,
      activeTextEditor: undefined,
      tabGroups,
    });
  });
  afterEach(() => {
    Object.assign(window, before.window);
    Object.assign(workspace, before.workspace);
  });

  test("complete when they have happened, each once", () => {
    const steps = new FirstSteps();
    const document = (text: string) => ({ document: { languageId: "diag", getText: () => text } });
    events.change.fire(document("// nothing yet"));
    events.editor.fire(undefined);
    events.tabs.fire();
    expect(done()).toEqual([]);
    events.change.fire(document("diagram a = (0)()"));
    events.change.fire(document("diagram a = (0)()"));
    expect(done()).toEqual(["write"]);
    tabGroups.all = [page("diag.preview")];
    events.tabs.fire();
    // Results that are in view before there is a verdict are not read.
    tabGroups.activeTabGroup = page("diag.results");
    events.tabs.fire();
    steps.happened("hover");
    expect(done()).toEqual(["write", "preview", "hover"]);
    const ended = { type: "ended" } as never;
    steps.heard({ points: [] } as never, ended);
    steps.heard({ points: [{}] } as never, ended);
    expect(done()).toHaveLength(3);
    steps.heard({ points: [{ verdict: "agrees" }] } as never, ended);
    events.tabs.fire();
    expect(done()).toEqual(["write", "preview", "hover", "verify", "read"]);
    const contexts = contributes.walkthroughs[0].steps.flatMap(
      (one: { id: string; completionEvents: string[] }) =>
        one.completionEvents.includes(`onContext:diag.firstUse.${one.id}`) ? [one.id] : [],
    );
    expect(contexts).toEqual(done());
    steps.dispose();
  });
});
