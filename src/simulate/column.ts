import type { Origin } from "./request.js";

/** One measured number of a trial: what is summed of it is less the center, and its constant is apart. */
export type Column = { readonly label: string; readonly center: number; readonly origin: Origin } & (
  | { readonly kind: "test_loss" | "train_loss" | "gen_gap" }
  | { readonly kind: "displacement"; readonly weight: number }
);

/** Whether a column has the test loss in it. */
export function isExpectation({ kind }: { readonly kind: string }): boolean {
  return kind === "test_loss" || kind === "gen_gap";
}
