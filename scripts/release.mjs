// Makes both packages and their checksums in `release/`: the extension's, npm's and SHA256SUMS.
// Usage: node scripts/release.mjs --tag vVERSION     (refused unless package.json and CHANGELOG.md have that version)

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Why a tag is not that of a release, in one line; undefined where it is.
 * @param version of package.json.
 * @param changelog whole, with a heading for each version.
 */
export function faultOfTag(tag, version, changelog) {
  if (tag !== `v${version}`) {
    return `the tag ${tag} is not of version ${version} of package.json, whose tag is v${version}`;
  }
  const heading = changelog.split("\n").find((line) => line.startsWith("## "));
  if (!heading?.startsWith(`## ${version} `) || heading.includes("unreleased")) {
    return `CHANGELOG.md begins with "${heading ?? ""}"; write "## ${version} (YEAR-MONTH-DAY)" there`;
  }
  return undefined;
}

/** SHA-256 of the files of a folder, as `sha256sum --check` reads them. */
export function checksumsOf(folder) {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const digest = createHash("sha256").update(readFileSync(join(folder, file)));
      return `${digest.digest("hex")}  ${file}\n`;
    })
    .join("");
}

function run(program, ...words) {
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(program, words, { cwd: root, stdio: "inherit", shell });
  if (status !== 0) {
    throw error ?? new Error(`${program} ${words.join(" ")} ended with status ${status}`);
  }
}

function release(tag) {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const fault = faultOfTag(tag, version, readFileSync(join(root, "CHANGELOG.md"), "utf8"));
  if (fault !== undefined) {
    throw new Error(fault);
  }
  const folder = join(root, "release");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run(process.execPath, join(root, "scripts/build.mjs"), "--quiet");
  run(process.execPath, join(root, "scripts/package.mjs"), "--out", join(folder, `${name}-${version}.vsix`));
  run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder);
  writeFileSync(join(folder, "SHA256SUMS"), checksumsOf(folder));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const given = process.argv.indexOf("--tag");
    if (given === -1) {
      throw new Error("say which tag it is of: --tag vVERSION");
    }
    release(process.argv[given + 1]);
  } catch (error) {
    console.error(`release: ${error.message}`);
    process.exitCode = 1;
  }
}
