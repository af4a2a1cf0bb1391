/** The types of `lavapipe.mjs`. */
export function softwareVulkan(say?: (line: string) => void): Promise<{
  readonly environment: Record<string, string>;
}>;
