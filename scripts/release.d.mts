/** The types of `release.mjs`. */
export function faultOfTag(tag: string, version: string, changelog: string): string | undefined;
export function checksumsOf(folder: string): string;
