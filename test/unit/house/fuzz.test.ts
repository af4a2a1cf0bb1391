import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Whether the fuzzer finds what is wrong: faults of every kind that are planted at known seeds of a target that is nobody's.

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What the script says of the planted target, and its exit status. */
function fuzz(
  planted: string,
  ...words: string[]
): Promise<{ readonly status: number; readonly said: string }> {
  return new Promise((resolve) => {
    const script = [
      "scripts/rooms/fuzz.mjs",
      "--only",
      "planted",
      "--seconds",
      "60",
      "--wait",
      "2",
      ...words,
    ];
    const environment = { ...process.env, DIAG_FUZZ_PLANTED: planted };
    execFile(process.execPath, script, { cwd: root, env: environment }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });
}

describe("the fuzzer", () => {
  test.each([
    ["throws", "throws TypeError: a fault that was planted"],
    ["strays", "throws Error: nobody waits for it"],
    ["hangs", "hangs: it takes more than 2 s"],
    ["ends", "ends its process (SIGSEGV)"],
    ["grows", "takes 300 MiB, more than 256"],
  ])("finds an input that %s, and says how to repeat it", async (planted, words) => {
    // The first seed with the fault is 63.
    const { status, said } = await fuzz(
      planted,
      "--from",
      "62",
      "--inputs",
      "3",
      "--wait",
      planted === "hangs" ? "2" : "60",
    );
    expect(said.replace(/takes \d+ MiB/, "takes 300 MiB")).toContain(
      `planted: the input of seed 63 ${words}`,
    );
    expect(said).toContain("repeat it by: node scripts/rooms/fuzz.mjs --only planted --from 63 --inputs 1");
    expect(said).toContain("3 inputs of 1 targets, 1 findings");
    expect(status).toBe(1);
  });

  test("finds nothing where nothing is wrong, and says where all inputs come to the same", async () => {
    const [sound, same] = await Promise.all([
      fuzz("", "--inputs", "600"),
      fuzz("nothing", "--inputs", "600"),
    ]);
    expect(sound.said).toMatch(/^planted: 600 inputs \(seeds 0 to 599; read \d+, refused \d+\), 0 findings/m);
    expect(sound.status).toBe(0);
    expect(same.said).toContain("of 600 inputs none was refused, so that they show little");
    expect(same.status).toBe(1);
  });
});
