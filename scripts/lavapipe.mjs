// Provides a software Vulkan driver for tests of WebGPU: lavapipe of Mesa 25, because Dawn finds no
// adapter in Debian 12's own Mesa 22. It comes from Debian's backports into .cache (about 190 MB) and
// nothing of the system changes: apt-get works in a folder of its own, and no package is installed.
// Usage: export $(node scripts/lavapipe.mjs)

import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const release = "bookworm";
const folder = join(root, ".cache", `lavapipe-${release}-${process.arch}`);
const machine = { x64: ["amd64", "x86_64-linux-gnu"], arm64: ["arm64", "aarch64-linux-gnu"] }[process.arch];
const advice = "install mesa-vulkan-drivers of Mesa 25 or newer, and libvulkan1";
const stepLimit = 5 * 60_000; // milliseconds

// Every Debian has these, and a process must not load a second C library.
const systemsOwn = /^(libc6|libgcc-s1|libstdc\+\+6|gcc-.*-base)$/;

/**
 * What the environment of a process must have for software Vulkan. The process has to be started with it:
 * the dynamic linker reads LD_LIBRARY_PATH only once. Throws one line when there is no such driver to be had.
 */
export async function softwareVulkan(say = () => {}) {
  const installed = systemDrivers();
  if (installed.length > 0) {
    return { environment: { VK_DRIVER_FILES: installed.join(":") } };
  }
  if (!existsSync(join(folder, "libvulkan_lvp.so"))) {
    await setUp(say);
  }
  const given = process.env.LD_LIBRARY_PATH?.split(":") ?? [];
  const libraries = [folder, ...given.filter((path) => path !== "" && path !== folder)].join(":");
  return { environment: { VK_DRIVER_FILES: driverFile(), LD_LIBRARY_PATH: libraries } };
}

/** The descriptions of an installed lavapipe that is new enough and has a Vulkan loader beside it. */
function systemDrivers() {
  const libraries = ["/usr/lib", "/usr/lib64", `/usr/lib/${machine?.[1]}`];
  if (!libraries.some((path) => existsSync(join(path, "libvulkan.so.1")))) {
    return [];
  }
  return ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
    .filter(existsSync)
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .filter((path) => /lvp_icd.*\.json$/.test(path) && isNew(JSON.parse(readFileSync(path, "utf8"))));
}

/** Descriptions do not tell Mesa's version, but from 25 on lavapipe offers Vulkan 1.4. */
function isNew(description) {
  const [major, minor] = description.ICD.api_version.split(".").map(Number);
  return major > 1 || minor >= 4;
}

/** The description of our driver. It has an absolute path in it, so it is renewed when the checkout moved. */
function driverFile() {
  const path = join(folder, "lavapipe.json");
  const description = JSON.parse(readFileSync(join(folder, "lvp_icd.json"), "utf8"));
  description.ICD.library_path = join(folder, "libvulkan_lvp.so");
  const text = `${JSON.stringify(description)}\n`;
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
  }
  return path;
}

/** Unpacks the driver in a draft that gets the folder's name only when complete. */
async function setUp(say) {
  if (process.platform !== "linux" || machine === undefined || debianRelease() !== release) {
    throw new Error(`software Vulkan is set up on Debian 12 (x64, arm64) only; elsewhere, ${advice}`);
  }
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) {
    throw new Error(`there is no apt-get to fetch software Vulkan with; ${advice}`);
  }
  const mirrors = sources();
  if (mirrors.length === 0) {
    throw new Error(`/etc/apt names no mirror of ${release} to fetch software Vulkan from; add one`);
  }
  say("fetching lavapipe of Mesa 25 into .cache (a few seconds, 190 MB)");
  const draft = `${folder}.${process.pid}`;
  let failure;
  for (const mirror of mirrors) {
    try {
      rmSync(draft, { recursive: true, force: true });
      await unpackInto(draft, mirror);
      renameSync(join(draft, "ready"), folder);
      return;
    } catch (error) {
      // The rename also fails when another process was faster, and what that one made is as good.
      if (existsSync(join(folder, "libvulkan_lvp.so"))) {
        return;
      }
      failure ??= error;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  throw new Error(`software Vulkan could not be set up: ${failure.message}; try again, or ${advice}`);
}

function debianRelease() {
  if (!existsSync("/etc/os-release")) {
    return undefined;
  }
  return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
}

/**
 * The machine's own sources of the release, as stanzas that offer its backports too and keep all that is said
 * of keys. Some may belong to others who name their suites as Debian does, so each is worth a try.
 */
function sources() {
  const parts = "/etc/apt/sources.list.d";
  const names = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  return ["/etc/apt/sources.list", ...names.filter((name) => /\.(list|sources)$/.test(name))]
    .filter(existsSync)
    .map((name) => readFileSync(name, "utf8").replace(/^deb\s+(\[.*?\]\s)?\s*(\S+)\s+(\S+)(.*)$/gm, asStanza))
    .flatMap((text) => text.split(/\n\s*\n/))
    .filter((stanza) => new RegExp(`^Suites:(.*\\s)?${release}(\\s|$)`, "im").test(stanza))
    .filter((stanza) => /^Components:.*\bmain\b/im.test(stanza) && !/^Enabled:\s*no/im.test(stanza))
    .map((stanza) => stanza.replace(/^(Types|Suites|Components):.*\n?([ \t].*\n?)*/gim, "").trim())
    .map((rest) => `Types: deb\nSuites: ${release} ${release}-backports\nComponents: main\n${rest}\n`);
}

/** A source in the old style of one line, in the style of stanzas. */
function asStanza(_line, options = "", uri, suite, components) {
  const fields = options.replace(/[[\]]/g, "").trim().split(/\s+/);
  const more = fields.map((field) => field.replace("=", ": ")).join("\n");
  return `\nTypes: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents:${components}\n${more}\n`;
}

/** Leaves in `draft`/ready the driver's description, the driver and all libraries that it needs. */
async function unpackInto(draft, mirror) {
  for (const name of ["state", "cache", "sources", "packages", "tree", "ready"]) {
    mkdirSync(join(draft, name), { recursive: true });
  }
  writeFileSync(join(draft, "sources", "one.sources"), mirror);
  // No package counts as installed: what is fetched then does not depend on the machine.
  writeFileSync(join(draft, "state", "status"), "");
  // Given with -c, this overrules /etc/apt/apt.conf.d, whose proxy and the like still hold.
  const settings = [
    `Dir::State "${draft}/state"`,
    `Dir::State::status "${draft}/state/status"`,
    `Dir::Cache "${draft}/cache"`,
    `Dir::Etc::sourcelist "/dev/null"`,
    `Dir::Etc::sourceparts "${draft}/sources"`,
    `Dir::Etc::preferences "/dev/null"`,
    `Dir::Etc::preferencesparts "/dev/null"`,
    `APT::Sandbox::User "root"`,
    `APT::Update::Error-Mode "any"`,
    "#clear APT::Update::Post-Invoke",
    "#clear APT::Update::Post-Invoke-Success",
  ];
  writeFileSync(join(draft, "apt.conf"), settings.map((line) => `${line};\n`).join(""));
  const packages = join(draft, "packages");
  const apt = (...words) => run("apt-get", ["-c", join(draft, "apt.conf"), ...words], packages);
  await apt("update");
  const wanted = ["-t", `${release}-backports`, "mesa-vulkan-drivers", "libvulkan1"];
  const plan = await apt("install", "--simulate", "--no-install-recommends", ...wanted);
  const needed = [...plan.matchAll(/^Inst (\S+) \((\S+)/gm)].filter(([, name]) => !systemsOwn.test(name));
  await apt("download", ...needed.map(([, name, version]) => `${name}=${version}`));
  for (const name of readdirSync(packages)) {
    await run("dpkg-deb", ["--extract", name, join(draft, "tree")], packages);
  }

  // The package has the drivers of all makes of hardware, which are large.
  const isNeeded = (name) => /\.so(\.|$)/.test(name) && !/^lib(vulkan_(?!lvp)|VkLayer)/.test(name);
  for (const place of [`lib/${machine[1]}`, `usr/lib/${machine[1]}`]) {
    for (const name of readdirSync(join(draft, "tree", place)).filter(isNeeded)) {
      renameSync(join(draft, "tree", place, name), join(draft, "ready", name));
    }
  }
  const descriptions = join(draft, "tree", "usr/share/vulkan/icd.d");
  const description = readdirSync(descriptions).find((name) => name.startsWith("lvp_icd"));
  if (
    description === undefined ||
    !isNew(JSON.parse(readFileSync(join(descriptions, description), "utf8")))
  ) {
    throw new Error("the backports have no lavapipe of Mesa 25");
  }
  renameSync(join(descriptions, description), join(draft, "ready", "lvp_icd.json"));
}

/** Runs a program to its end and gives what it printed; rejects with one line of what it complained of. */
async function run(program, words, cwd) {
  const options = { cwd, env: { ...process.env, LC_ALL: "C" }, timeout: stepLimit, maxBuffer: 1 << 24 };
  try {
    return (await promisify(execFile)(program, words, options)).stdout;
  } catch (error) {
    const lines = (error.stderr || error.message).trim().split("\n");
    const told = lines.find((line) => line.startsWith("E: ")) ?? lines.at(-1);
    throw new Error(`${program} ${error.killed ? "took too long" : `failed: ${told}`}`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { environment } = await softwareVulkan((line) => console.error(line));
    for (const [name, value] of Object.entries(environment)) {
      console.log(`${name}=${value}`);
    }
  } catch (error) {
    console.error(`lavapipe: ${error.message}`);
    process.exitCode = 1;
  }
}
