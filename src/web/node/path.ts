/** What is used of `node:path`, for paths with slashes; the editor's on Windows, with backslashes, are read as such. */

export const sep = "/";
export const delimiter = ":";

const plain = (path: string): string => path.replaceAll("\\", "/");

export function isAbsolute(path: string): boolean {
  return plain(path).startsWith("/");
}

export function normalize(path: string): string {
  const text = plain(path);
  const root = text.startsWith("/") ? "/" : "";
  const names: string[] = [];
  for (const name of text.split("/")) {
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") {
      names.pop();
    } else if (name !== "" && name !== "." && !(name === ".." && root !== "")) {
      names.push(name);
    }
  }
  return root + names.join("/") || ".";
}

export function join(...parts: string[]): string {
  return normalize(parts.filter((part) => part !== "").join("/"));
}

export function resolve(...parts: string[]): string {
  let path = "";
  for (const part of parts) {
    path = isAbsolute(part) ? part : `${path}/${part}`;
  }
  return normalize(path.startsWith("/") || path.startsWith("\\") ? path : `/${path}`);
}

export function dirname(path: string): string {
  const text = plain(path).replace(/(?<=.)\/+$/, "");
  const end = text.lastIndexOf("/");
  return end === -1 ? "." : end === 0 ? "/" : text.slice(0, end);
}

export function basename(path: string, extension = ""): string {
  const name = plain(path).replace(/\/+$/, "").split("/").at(-1)!;
  return extension !== "" && name !== extension && name.endsWith(extension)
    ? name.slice(0, -extension.length)
    : name;
}

export function extname(path: string): string {
  const name = basename(path);
  return name === ".." ? "" : (/(?<=.)\.[^.]*$/.exec(name)?.[0] ?? "");
}

export function relative(from: string, to: string): string {
  const [here, there] = [from, to].map((path) =>
    resolve(path)
      .split("/")
      .filter((name) => name !== ""),
  ) as [string[], string[]];
  const differs = here.findIndex((name, index) => name !== there[index]);
  const shared = differs === -1 ? here.length : differs;
  return [...here.slice(shared).map(() => ".."), ...there.slice(shared)].join("/");
}

export const posix = {
  sep,
  delimiter,
  isAbsolute,
  normalize,
  join,
  resolve,
  dirname,
  basename,
  extname,
  relative,
};
export const win32 = posix;
export default { ...posix, posix, win32 };
