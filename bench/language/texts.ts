/** A file of diagrams of five lines each, with a landscape and a verification between every hundred. */
export function largeFile(count: number): string {
  const shapes = [
    "  a, b -> j -> out\n  part {a, b}",
    "  a, b, c -> out\n  part S = {a, b, c}",
    "  a -> out\n  b -> out",
    "  a, b -> j\n  c, j -> out\n  part P = {a, c}",
  ];
  return Array.from({ length: count }, (_, index) => {
    const diagram = `/** Number ${index}. */\ndiagram d${index} {\n${shapes[index % shapes.length]}\n}\n`;
    return index % 100 === 0
      ? `${diagram}\nlandscape l${index} {\n  weights h = 0\n  data x ~ normal(0, 1)\n  loss (h + x^2 * exp(-h)) / 2\n}\n\nverify v${index} {\n  landscape l${index}\n  sgd(N = 10, E = 1, B = 1)\n  eta = 0.1\n  observe test_loss\n  predict d${index}\n}\n`
      : diagram;
  }).join("\n");
}

/** A file that others import, and the others: a workspace by the names of its files. */
export function workspaceOf(count: number): Record<string, string> {
  const files: Record<string, string> = { "shared.diag": largeFile(20).replaceAll("d0", "shared") };
  for (let index = 0; index < count; index++) {
    files[`f${index}.diag`] =
      `import "./shared.diag"\n${largeFile(20).replace(/\b([dlv]\d+)\b/g, `f${index}$1`)}`;
  }
  return files;
}

/** The value below which this part of the times lies. */
export function percentile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}
