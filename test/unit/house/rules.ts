import { type ImportOf, importsOf, type Sources, stripSource } from "./imports.js";

/** The rooms from the ground up: each may import from those before it. */
export const rooms = [
  "shape",
  "printable",
  "files",
  "data",
  "markdown",
  "diagram",
  "drawing",
  "preview",
  "runs",
  "plots",
  "cluster",
  "device",
  "work",
  "optimisers",
  "spacetime",
  "landscape",
  "tensors",
  "observables",
  "evaluate",
  "compile",
  "loops",
  "simulate",
  "engines",
  "verify",
  "cluster-runs",
  "language",
  "server",
  "cli",
  "library",
  "runner",
  "web",
  "extension",
] as const;

/** Rooms without input, output, clock, randomness or globals. */
const pureRooms: readonly string[] = [
  "shape",
  "printable",
  "markdown",
  "diagram",
  "observables",
  "drawing",
  "preview",
  "runs",
  "plots",
  "cluster",
  "optimisers",
  "spacetime",
  "landscape",
  "tensors",
  "evaluate",
  "compile",
  "loops",
  "simulate",
];

/** Rooms that need nothing of Node, so that pages may use them. */
const roomsOfPages: readonly string[] = [...pureRooms, "device"];

/** Packages that one folder alone may import. */
const homes: Readonly<Record<string, string>> = {
  vscode: "src/extension/",
  elkjs: "src/drawing/",
  mathjs: "src/landscape/",
  wabt: "src/engines/",
  commander: "src/cli/",
  papaparse: "src/data/csv/",
  "@observablehq/plot": "src/plots/",
  "@xmldom/xmldom": "src/cli/plotting/",
  "@resvg/resvg-wasm": "src/cli/plotting/",
  "@tensorflow/tfjs-core": "src/engines/tensors/",
  "@tensorflow/tfjs-backend-cpu": "src/engines/tensors/",
  "@tensorflow/tfjs-backend-wasm": "src/engines/tensors/",
  "@tensorflow/tfjs-backend-webgpu": "src/engines/tensors/",
  "mathjax-full": "src/server/formulas/",
  "@vscode/webview-ui-toolkit": "webview/kit/controls.ts",
  "@floating-ui/dom": "webview/kit/placement.ts",
  "d3-zoom": "webview/kit/camera.ts",
};

/** What sources may take of Node's file system: nothing of it changes a file. */
const unchanging = new Set([
  ...[
    "access",
    "accessSync",
    "constants",
    "Dirent",
    "existsSync",
    "lstat",
    "lstatSync",
    "opendir",
    "readdir",
  ],
  ...[
    "readdirSync",
    "readFile",
    "readFileSync",
    "realpath",
    "realpathSync",
    "stat",
    "statSync",
    "Stats",
    "watch",
  ],
]);

/** Sources that change files by themselves, beside those of `src/files`, and why. */
export const writers: Readonly<Record<string, string>> = {
  "src/extension/preview/save-export.ts": "saves by the editor, which may have the file on another machine",
  "src/extension/web/files.ts": "keeps runs by the editor, the only one in a browser that can",
  "src/extension/runs/run-files.ts": "removes runs that are deleted",
  "src/engines/tensors/install.ts": "removes an installation of ours that is half made",
  "src/engines/native/kept-programs.ts":
    "names and removes programs of a folder of its own, which compilers write",
  "src/cluster-runs/folder.ts": "makes the folder of a run, which nobody else may write",
  "src/cluster-runs/probe/probe-folder.ts": "makes and removes the folder of one small job, file by file",
  "src/cluster-runs/remove.ts": "removes a run: its own files, one by one",
  "src/cluster-runs/results.ts": "removes a checkpoint of a shard that is done",
  "src/verify/checkpoint-folder.ts":
    "adds, sets aside and removes checkpoints, none of which is ever replaced",
};

/**
 * What opens files for their contents, and why it may beside `src/files`: none of these opens what a text, a setting or an
 * argument of a user names.
 */
const readers: Readonly<Record<string, string>> = {
  "src/verify/checkpoint-folder.ts": "what stopped runs have left in a folder of their own",
  "src/engines/native/kept-programs.ts": "programs of a folder of its own, for their digests",
  "src/engines/webgpu/dawn.ts": "the package of a runtime that is installed here",
  "src/cli/plotting/png.ts": "the rasteriser and the font that this program ships with",
  "src/engines/tensors/install.ts": "the package of a runtime that is installed here",
  "src/engines/tensors/machine.ts": "what the system says of itself, and packages that are installed",
  "src/engines/processor/threads.ts": "what the system says of its processors",
};

const opening =
  /^(?:read|readFile|readFileSync|readSync|readv|open|openSync|openAsBlob|createReadStream|promises|default|\*)$/;

/** Files outside `src/files` that open others for their contents, without being listed. */
function faultsOfReading(path: string, text: string): string[] {
  if (!path.startsWith("src/") || path.startsWith("src/files/") || Object.hasOwn(readers, path)) {
    return [];
  }
  const names = [
    ...text.matchAll(/(?:import|export)\s+([^;]*?)\s+from\s+"(?:node:)?fs(?:\/promises)?"/g),
  ].flatMap(([, what = ""]) =>
    what.startsWith("type ")
      ? []
      : what
          .replace(/[{}]/g, ",")
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== "" && !name.startsWith("type "))
          .map((name) => name.split(/\s+as\s+/)[0]!),
  );
  const isLate = /(?:import|require|getBuiltinModule)\s*\(\s*["'](?:node:)?fs(?:\/promises)?["']/.test(text);
  const isWhole = names.some((name) => /^\w+$/.test(name) && /^(?:fs|fsPromises)$/.test(name));
  const found = names.filter((name) => opening.test(name));
  return isLate || isWhole || found.length > 0
    ? [
        `${path} opens files (${[...found, ...(isLate || isWhole ? ["node:fs"] : [])].join(", ")}), which src/files does`,
      ]
    : [];
}
/** What shows a text to the user as more than letters, and the files that alone may do it: see docs/security.md. */
const showings: readonly (readonly [RegExp, string, string])[] = [
  [/\bshow(?:Information|Warning|Error)Message\b/, "a message", "src/extension/messages.ts"],
  [/\bMarkdownString\b/, "Markdown", "src/markdown/"],
  [/\bkind: "markdown"/, "Markdown", "src/server/shown-markdown.ts"],
  [
    /\b(?:prompt|validationMessage) = (?!shownText\(|"|`[^`$]*`)/,
    "a text in a box",
    "src/extension/messages.ts",
  ],
];

/** What would run a text, or read it as markup of a page. */
const carryings: readonly (readonly [RegExp, string])[] = [
  [/(?<![.\w$])eval\s*\(|\bnew\s+Function\b|\bnode:vm\b|["']vm["']/, "runs a text"],
  [/\bset(?:Timeout|Interval)\s*\(\s*["'`]/, "runs a text"],
  [
    /\b(?:innerHTML|outerHTML|srcdoc)\s*\+?=|\b(?:insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|DOMParser)\b/,
    "reads a text as markup",
  ],
  [/\bdocument\s*\.\s*write(?:ln)?\b/, "reads a text as markup"],
];

const impurities: readonly (readonly [RegExp, string])[] = [
  [/\bMath\s*\.\s*random\b/, "Math.random"],
  [/(?<![.\w$])Date\b/, "Date"],
  [/(?<![.\w$])performance\b/, "performance"],
  [/(?<![.\w$])process\b/, "process"],
  [/(?<![.\w$])console\b/, "console"],
  [/(?<![.\w$])globalThis\b/, "globalThis"],
  [/(?<![.\w$])crypto\b/, "crypto"],
  [/(?<![.\w$])fetch\s*\(/, "fetch"],
  [/(?<![.\w$])set(?:Timeout|Interval|Immediate)\s*\(/, "a timer"],
];

export const mostLines = 500;

/** Every way in which sources break the rules of the house, one line each. */
export function violations(sources: Sources): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text, sources)]));
  return [
    ...[...imports].flatMap(([path, list]) => list.flatMap((one) => faultOfImport(path, one, sources))),
    ...[...sources].flatMap(([path, text]) => [...faultsOfText(path, text), ...faultsOfReading(path, text)]),
    ...faultsOfRooms(sources),
    ...cycles(imports),
  ];
}

function roomOf(path: string): string | undefined {
  const [top, room] = path.split("/");
  return top === "src" ? room : undefined;
}

/** The folder of a page, or the kit of all. */
function pageOf(path: string): string | undefined {
  const [top, page] = path.split("/");
  return top === "webview" ? page : undefined;
}

function faultOfImport(path: string, { specifier, source }: ImportOf, sources: Sources): string[] {
  const room = roomOf(path);
  if (source === undefined) {
    const name = specifier.startsWith("@")
      ? specifier.split("/").slice(0, 2).join("/")
      : specifier.split("/")[0]!;
    const home = homes[name];
    if (home !== undefined && !path.startsWith(home)) {
      return [`${path} imports ${name}, which only ${home} may`];
    }
    if (specifier.startsWith("node:") && roomsOfPages.includes(room ?? "")) {
      return [`${path} imports ${specifier}, but ${room} needs nothing of Node`];
    }
    return [];
  }
  if (source.endsWith(".json")) {
    return [];
  }
  // Generated sources are not read here; whether they exist is for the compiler to say.
  if (!sources.has(source) && !source.includes("/generated/")) {
    return [`${path} imports ${specifier}, which is not there`];
  }
  const other = roomOf(source);
  if (room === undefined) {
    if (other === undefined) {
      const [own, theirs] = [pageOf(path), pageOf(source)];
      return own === theirs || theirs === "kit"
        ? []
        : [`${path} imports ${source}: what pages share is in webview/kit`];
    }
    return roomsOfPages.includes(other)
      ? []
      : [`${path} imports ${source}: pages get what they need as messages`];
  }
  const own = (rooms as readonly string[]).indexOf(room);
  const theirs = (rooms as readonly string[]).indexOf(other ?? "");
  if (theirs === -1) {
    return [`${path} imports ${source}, which is in no room`];
  }
  return theirs > own ? [`${path} imports ${source}: ${room} is below ${other}`] : [];
}

function faultsOfText(path: string, text: string): string[] {
  const faults: string[] = [];
  const lines = text.trimEnd().split("\n").length;
  if (lines > mostLines) {
    faults.push(`${path} has ${lines} lines, more than ${mostLines}`);
  }
  faults.push(...faultsOfWriting(path, text));
  if (path.startsWith("src/") && /\bmkdir(?:Sync)?\s*\([^;]*\brecursive\b/.test(stripSource(text, true))) {
    faults.push(
      `${path} makes folders by a call that need not end; src/files makes them one after the other`,
    );
  }
  for (const [pattern, what] of carryings) {
    if (pattern.test(stripSource(text, true))) {
      faults.push(`${path} ${what}`);
    }
  }
  const room = roomOf(path);
  if (room === undefined) {
    return faults;
  }
  for (const [pattern, what, home] of showings) {
    if (!path.startsWith(home) && pattern.test(stripSource(text, true))) {
      faults.push(`${path} shows ${what}, which only ${home} may`);
    }
  }
  if (!pureRooms.includes(room)) {
    return faults;
  }
  const code = stripSource(text, false);
  for (const [pattern, name] of impurities) {
    if (pattern.test(code)) {
      faults.push(`${path} uses ${name}, but its room is pure`);
    }
  }
  return faults;
}

/** Files are written by one function, which leaves none half written and follows no links. */
function faultsOfWriting(path: string, text: string): string[] {
  if (!path.startsWith("src/") || path.startsWith("src/files/") || Object.hasOwn(writers, path)) {
    return [];
  }
  const code = stripSource(text, true);
  const from = /\bimport\s+(?:type\s+)?([^;"']*?)\s*from\s*["'](?:node:)?fs(?:\/promises)?["']/g;
  const taken = [...code.matchAll(from)].flatMap(([, clause]) =>
    /^\{[^}]*\}$/.test(clause!)
      ? clause!
          .slice(1, -1)
          .split(",")
          .map(
            (name) =>
              name
                .trim()
                .replace(/^type\s+/, "")
                .split(/\s+as\s+/)[0]!,
          )
          .filter((name) => name !== "" && !unchanging.has(name))
      : ["all of node:fs"],
  );
  if (/\b(?:require|import|getBuiltinModule)\s*\(\s*["'`](?:node:)?fs(?:\/promises)?["'`]/.test(code)) {
    taken.push("all of node:fs");
  }
  const editors = /\bfs\s*\.\s*(writeFile|delete|rename|copy|createDirectory)\s*\(/g;
  taken.push(...[...code.matchAll(editors)].map(([, name]) => `fs.${name}`));
  return taken.map((name) => `${path} takes ${name}; src/files writes files`);
}

function faultsOfRooms(sources: Sources): string[] {
  const present = new Set([...sources.keys()].flatMap((path) => roomOf(path) ?? []));
  return [...present].flatMap((room) => {
    if (room.endsWith(".ts")) {
      return [`src/${room} is in no room`];
    }
    if (!(rooms as readonly string[]).includes(room)) {
      return [`src/${room} is not a room of this house`];
    }
    return sources.has(`src/${room}/index.ts`) ? [] : [`src/${room} has no index.ts`];
  });
}

/** Circles of imports, those of types and late ones too, each told once. */
function cycles(imports: ReadonlyMap<string, readonly ImportOf[]>): string[] {
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const trail: string[] = [];
  const visit = (path: string): void => {
    state.set(path, "open");
    trail.push(path);
    for (const { source } of imports.get(path) ?? []) {
      if (source === undefined || !imports.has(source)) {
        continue;
      }
      if (state.get(source) === "open") {
        found.push(`imports run in a circle: ${[...trail.slice(trail.indexOf(source)), source].join(" → ")}`);
      } else if (!state.has(source)) {
        visit(source);
      }
    }
    trail.pop();
    state.set(path, "done");
  };
  for (const path of imports.keys()) {
    if (!state.has(path)) {
      visit(path);
    }
  }
  return found;
}
