import { describe, expect, test } from "vitest";
import { diag, diagJson, withFolder } from "./diag.js";

const library =
  "landscape bowl {\n  weights u = 0, v = 1\n  data x ~ normal(0, 1)\n  loss (u - x)^2 + v^2\n}\n";
const main = `import "./library.diag"
diagram drift = (01-2-3)(02-12-23)
verify wide {
  landscape bowl
  gd(N = 3, T = 2)
  eta = 0.1, 0.2
  observe test_loss, displacement(v)
  predict drift
  sum = integral
  trials = 50
}
`;

describe("diag evaluate", () => {
  test("says which of several numbers is which, and of one nothing", async () => {
    await withFolder({ "library.diag": library }, async (cwd) => {
      const said = async (observable: string) => {
        const asked = ["--order", "1", "--gd", "N=2,T=1", "--eta", "0.1", "--observe", observable];
        const { output } = await diag(["evaluate", "library.diag", ...asked], { cwd });
        return output.split("\n")[1];
      };
      expect(await said("displacement")).toBe("numbers in this order: displacement(u), displacement(v)");
      expect(await said("displacement(v)")).toBe("");
    });
  });
});

describe("diag describe", () => {
  test("says that there is nothing, and how much is wrong", async () => {
    const broken = "diagram a = (0\ndiagram b = (1\n";
    await withFolder(
      { "empty.diag": "", "broken.diag": broken, "half.diag": `${library}${broken}` },
      async (cwd) => {
        const said = async (file: string) => {
          const { status, output, errors } = await diag(["describe", file], { cwd });
          return [status, output.trimEnd().split("\n")[0], errors];
        };
        const check = await diagJson<{ diagnostics: { severity: string }[] }>(["check", "broken.diag"], cwd);
        const count = check.json.diagnostics.filter(({ severity }) => severity === "error").length;
        expect(count).toBeGreaterThan(0);
        const note = (file: string) =>
          expect.stringMatching(
            new RegExp(`^note: ${count} errors? in ${file}; .*diag check says what it is\n$`),
          );
        expect(await said("empty.diag")).toEqual([0, "empty.diag declares nothing", ""]);
        expect(await said("broken.diag")).toEqual([
          ...[0, "broken.diag declares nothing that is sound"],
          note("broken.diag"),
        ]);
        expect(await said("half.diag")).toEqual([0, expect.stringMatching(/^kind +name/), note("half.diag")]);
      },
    );
  });

  test("lists what a file declares and imports, in the file's own words", async () => {
    await withFolder({ "library.diag": library, "main.diag": main }, async (folder) => {
      const { status, json } = await diagJson(["describe", "main.diag"], folder);
      expect(status).toBe(0);
      expect(json).toEqual({
        diagrams: [{ name: "drift", own: true, diagram: "(01-2-3)(02-12-23)", edges: 3 }],
        landscapes: [{ name: "bowl", own: false, weights: ["u", "v"] }],
        verifies: [
          {
            name: "wide",
            own: true,
            landscape: "bowl",
            spacetime: "gd(N = 3, T = 2)",
            etas: [0.1, 0.2],
            observables: ["test_loss", "displacement(v)"],
            predict: "drift",
            sum: "integral",
            trials: 50,
          },
        ],
      });
    });
  });

  test("prints a table for people", async () => {
    const { status, output } = await diag(["describe", "examples/gauss.diag"]);
    expect(status).toBe(0);
    expect(output).toMatch(/diagram +skew +\(012-3\)\(03-13-23\)/);
    expect(output).toMatch(
      /verify +gauss_excess +order 3 of test_loss on gauss in sgd\(N = 10, E = 1, B = 1\)/,
    );
  });

  test("takes one file", async () => {
    expect((await diag(["describe"])).status).toBe(2);
    expect((await diag(["describe", "a.diag", "b.diag"])).status).toBe(2);
  });
});
