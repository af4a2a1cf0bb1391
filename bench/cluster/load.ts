import type { Figure } from "../figure.js";

export async function benchLoad(): Promise<Figure[]> {
  return [];
}
