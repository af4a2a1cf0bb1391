import fc from "fast-check";

/** Ways to write an address that does what its reader does not want. */
export const hostileAddresses = [
  "command:diag.copyText",
  "command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%5Cn%22%7D",
  "COMMAND:diag.verify",
  "&#99;ommand:diag.verify",
  "&#x63;ommand&colon;diag.verify",
  "command&#58;diag.verify",
  "c\\ommand\\:diag.verify",
  "%63ommand:diag.verify",
  "command%3Adiag.verify",
  "command:///diag.verify",
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "vscode://publisher.extension/do",
  "vscode-remote://host/file",
  "mailto:a@b.example",
  "ftp://host.example/file",
  "//host.example/x",
  "../secret.diag",
  "#L1",
  "\thttps\t:command:x",
];

/** Ways to write a link or an image, around an address and words. */
export const shapes: readonly ((address: string, words: string) => string)[] = [
  (address, words) => `[${words}](${address})`,
  (address, words) => `[${words}](${address} "title")`,
  (address, words) => `[${words}]( <${address}> 'title')`,
  (address, words) => `[${words}](\n${address}\n)`,
  (address, words) => `![${words}](${address})`,
  (address, words) => `[![${words}](https://host.example/a.png)](${address})`,
  (address, words) => `[**${words}** \`code\`](${address})`,
  (address, words) => `[${words}][r]\n\n[r]: ${address}`,
  (address, words) => `[${words}][r]\n\n[r]:\n   <${address}>\n   "title"`,
  (address) => `[r][]\n\n> [r]: ${address}`,
  (address) => `[r]\n\n- [r]: ${address}`,
  (address) => `![r]\n\n[r]: ${address}`,
  (address) => `<${address}>`,
  (address) => `- <${address}>`,
  (address) => `see ${address} there`,
  (address, words) => `<a href="${address}">${words}</a>`,
  (address, words) => `<A\nHREF='${address}'>${words}</A>`,
  (address, words) => `<span title="x"><a href="${address}">${words}</a></span>`,
  (address) => `<img src="${address}">`,
  (address) => `<span x><img src=${address}>`,
  (address, words) => `| a | b |\n|---|---|\n| [${words}](${address}) | ![x](${address}) |`,
  (address, words) => `> - 1. [${words}](${address})`,
  (address, words) => `# [${words}](${address})\n\n[${words}](${address})\n===`,
  (address, words) => `\`\`\`\n\`\`\`\n[${words}](${address})`,
  (address, words) => `\`[${words}\`](${address})\`\n\n~~~ [\n${words}](${address})`,
  (address, words) => `\\[${words}](${address}) \\![x](${address}) !\\[x](${address})`,
  (address, words) => `<!-- --> [${words}](${address})`,
  (address, words) => `[${words}](https://host.example/ "t")[${words}](${address})`,
];

/** Texts of which most parsers' marks are made, in no order. */
const pieces = [
  ..."[]()<>!:\\`*_~|#-+>@&\"'=$\t \n",
  ...[
    "](",
    "]:",
    "[r]",
    "[r]: ",
    "![",
    "<a href=",
    "<img src=",
    "</",
    "<!--",
    "-->",
    "<span x>",
    "</span>",
    "<?",
  ],
  ...[
    "```",
    "~~~",
    "\n\n",
    "    ",
    "\n> ",
    "\n- ",
    "\n1. ",
    "| a |\n|--|\n",
    "\r\n",
    "\r",
    "\u00a0",
    "\u200b",
    "\0",
  ],
  ...[
    "x",
    "word",
    "https://host.example/a",
    "http://",
    "HTTPS://h.example",
    "www.host.example",
    "a@b.example",
  ],
  ...[
    "<https://",
    "(https://",
    "(<https://",
    " title",
    "xhttps://h.example",
    "<$@b.example>",
    "<1@b.example>",
    "[r](https://h.example/<",
  ],
  ...hostileAddresses,
];

export const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((words) => words.join(""));

/** One to three hostile links or images, with soup around them. */
export const hostile = fc
  .array(
    fc.tuple(
      soup,
      fc.constantFrom(...shapes),
      fc.constantFrom(...hostileAddresses),
      fc.constantFrom("words", "`", "a\\]b", "[nested]", "*", "<b>", "!"),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.map(([before, shape, address, words]) => before + shape(address, words)).join("\n"));
