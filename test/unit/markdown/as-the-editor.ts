import { Marked, type Token, type Tokens } from "marked";

/** What an editor would draw of a text besides words. */
export interface Drawn {
  /** The addresses of links, as they are followed. */
  readonly links: readonly string[];
  readonly images: readonly string[];
  /** Tags and comments, which are drawn in texts that may run commands. */
  readonly html: readonly string[];
}

/** Reads Markdown with the parser of VS Code, in the version that it is built with, once for each way in which it does. */
export function drawn(markdown: string): Drawn {
  const links: string[] = [];
  const images: string[] = [];
  const html: string[] = [];
  for (const breaks of [false, true]) {
    const look = (token: Token): void => {
      if (token.type === "link") {
        links.push(followed((token as Tokens.Link).href));
      }
      if (token.type === "image") {
        images.push((token as Tokens.Image).href);
      }
      if (token.type === "html") {
        html.push(token.raw);
      }
    };
    const marked = new Marked({ gfm: true, breaks, walkTokens: look });
    const page = marked.parse(markdown, { async: false }) as string;
    // What no token tells, the page does.
    for (const [, name] of page.matchAll(/<(img|script|iframe|video|audio|source|object|embed)\b/g)) {
      if (images.length === 0) {
        html.push(name!);
      }
    }
  }
  return { links, images, html };
}

/** A link's address as VS Code follows it: without the escapes that the parser leaves. */
function followed(address: string): string {
  return address.replace(/\\([\\`*_{}[\]()#+\-.!~])/g, "$1");
}

/** Whether an address leads to the web, and nowhere else. */
export function leadsToTheWeb(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** What of a drawing may not be: in one line each. */
export function harm({ links, images, html }: Drawn): string[] {
  return [
    ...links.filter((link) => !leadsToTheWeb(link)).map((link) => `link ${link}`),
    ...images.map((image) => `image ${image}`),
    ...html.map((tag) => `html ${tag}`),
  ];
}
