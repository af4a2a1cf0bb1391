// Bundled CommonJS packages call require(), __filename and __dirname, which an ES module lacks.
export const commonJsGlobals = [
  'import { createRequire as makeRequire } from "node:module";',
  'import { dirname as directoryOf } from "node:path";',
  'import { fileURLToPath as pathOfUrl } from "node:url";',
  "const require = makeRequire(import.meta.url);",
  "const __filename = pathOfUrl(import.meta.url);",
  "const __dirname = directoryOf(__filename);",
].join("\n");

// The same for what browsers load as well, where there is nothing to require.
export const globalsWhereNodeIs = [
  'const nodes = globalThis.process?.versions?.node ? await import("node:module") : undefined;',
  "const require = nodes?.createRequire(import.meta.url);",
  'const __filename = nodes && require("node:url").fileURLToPath(import.meta.url);',
  'const __dirname = nodes && require("node:path").dirname(__filename);',
].join("\n");
