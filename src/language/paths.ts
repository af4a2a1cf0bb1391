import { URI } from "langium";

// Paths are texts here: this room reads no disk. Relative paths stay relative to wherever the caller's
// reader takes them from, also when they climb above it.

const absolute = /^(?:[/\\]|[A-Za-z]:[/\\])/;

/** The path of `target` as written in the file `from`. */
export function pathBeside(from: string, target: string): string {
  if (absolute.test(target)) {
    return normalizePath(target);
  }
  const folder = from.slice(0, Math.max(from.lastIndexOf("/"), from.lastIndexOf("\\")) + 1);
  return normalizePath(folder + target);
}

/** The path without `.`, doubled slashes and avoidable `..`; backslashes become slashes. */
export function normalizePath(path: string): string {
  const text = path.replaceAll("\\", "/");
  const root = /^(?:[A-Za-z]:)?\//.exec(text)?.[0] ?? "";
  const segments: string[] = [];
  for (const segment of text.slice(root.length).split("/")) {
    if (segment === "..") {
      if (segments.length > 0 && segments[segments.length - 1] !== "..") {
        segments.pop();
      } else if (root === "") {
        segments.push(segment);
      }
    } else if (segment !== "" && segment !== ".") {
      segments.push(segment);
    }
  }
  // The folder that all is relative to has a name, too.
  return root + segments.join("/") || ".";
}

const relativeScheme = "relative";

/** The document address of a path; {@link pathOf} is its inverse. */
export function uriOf(path: string): URI {
  const normal = normalizePath(path);
  return absolute.test(normal) ? URI.file(normal) : URI.from({ scheme: relativeScheme, path: `/${normal}` });
}

export function pathOf(uri: URI): string {
  return uri.scheme === relativeScheme ? uri.path.slice(1) : uri.path.replace(/^\/(?=[A-Za-z]:\/)/, "");
}

/** The address of paths that can name nothing: half of a character is in no name of a file. */
const nowhere = URI.from({ scheme: "no-such-path", path: "/" });

/** Whether an address is that of a path that can name nothing. */
export function isNowhere(uri: URI): boolean {
  return uri.scheme === nowhere.scheme;
}

/** The address that a path written in the document `from` names; every path has one. */
export function uriBeside(from: URI, target: string): URI {
  try {
    const uri = placeBeside(from, target);
    // What cannot be written down is no address.
    uri.toString();
    return uri;
  } catch {
    return nowhere;
  }
}

function placeBeside(from: URI, target: string): URI {
  // A file that is still to be made stands where it will be; one without a place has nothing beside it on the disk.
  const isPath =
    from.scheme === relativeScheme ||
    (from.scheme === "file" && from.authority === "") ||
    (from.scheme === "untitled" && (absolute.test(from.path) || absolute.test(target)));
  if (isPath) {
    return uriOf(pathBeside(pathOf(from), target));
  }
  const path = pathBeside(from.path, target);
  return from.with({ path: from.authority === "" || path.startsWith("/") ? path : `/${path}` });
}
