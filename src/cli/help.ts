import type { Verb } from "./verb.js";
import { verbs } from "./verbs/index.js";

/** What `diag --help` prints: each verb with an example. */
export function overview(): string {
  const width = Math.max(...verbs.map((verb) => `${verb.name} ${verb.words}`.length));
  return [
    "diag: diagrams of stochastic gradient descent",
    "",
    "usage: diag VERB …",
    "",
    ...verbs.flatMap((verb) => [
      `  ${`${verb.name} ${verb.words}`.padEnd(width)}  ${verb.summary}`,
      `  ${" ".repeat(width)}  e.g. ${verb.example}`,
    ]),
    "",
    "diag VERB --help says what options a verb takes; every verb but lsp takes --json.",
    "exit status: 0 as asked; 1 the answer is no; 2 bad usage or input; 3 inconclusive",
  ].join("\n");
}

/** What `diag VERB --help` prints. */
export function helpOf(verb: Verb): string {
  const written = Object.entries(verb.options)
    .filter(([, { refusal }]) => refusal === undefined)
    .map(([name, rule]) => ({
      left: `--${name}${rule.takes === "flag" ? "" : ` ${rule.hint ?? "…"}`}`,
      help: rule.help,
    }));
  const width = Math.max(...written.map(({ left }) => left.length));
  return [
    `${`diag ${verb.name} ${verb.words}`.trimEnd()}: ${verb.summary}`,
    "",
    ...written.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`),
    "",
    `example: ${verb.example}`,
  ].join("\n");
}
