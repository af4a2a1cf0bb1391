/** Files of more bytes are told apart by their lengths alone: reading them would take longer than who looks for changes may wait. */
export const mostHashed = 2 ** 28;

/** What is hashed in the place of a file that is larger than {@link mostHashed}. */
export function textOfLarge(size: number): string {
  return `${size} bytes`;
}
