import { csv } from "./csv/format.js";
import type { DataFormat } from "./format.js";

/** All formats. The last is the one of files that are like none. */
export const dataFormats: readonly DataFormat[] = [csv];
