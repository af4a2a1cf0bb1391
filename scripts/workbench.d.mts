/** The types of `workbench.mjs`. */
export function workbenchParts(): {
  readonly node: string;
  readonly server: string;
  readonly builtIn: string;
  readonly chromium: string | undefined;
};
export function whatIsMissing(): string | undefined;
export function setUpWorkbench(say?: (line: string) => void): Promise<void>;
export function setUpChromium(say?: (line: string) => void): Promise<string>;
export function setUpNeovim(say?: (line: string) => void): Promise<void>;
