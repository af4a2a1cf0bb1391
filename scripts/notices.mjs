// The licences of packages that are bundled, as one text.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Licences that let a program be passed on with such a package in it, whatever its own is. Of some the source has to be named. */
export const permitted = [
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0"],
  ...["ISC", "MIT", "MPL-2.0", "OFL-1.1"],
];

/** Texts of licences, for packages that name theirs and do not bring it. */
const texts = join(dirname(fileURLToPath(import.meta.url)), "licences");

const line = "=".repeat(80);

/** The folder of the package that a file is of, such as `node_modules/a/node_modules/@b/c`; undefined for files of ours. */
export function packageOf(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll("\\", "/"))?.[0];
}

/**
 * What is said of packages, in the order of their names.
 * @param root to which their folders are relative.
 * @throws one line that names each package without a licence, without its text, or with one that is not permitted.
 */
export function noticesOf(root, folders) {
  const notices = new Map();
  const faults = [];
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const { name, version, license } = manifest;
    const title = `${name} ${version}`;
    const taken = typeof license === "string" ? permittedOf(license) : undefined;
    const text = taken === undefined ? undefined : textOf(join(root, folder), manifest, taken);
    if (typeof license !== "string") {
      faults.push(`${title} says no licence`);
    } else if (taken === undefined) {
      faults.push(`${title} has the licence ${license}, which is not among ${permitted.join(", ")}`);
    } else if (text === undefined) {
      faults.push(`${title} does not bring the text of its licence, ${license}`);
    } else {
      notices.set(
        title,
        [line, `${title} (${license})`, ...sourceOf(manifest), line, "", text, ""].join("\n"),
      );
    }
  }
  if (faults.length > 0) {
    throw new Error(`packages that cannot be bundled: ${faults.sort().join("; ")}`);
  }
  const heading = "This program holds the packages below, each under its own licence.";
  return [heading, "", ...[...notices.keys()].sort().map((title) => notices.get(title))].join("\n");
}

/** The licences under which a package is taken: of a choice the first that is permitted; undefined where there is none. */
function permittedOf(expression) {
  return expression
    .replace(/[()]/g, "")
    .split(" OR ")
    .map((one) => one.split(" AND "))
    .find((all) => all.every((name) => permitted.includes(name)));
}

/** The texts that a package brings, else those of its licences with whom it is by. */
function textOf(folder, { name, author }, licences) {
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (own.length > 0) {
    return own
      .sort()
      .map((file) => readFileSync(join(folder, file), "utf8").trim())
      .join("\n\n");
  }
  const files = licences.map((licence) => join(texts, `${licence}.txt`));
  if (!files.every(existsSync)) {
    return undefined;
  }
  const holder = (author?.name ?? author ?? `the authors of ${name}`).replace(/\s*<.*/, "");
  return [`Copyright (c) ${holder}`, ...files.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
}

/** Where a package's source is, which some licences want to be told. */
function sourceOf({ repository }) {
  const address = repository?.url ?? repository;
  return typeof address === "string" ? [`source: ${address}`] : [];
}
