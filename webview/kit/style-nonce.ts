/*
 * The toolkit tries out a style sheet while it is loaded, and takes the nonce for it from a `<meta>` of this name.
 * It is that of the page's own script. This file has to be imported before the toolkit.
 */
const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
if (nonce && !document.querySelector('meta[property="csp-nonce"]')) {
  const meta = document.createElement("meta");
  meta.setAttribute("property", "csp-nonce");
  meta.content = nonce;
  document.head.append(meta);
}

export {};
