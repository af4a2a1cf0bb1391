import { basename, dirname, join, posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";

/** What the search for packages may ask of a machine. */
export interface PackageMachine {
  readonly platform: NodeJS.Platform;
  /** The Node that will load the package. */
  readonly nodeProgram: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A file's text; undefined when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
}

/** A folder whose packages may be loaded. */
export interface PackageFolder {
  /** For people: `the user's`. */
  readonly whose: string;
  /** Absolute. The package is among its node_modules or, as in those of NODE_PATH, in itself. */
  readonly folder: string;
}

/** How paths are written on a machine. */
export const pathsOf = (platform: NodeJS.Platform) => (platform === "win32" ? win32 : posix);

/**
 * The only folders whose packages are loaded as programs: those that somebody has named, what was installed with this program,
 * and what the user has installed for all projects. The folder that somebody works in is none of them, nor those above it: what
 * lies there may have come with the files. For the same reason no relative path counts.
 */
export function packageFolders(
  machine: PackageMachine,
  named: readonly string[] = [],
): readonly PackageFolder[] {
  const { isAbsolute } = pathsOf(machine.platform);
  const all = [
    ...named.map((folder) => ({ whose: "the named", folder })),
    ...programFolders(machine).map((folder) => ({ whose: "this program's", folder })),
    ...userFolders(machine).map((folder) => ({ whose: "the user's", folder })),
  ].filter(({ folder }) => isAbsolute(folder));
  return all.filter(({ folder }, index) => all.findIndex((other) => other.folder === folder) === index);
}

/** Where a folder may have a package. */
export function packagePaths(
  folder: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { join: joined } = pathsOf(platform);
  return [joined(folder, "node_modules", name), joined(folder, name)];
}

/** A folder of which nobody but the user and the system is the author: where programs are run that look around themselves. */
export const trustedFolder = () => dirname(process.execPath);

/** What this program's own package is called. */
const ownName = "descent-diagrams";

/** How far above a file of this program the package may begin. */
const mostAbove = 4;

/** This program's package, and the folder that it was installed into beside others. */
function programFolders({ readText }: PackageMachine): readonly string[] {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let above = 0; above < mostAbove; above++) {
    if (nameIn(readText(join(folder, "package.json"))) === ownName) {
      const beside = dirname(folder);
      // Elsewhere than among modules, what lies beside it is anything.
      return basename(beside) === "node_modules" ? [folder, beside] : [folder];
    }
    folder = dirname(folder);
  }
  return [];
}

function nameIn(text: string | undefined): unknown {
  try {
    return (JSON.parse(text ?? "") as { readonly name?: unknown }).name;
  } catch {
    return undefined;
  }
}

/** Folders with packages that npm installs for all of a user's projects, as far as they are known without asking npm. */
function userFolders({
  platform,
  environment,
  nodeProgram,
  home,
  readText,
}: PackageMachine): readonly string[] {
  const paths = pathsOf(platform);
  const given = (environment.NODE_PATH ?? "").split(paths.delimiter).filter((folder) => folder !== "");
  const configured = /^prefix\s*=\s*(.+)$/m.exec(readText(paths.join(home, ".npmrc")) ?? "")?.[1]?.trim();
  const prefixes = [
    environment.npm_config_prefix,
    configured?.replace(/^(~|\$\{HOME\})(?=[/\\])/, () => home),
    platform === "win32" ? paths.dirname(nodeProgram) : paths.join(paths.dirname(nodeProgram), ".."),
    ...(platform === "win32" && environment.APPDATA ? [paths.join(environment.APPDATA, "npm")] : []),
  ];
  const global = prefixes.flatMap((prefix) =>
    prefix === undefined || prefix === "" ? [] : [platform === "win32" ? prefix : paths.join(prefix, "lib")],
  );
  return [...given, ...global];
}
