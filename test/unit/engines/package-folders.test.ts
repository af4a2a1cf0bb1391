import { expect, test } from "vitest";
import { type PackageMachine, packageFolders } from "../../../src/engines/package-folders.js";

const machine: PackageMachine = {
  platform: "linux",
  nodeProgram: "/opt/node/bin/node",
  home: "/home/ada",
  environment: { NODE_PATH: ".:node_modules::/srv/modules", npm_config_prefix: "./evil" },
  readText: (path) => (path === "/home/ada/.npmrc" ? "prefix=~/global\n" : undefined),
};
const users = (changed: Partial<PackageMachine>, named?: readonly string[]) =>
  packageFolders({ ...machine, ...changed }, named).map(({ folder }) => folder);

test("packages are looked for in absolute folders only, whatever the environment says", () => {
  expect(users({})).toEqual(["/srv/modules", "/home/ada/global/lib", "/opt/node/lib"]);
  expect(users({ readText: () => "prefix=../global" })).toEqual(["/srv/modules", "/opt/node/lib"]);
});

test("a folder that is named comes first, and no relative one counts", () => {
  expect(users({}, ["/srv/named", "named"])[0]).toBe("/srv/named");
  expect(users({}, ["named"])).not.toContain("named");
});

test("on Windows a folder is absolute with its drive", () => {
  const folders = users({
    platform: "win32",
    nodeProgram: "C:\\node\\node.exe",
    home: "C:\\Users\\ada",
    environment: { NODE_PATH: ".;D:\\modules", APPDATA: "AppData" },
    readText: () => undefined,
  });
  expect(folders).toEqual(["D:\\modules", "C:\\node"]);
});
