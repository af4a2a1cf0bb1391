import { type Browser, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import type { DeviceDescription, DeviceLink, ToGpuPage } from "../../src/device/index.js";
import { DeviceLost } from "../../src/device/index.js";
import { PageDevice, PageFault, type StopToken } from "../../src/extension/gpu/page-device.js";
import { webviewPage } from "../../src/extension/preview/page.js";
import { browserWords } from "./browser.js";
import type { Bundle } from "./bundle.js";
import { gpuEditor, withoutGpu } from "./gpu-in-page.mjs";
import { bodyClasses, hostStyle, type ThemeName, themeVariables } from "./harness.js";
import { post } from "./in-page.mjs";

/* The page that lends its GPU, in a browser whose GPU is a program, behind the extension's own relay. */

/** What makes Chromium's SwiftShader a GPU; it needs no graphics. */
const gpuWords = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

export async function openGpuBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: inject("chromium"),
    args: [...browserWords, ...gpuWords],
  });
}

export interface OpenedGpu {
  readonly device: PageDevice;
  /** Lines of the console that are errors or warnings, violations of the policy included. */
  readonly complaints: string[];
  /** GPUs that were found. */
  readonly found: DeviceDescription[];
  /** How often the page said that it goes on. */
  alive(): number;
  /** The tab that is open. */
  page(): Page;
  close(): Promise<void>;
}

export interface GpuOptions {
  readonly theme?: ThemeName;
  /** Whether the browser has WebGPU; it has when absent. */
  readonly hasGpu?: boolean;
}

/** The extension's relay with tabs of a browser. A page needs a secure origin for its GPU. */
export async function openGpu(
  browser: Browser,
  bundle: Bundle,
  { theme = "dark", hasGpu = true }: GpuOptions = {},
): Promise<OpenedGpu> {
  const context = await browser.newContext({ viewport: { width: 700, height: 420 } });
  const complaints: string[] = [];
  const found: DeviceDescription[] = [];
  let alive = 0;
  let page: Page | undefined;
  const origin = "https://gpu.test";
  const html = webviewPage(
    { title: "GPU", facts: {} },
    { script: "/gpu.js", style: "/gpu.css", origin, nonce: "abc" },
  ).replace("<body", `<body class="${bodyClasses[theme]}"`);
  const style = `:root { ${themeVariables(theme)} } ${hostStyle} ${bundle.style}`;
  const files: Record<string, readonly [type: string, body: string]> = {
    "/": ["text/html", html],
    "/gpu.css": ["text/css", style],
    "/gpu.js": ["text/javascript", bundle.script],
  };
  const device = new PageDevice({
    open: (listener) => {
      const opening = (async () => {
        const tab = await context.newPage();
        page = tab;
        tab.on("console", (message) => {
          if (["error", "warning"].includes(message.type())) {
            complaints.push(message.text());
          }
        });
        tab.on("pageerror", (error) => complaints.push(String(error)));
        tab.on("close", () => listener.gone());
        await tab.exposeFunction("heard", (message: unknown) => listener.hear(message));
        await tab.addInitScript(gpuEditor);
        if (!hasGpu) {
          await tab.addInitScript(withoutGpu);
        }
        await tab.route("**/*", (route) => {
          const file = files[new URL(route.request().url()).pathname];
          return file
            ? route.fulfill({ contentType: file[0], body: file[1] })
            : route.fulfill({ status: 404 });
        });
        await tab.goto(origin);
        return tab;
      })();
      return {
        post: (message) =>
          void opening
            .then((tab) => tab.evaluate(post as unknown as (message: ToGpuPage) => void, message))
            .catch(() => undefined),
        settled: () => undefined,
        close: () => void opening.then((tab) => tab.close()),
      };
    },
    alive: () => {
      alive += 1;
    },
    found: (description) => found.push(description),
    rest: 300,
  });
  return {
    ...{ device, complaints, found },
    alive: () => alive,
    page: () => page!,
    close: () => context.close(),
  };
}

/** A way to the page's GPU, as the engine's process has it through the editor. */
export function linkTo(device: PageDevice): DeviceLink {
  return {
    heard: Number.POSITIVE_INFINITY,
    async ask(name, parameters, signal) {
      try {
        // Of one name and its parameters the compiler makes no pair.
        const question = { name, parameters } as unknown as Parameters<PageDevice["ask"]>[0];
        return (await device.ask(question, signal && tokenOf(signal))) as never;
      } catch (error) {
        throw error instanceof PageFault && error.lost ? new DeviceLost(error.message) : error;
      }
    },
    close: () => device.release(),
  };
}

export function tokenOf(signal: AbortSignal): StopToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested: (listener) => {
      signal.addEventListener("abort", listener);
      return { dispose: () => signal.removeEventListener("abort", listener) };
    },
  };
}
