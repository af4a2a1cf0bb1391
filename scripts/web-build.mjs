// What the web build has in the places of Node's modules, and its two bundles: dist/web/extension.cjs, which the web extension host
// reads, and dist/web/worker.js, the script of all workers.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The module for each of Node's, and of libraries that have a side for Node, in `src/web/node`. */
const modules = {
  child_process: "child-process",
  crypto: "crypto",
  events: "events",
  fs: "fs",
  "fs/promises": "fs-promises",
  os: "os",
  path: "path",
  stream: "stream",
  "stream/promises": "stream",
  "timers/promises": "timers-promises",
  url: "url",
  util: "util",
  worker_threads: "worker-threads",
  zlib: "zlib",
};

const libraries = {
  "vscode-jsonrpc/node": "src/web/node/json-rpc.ts",
  "vscode-languageclient/node": "src/web/node/language-client.ts",
  "langium/node": "src/web/node/langium.ts",
  // Packages' own entries for browsers that conditions do not lead to.
  "vscode-languageserver/browser": "node_modules/vscode-languageserver/lib/browser/main.js",
};

/** Engines that are processes on the desktop. */
const sources = {
  "src/engines/native/record.ts": "src/web/engines/native.ts",
  "src/engines/tensors/record.ts": "src/web/engines/tensors.ts",
  "src/engines/webgpu/record.ts": "src/web/engines/gpu.ts",
};

const inNodesPlace = {
  name: "in Node's place",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[a-z_]+(\/promises)?$|^node:/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      return Object.hasOwn(modules, name)
        ? { path: join(root, `src/web/node/${modules[name]}.ts`) }
        : undefined;
    });
    onResolve({ filter: /^(vscode-|langium)/ }, ({ path }) =>
      Object.hasOwn(libraries, path) ? { path: join(root, libraries[path]) } : undefined,
    );
    onResolve({ filter: /\/record\.js$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === inNodesPlace) {
        return undefined;
      }
      const found = await resolve(path, { ...from, pluginData: inNodesPlace });
      const place = Object.entries(sources).find(([source]) => found.path === join(root, source));
      return place === undefined ? found : { path: join(root, place[1]) };
    });
  },
};

const browser = {
  bundle: true,
  minify: true,
  keepNames: true,
  platform: "browser",
  mainFields: ["browser", "module", "main"],
  conditions: ["browser"],
  target: "chrome132",
  inject: [join(root, "src/web/node/globals.ts")],
  define: {
    // Programs of ours are beside one another, wherever that is.
    "import.meta.url": '"diag:/dist/script.js"',
    // Papa Parse has a stream of Node's otherwise.
    PAPA_BROWSER_CONTEXT: "true",
    global: "globalThis",
    __dirname: '"/"',
    __filename: '"/script.js"',
  },
  plugins: [inNodesPlace],
};

/** What workers load late, from bundles that the desktop has too, and which names of theirs. */
const late = {
  "elkjs/lib/elk.bundled.js": { bundle: "elk.js", names: ["default"] },
  wabt: { bundle: "wabt.js", names: ["default"] },
  "./mathjax.js": { bundle: "mathjax.js", names: ["makeMathJax", "pixelsOfEx"] },
};

const fromLateBundles = {
  name: "late bundles",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(elkjs\/.*|wabt|\.\/mathjax\.js)$/ }, ({ path }) =>
      Object.hasOwn(late, path) ? { path, namespace: "late" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "late" }, ({ path }) => {
      const { bundle, names } = late[path];
      const exported = names.map((name) =>
        name === "default" ? "export default loaded.default;" : `export const ${name} = loaded.${name};`,
      );
      const contents = [
        'import { loadLate } from "./late.ts";',
        `const loaded = await loadLate(${JSON.stringify(bundle)});`,
        ...exported,
      ];
      return { contents: contents.join("\n"), resolveDir: join(root, "src/web") };
    });
  },
};

export const webBundles = [
  {
    ...browser,
    entryPoints: ["src/extension/extension-web.ts"],
    outfile: "dist/web/extension.cjs",
    format: "cjs",
    external: ["vscode"],
    // The host evaluates the one file.
    supported: { "dynamic-import": false },
  },
  {
    ...browser,
    entryPoints: ["src/web/worker.ts"],
    outfile: "dist/web/worker.js",
    format: "esm",
    plugins: [...browser.plugins, fromLateBundles],
  },
];
