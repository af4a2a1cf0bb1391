/** The types of `notices.mjs`. */
export const permitted: readonly string[];
export function packageOf(file: string): string | undefined;
export function noticesOf(root: string, folders: Iterable<string>): string;
