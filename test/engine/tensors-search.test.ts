import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { type Machine, thisMachine } from "../../src/engines/tensors/machine.js";
import { findRuntime } from "../../src/engines/tensors/runtime.js";
import { makeStandIn, root as rootWithSlash, temporaryFolder } from "./tensors-stand-in.js";

/** This program's own folder. */
const root = rootWithSlash.replace(/\/$/, "");

let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A machine with some files: each path's text, or names of the dynamic linker's. */
function machineWith(files: Readonly<Record<string, string>>, more: Partial<Machine> = {}): Machine {
  const platform = more.platform ?? "linux";
  const separator = platform === "win32" ? "\\" : "/";
  return {
    platform,
    architecture: "x64",
    nodeProgram: "/opt/node/bin/node",
    nodeVersion: "22.1.0",
    home: "/home/ada",
    environment: {},
    readText: (path) => files[path],
    list: (path) => [
      ...new Set(
        Object.keys(files)
          .filter((file) => file.startsWith(`${path}${separator}`))
          .map((file) => file.slice(path.length + 1).split(separator)[0]!),
      ),
    ],
    linkerCache: () => "",
    ...more,
  };
}

const packageFiles = (modules: string, version = "4.22.0"): Record<string, string> => ({
  [`${modules}/@tensorflow/tfjs-node-gpu/package.json`]: JSON.stringify({ version }),
  [`${modules}/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node`]: "",
  [`${modules}/@tensorflow/tfjs-node-gpu/deps/lib/libtensorflow.so.2`]: "",
});

const cudaNames = [
  "libcuda.so.1",
  "libcudart.so.11.0",
  "libcublas.so.11",
  "libcublasLt.so.11",
  "libcufft.so.10",
  "libcurand.so.10",
  "libcusolver.so.11",
  "libcusparse.so.11",
  "libcudnn.so.8",
];

const cudaIn = (place: string, names: readonly string[] = cudaNames) =>
  Object.fromEntries(names.map((name) => [`${place}/${name}`, ""]));

const cached = cudaNames
  .map((name) => `\t${name} (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/${name}`)
  .join("\n");

const places = { namedFolders: ["/home/ada/papers/sgd"], storageFolder: "/home/ada/.storage/runtime" };

describe("the search for the native runtime", () => {
  test.each([
    ["the named", "/home/ada/papers/sgd/node_modules", "/home/ada/papers/sgd", {}],
    ["this program's", `${root}/node_modules`, root, {}],
    ["the user's", "/opt/node/lib/node_modules", "/opt/node/lib", {}],
    ["the user's", "/shared/modules", "/shared/modules", { NODE_PATH: "/none:/shared/modules" }],
    ["the user's", "/own/lib/node_modules", "/own/lib", { npm_config_prefix: "/own" }],
    ["ours", "/home/ada/.storage/runtime/node_modules", "/home/ada/.storage/runtime", {}],
  ])("finds %s in %s", (whose, modules, expected, environment) => {
    const own = { [join(root, "package.json")]: '{"name":"descent-diagrams"}' };
    const files = { ...own, ...packageFiles(modules) };
    const machine = machineWith(files, { environment, linkerCache: () => cached });
    const report = findRuntime(places, machine);
    expect(report).toEqual({
      facts: [
        {
          fact: `${whose} @tensorflow/tfjs-node-gpu 4.22.0 is in ${modules}/@tensorflow/tfjs-node-gpu`,
          ok: true,
        },
        { fact: "Node 22.1.0 will do", ok: true },
        { fact: "CUDA 11 and cuDNN 8 are in /usr/lib/x86_64-linux-gnu", ok: true },
      ],
      folder: expected,
      gpu: true,
    });
  });

  test("takes nothing that merely lies beside this program", () => {
    const own = { [join(root, "package.json")]: '{"name":"descent-diagrams"}' };
    const beside = { ...packageFiles(dirname(root)), ...packageFiles(join(dirname(root), "node_modules")) };
    expect(findRuntime({}, machineWith({ ...own, ...beside })).folder).toBeUndefined();
  });

  test("finds the user's by the prefix that npm is set to", () => {
    const files = {
      ...packageFiles("/home/ada/npm/lib/node_modules"),
      "/home/ada/.npmrc": "color=false\nprefix = ~/npm\n",
    };
    expect(findRuntime(places, machineWith(files)).folder).toBe("/home/ada/npm/lib");
  });

  test("takes the first that can be loaded, and tells of those that cannot", () => {
    const broken = { "/home/ada/papers/sgd/node_modules/@tensorflow/tfjs-node-gpu/package.json": "{" };
    const machine = machineWith({
      ...broken,
      ...packageFiles("/opt/node/lib/node_modules"),
      ...packageFiles(`${places.storageFolder}/node_modules`),
    });
    const { facts, folder: chosen } = findRuntime(places, machine);
    expect(chosen).toBe("/opt/node/lib");
    expect(facts.slice(0, 3).map(({ ok }) => ok)).toEqual([false, true, true]);
  });

  test("says what to do when there is none", () => {
    const { facts, gpu, folder: chosen } = findRuntime(places, machineWith({}, { nodeVersion: "24.3.0" }));
    expect(gpu).toBe(false);
    expect(chosen).toBeUndefined();
    expect(facts).toEqual([
      {
        fact: "@tensorflow/tfjs-node-gpu is not installed: it is not in /home/ada/papers/sgd, among the user's packages, in /home/ada/.storage/runtime",
        ok: false,
        whatToDo:
          'run "Diag: TensorFlow: Install GPU Runtime" in the editor, or npm install --global @tensorflow/tfjs-node-gpu@4.22.0; ' +
          "a project's own is used where its folder is named: --runtime FOLDER, or diag.engine.runtimeFolders",
      },
      { fact: "Node 24.3.0 is newer than 22: functions that it no longer has are put in", ok: true },
      {
        fact: "CUDA 11 is not found",
        ok: false,
        whatToDo:
          "install NVIDIA's driver, CUDA 11.2 and cuDNN 8.1; without them TensorFlow computes on the processor",
      },
    ]);
  });

  const modules = "/home/ada/papers/sgd/node_modules";
  const path = `${modules}/@tensorflow/tfjs-node-gpu`;
  const damaged = (change: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries({ ...packageFiles(modules), ...change }).flatMap(([file, text]) =>
        text === undefined ? [] : [[file, text]],
      ),
    );

  test.each([
    [
      "no binding",
      damaged({ [`${path}/lib/napi-v8/tfjs_binding.node`]: undefined }),
      "lacks its native binding, tfjs_binding.node",
      "npm rebuild @tensorflow/tfjs-node-gpu in /home/ada/papers/sgd",
    ],
    [
      "no libtensorflow",
      damaged({ [`${path}/deps/lib/libtensorflow.so.2`]: undefined }),
      "lacks libtensorflow, which its installation downloads",
      "npm rebuild @tensorflow/tfjs-node-gpu in /home/ada/papers/sgd",
    ],
    [
      "an old version",
      damaged({ [`${path}/package.json`]: '{"version":"3.21.1"}' }),
      "is version 3.21.1, and 4.22 is needed",
      "npm install --global @tensorflow/tfjs-node-gpu@4.22.0",
    ],
    [
      "a damaged package.json",
      damaged({ [`${path}/package.json`]: '{"version":' }),
      "has a package.json that cannot be read",
      `remove ${path}, then npm install --global @tensorflow/tfjs-node-gpu@4.22.0`,
    ],
    [
      "no package.json",
      damaged({ [`${path}/package.json`]: undefined }),
      "has a package.json that cannot be read",
      `remove ${path}, then npm install --global @tensorflow/tfjs-node-gpu@4.22.0`,
    ],
  ])("tells of an installation with %s in one line", (_, files, what, whatToDo) => {
    const report = findRuntime(places, machineWith(files));
    expect(report.folder).toBeUndefined();
    expect(report.gpu).toBe(false);
    expect(report.facts[0]).toEqual({
      fact: `the named @tensorflow/tfjs-node-gpu in ${path} ${what}`,
      ok: false,
      whatToDo,
    });
  });

  test("finds CUDA where the loader does not look, and tells the loader", () => {
    const files = {
      ...packageFiles(modules),
      ...cudaIn("/usr/local/cuda-11.2/lib64", cudaNames.slice(1)),
      ...cudaIn("/drivers", ["libcuda.so.1"]),
    };
    const machine = machineWith(files, { environment: { LD_LIBRARY_PATH: "/drivers" } });
    expect(findRuntime(places, machine)).toMatchObject({
      gpu: true,
      environment: { LD_LIBRARY_PATH: "/usr/local/cuda-11.2/lib64:/drivers" },
    });
  });

  test("says which of CUDA's libraries are missing", () => {
    const files = { ...packageFiles(modules), ...cudaIn("/usr/local/cuda/lib64", cudaNames.slice(0, -1)) };
    const report = findRuntime(places, machineWith(files));
    expect(report.gpu).toBe(false);
    expect(report.environment).toBeUndefined();
    expect(report.facts.at(-1)).toMatchObject({
      fact: "CUDA 11 is not complete: libcudnn.so.8 not found",
      ok: false,
    });
  });

  test("looks where Windows has things", () => {
    const modulesThere = "C:\\Users\\ada\\AppData\\Roaming\\npm\\node_modules\\@tensorflow\\tfjs-node-gpu";
    const names = [
      "nvcuda",
      "cudart64_110",
      "cublas64_11",
      "cublasLt64_11",
      "cufft64_10",
      "curand64_10",
      "cusolver64_11",
      "cusparse64_11",
      "cudnn64_8",
    ];
    const files = {
      [`${modulesThere}\\package.json`]: '{"version":"4.22.0"}',
      [`${modulesThere}\\lib\\napi-v8\\tfjs_binding.node`]: "",
      [`${modulesThere}\\lib\\napi-v8\\tensorflow.dll`]: "",
      ...Object.fromEntries(names.map((name) => [`D:\\cuda\\bin\\${name}.dll`, ""])),
    };
    const machine = machineWith(files, {
      platform: "win32",
      nodeProgram: "C:\\node\\node.exe",
      environment: {
        APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
        Path: "C:\\Windows",
        CUDA_PATH: "D:\\cuda",
      },
    });
    expect(findRuntime({ namedFolders: ["C:\\work"] }, machine)).toMatchObject({
      folder: "C:\\Users\\ada\\AppData\\Roaming\\npm",
      gpu: true,
      environment: { PATH: "D:\\cuda\\bin;C:\\Windows" },
    });
  });

  test.each([
    ["darwin", "arm64", "macOS on arm64"],
    ["linux", "arm64", "Linux on arm64"],
  ] as const)("says that there is none for %s on %s", (platform, architecture, name) => {
    expect(findRuntime(places, machineWith({}, { platform, architecture }))).toEqual({
      facts: [
        {
          fact: `TensorFlow has no build with CUDA for ${name}`,
          ok: false,
          whatToDo: "use the webgpu engine",
        },
      ],
      gpu: false,
    });
  });

  test("works on this machine, in the folder that is named and not below it", () => {
    const base = join(folder, "here");
    const path = makeStandIn(base);
    mkdirSync(join(base, "deep/er"), { recursive: true });
    const report = findRuntime({ namedFolders: [base] }, thisMachine());
    expect(report.folder).toBe(base);
    expect(report.facts[0]!.fact).toBe(`the named @tensorflow/tfjs-node-gpu 4.22.0 is in ${path}`);
    expect(findRuntime({ namedFolders: [join(base, "deep/er")] }, thisMachine()).folder).not.toBe(base);
  });

  test.each([
    ["NODE_PATH", { NODE_PATH: "node_modules:.:./node_modules:..", npm_config_prefix: "" }, {}],
    ["npm's prefix", { npm_config_prefix: "." }, {}],
    ["npm's settings", {}, { "/home/ada/.npmrc": "prefix=evil" }],
  ])("does not go by relative paths of %s", (_, environment, files) => {
    const evil = [
      "node_modules",
      ".",
      "./node_modules",
      "../node_modules",
      "lib/node_modules",
      "evil/lib/node_modules",
    ];
    const all = Object.assign({ ...files }, ...evil.map((place) => packageFiles(place)));
    expect(findRuntime({}, machineWith(all, { environment })).folder).toBeUndefined();
    expect(findRuntime({ namedFolders: ["."] }, machineWith(all, { environment })).folder).toBeUndefined();
  });
});
