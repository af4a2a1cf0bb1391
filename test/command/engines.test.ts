/** The command with a GPU, which a program imitates, and without one. */
import { beforeAll, describe, expect, test } from "vitest";
import { softwareVulkan } from "../../scripts/lavapipe.mjs";
import { diag, diagJson } from "./diag.js";

interface DoctorJson {
  engines: {
    engine: string;
    works: boolean;
    software?: boolean;
    device?: string;
    problem?: string;
    facts: Record<string, string>;
  }[];
}

interface VerifyJson {
  runs: {
    backend: string;
    device: string;
    verdict: string;
    plain: { measured: number };
    roundingFloor?: number;
  }[];
}

/** No driver of Vulkan is found with these, whatever the machine has. */
const withoutGpu = { VK_DRIVER_FILES: "/nowhere/driver.json", VK_ICD_FILENAMES: "/nowhere/driver.json" };
let withGpu: Record<string, string>;
const gauss = "examples/gauss.diag";

beforeAll(async () => {
  withGpu = (await softwareVulkan()).environment;
}, 180_000);

describe("diag doctor", () => {
  test("tries each engine, and tells what it runs on", async () => {
    const { status, json } = await diagJson<DoctorJson>(["doctor"], undefined, { environment: withGpu });
    const named = new Map(json.engines.map((one) => [one.engine, one]));
    expect(named.get("cpu")).toMatchObject({ works: true, software: false });
    const compiled = named.get("native")!;
    if (compiled.works) {
      expect(Object.keys(compiled.facts)).toEqual(expect.arrayContaining(["compiler", "flags", "vectors"]));
      expect(compiled.facts["largest difference to the processor in 256 trials"]).toBe("none");
      expect(compiled.facts["updates a second in 1048576 trials"]).toMatch(/^\d[\d.]* million$/);
    } else {
      expect(compiled.problem).toMatch(/compiler|compiled/);
    }
    const gpu = named.get("webgpu")!;
    expect(gpu).toMatchObject({ works: true, software: true });
    expect(gpu.device).toMatch(/llvmpipe/);
    expect(Object.keys(gpu.facts)).toEqual(
      expect.arrayContaining(["webgpu", "adapter", "driver", "largest buffer"]),
    );
    expect(status).toBe(0);
  });

  test("says in one line why an engine is not there; the processor is enough", async () => {
    const { status, json } = await diagJson<DoctorJson>(["doctor"], undefined, { environment: withoutGpu });
    const gpu = json.engines.find(({ engine }) => engine === "webgpu")!;
    expect(gpu.works).toBe(false);
    expect(gpu.problem).toMatch(/^no GPU was found; a driver .* is needed$/);
    expect(status).toBe(0);
    const { output } = await diag(["doctor"], { environment: withoutGpu });
    expect(output).toMatch(/^cpu: works: WebAssembly on/m);
    expect(output).toMatch(/^webgpu: not available\n {2}No GPU was found/m);
    expect(output).not.toMatch(/\bat .*:\d+:\d+/);
  });
});

describe("diag doctor, stopped", () => {
  test("ends with what it has found, and says that it was stopped", async () => {
    const { status, output, errors } = await diag(["doctor"], {
      environment: withGpu,
      interruptAfter: /^cpu: works/m,
    });
    expect(status).toBe(3);
    expect(output).toMatch(/^cpu: works/m);
    expect(output).not.toContain("tfjs-node-gpu");
    expect(errors).toContain("stopped; what is printed is what was known by then");
  });
});

describe("diag verify --backend", () => {
  test("native has the processor's numbers, and a compiler that is missing is refused in one line", async () => {
    const words = ["verify", gauss, "--trials", "50000"];
    const { status, output, errors } = await diag([...words, "--backend", "native"], {
      environment: { PATH: "relative:." },
    });
    expect([status, output]).toEqual([2, ""]);
    expect(errors).toMatch(/^diag: there is no compiler of C on the PATH \([^\n]+\n$/);
    const cpu = await diagJson<VerifyJson>([...words, "--backend", "cpu"]);
    const compiled = await diagJson<VerifyJson>([...words, "--backend", "native"]);
    if (/no compiler/.test(compiled.errors)) {
      return;
    }
    const measured = ({ runs }: VerifyJson) => runs.map(({ plain, verdict }) => ({ plain, verdict }));
    expect(measured(compiled.json)).toEqual(measured(cpu.json));
    expect(compiled.json.runs.map(({ backend }) => backend)).toEqual(cpu.json.runs.map(() => "native"));
    expect(compiled.errors).toMatch(
      /gauss_excess eta = 0\.025: native \(compiled for .*\), since it was asked for/,
    );
  });

  test("webgpu simulates the same trials there, and states its rounding floor", async () => {
    const words = ["verify", gauss, "--trials", "50000"];
    const gpu = await diagJson<VerifyJson>([...words, "--backend", "webgpu"], undefined, {
      environment: withGpu,
    });
    const cpu = await diagJson<VerifyJson>([...words, "--backend", "cpu"]);
    expect(gpu.status).toBe(cpu.status);
    expect(gpu.json.runs.map(({ backend, verdict }) => [backend, verdict])).toEqual(
      cpu.json.runs.map(({ verdict }) => ["webgpu", verdict]),
    );
    gpu.json.runs.forEach(({ plain, roundingFloor, device }, index) => {
      expect(device).toMatch(/llvmpipe/);
      expect(Math.abs(plain.measured - cpu.json.runs[index]!.plain.measured)).toBeLessThanOrEqual(
        roundingFloor!,
      );
      expect(cpu.json.runs[index]).not.toHaveProperty("roundingFloor");
    });
    expect(gpu.errors).toMatch(/gauss_excess eta = 0\.025: webgpu \(llvmpipe.*\), since it was asked for/);
  });

  test("tfjs simulates the same trials, too", async () => {
    const words = ["verify", gauss, "--trials", "4000"];
    const tensors = await diagJson<VerifyJson>([...words, "--backend", "tfjs"]);
    const cpu = await diagJson<VerifyJson>([...words, "--backend", "cpu"]);
    expect(tensors.status).toBe(cpu.status);
    tensors.json.runs.forEach(({ backend, verdict, plain, roundingFloor }, index) => {
      expect([backend, verdict]).toEqual(["tfjs", cpu.json.runs[index]!.verdict]);
      expect(Math.abs(plain.measured - cpu.json.runs[index]!.plain.measured)).toBeLessThanOrEqual(
        roundingFloor!,
      );
    });
  });

  test("webgpu without a GPU is refused in one line", async () => {
    const { status, output, errors } = await diag(["verify", gauss, "--backend", "webgpu"], {
      environment: withoutGpu,
    });
    expect(status).toBe(2);
    expect(output).toBe("");
    expect(errors).toMatch(/^diag: no GPU was found; [^\n]+\n$/);
  });

  test("the table has the floor", async () => {
    const { output } = await diag(["verify", gauss, "--trials", "4000", "--backend", "webgpu"], {
      environment: withGpu,
    });
    expect(output).toMatch(/measured {2,}left over {2,}± rounding {2,}trials/);
    expect(output).toMatch(/\(\d+\) +\d(\.\d+)?e-\d+ +4000 /);
  });

  test("auto says what it takes and why", async () => {
    const { status, errors } = await diag(["verify", gauss, "--trials", "200000"], { environment: withGpu });
    expect(errors).toMatch(/^gauss_excess eta = 0\.025: cpu \(WebAssembly on .*\), since the run is short$/m);
    expect(status).toBe(0);
  });
});
