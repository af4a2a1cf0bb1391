/** Signs that LaTeX writes as words. */
// biome-ignore format: a table reads better in rows
const signs: Readonly<Record<string, string>> = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ϵ", zeta: "ζ", eta: "η", theta: "θ", iota: "ι",
  kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ",
  upsilon: "υ", phi: "ϕ", chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ",
  Xi: "Ξ", Pi: "Π", Sigma: "Σ", Upsilon: "Υ", Phi: "Φ", Psi: "Ψ", Omega: "Ω", nabla: "∇", sum: "Σ",
  cdot: "·", cdots: "⋯", ldots: "…", times: "×", sim: " ∼ ", quad: " ", colon: ":", le: "≤", ge: "≥", in: "∈", approx: "≈",
  left: "", right: "", displaystyle: "", top: "ᵀ", to: "→", infty: "∞", pm: "±",
};

const superscripts = [..."0123456789+-=()TntN"];
const raised = [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀⁿᵗᴺ"];
const subscriptLetters = [..."0123456789+-=()aeijkmnoprstuvxβγρϕχ"];
const lowered = [..."₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"];

/** LaTeX as the formulas here use it, as text for editors that show no images. */
export function latexToText(latex: string): string {
  return new Reader(latex).all().replace(/ {2,}/g, " ").replace(/\( /g, "(").trim();
}

class Reader {
  private at = 0;

  constructor(private readonly latex: string) {}

  all(): string {
    let text = "";
    while (this.at < this.latex.length && this.latex[this.at] !== "}") {
      text += this.item();
    }
    return text;
  }

  /** The next sign, command or group, with nothing that follows it. */
  private item(): string {
    const sign = this.latex[this.at++]!;
    switch (sign) {
      case "{": {
        const inside = this.all();
        this.at++;
        return inside;
      }
      case "^":
        return script(this.item(), superscripts, raised, "^");
      case "_":
        return script(this.item(), subscriptLetters, lowered, "_");
      case "-":
        return "−";
      case "&":
        return "  ";
      case "\\":
        return this.command();
      default:
        return sign;
    }
  }

  private command(): string {
    const name = /^(?:[A-Za-z]+|.)/.exec(this.latex.slice(this.at))?.[0] ?? "";
    this.at += name.length;
    if (/^[A-Za-z]/.test(name) && this.latex[this.at] === " ") {
      this.at++;
    }
    switch (name) {
      case ",":
      case ";":
      case " ":
      case "quad":
      case "qquad":
        return " ";
      case "!":
        return "";
      case "\\":
        return "; ";
      case "frac":
        return `${enclosed(this.item())}/${enclosed(this.item())}`;
      case "sqrt":
        return this.root();
      case "mathrm":
      case "mathbb":
      case "mathcal":
      case "operatorname":
      case "text":
        return this.item();
      case "begin":
      case "end":
        this.item();
        return name === "begin" ? "(" : ")";
      default:
        return signs[name] ?? name;
    }
  }

  private root(): string {
    let degree = "";
    if (this.latex[this.at] === "[") {
      const end = this.latex.indexOf("]", this.at);
      degree = script(this.latex.slice(this.at + 1, end), superscripts, raised, "");
      this.at = end + 1;
    }
    return `${degree}√${enclosed(this.item())}`;
  }
}

/** In parentheses, unless it is one word. */
function enclosed(text: string): string {
  return /^[\p{L}\p{N}.]*$/u.test(text) ? text : `(${text})`;
}

/** Raised or lowered where every sign can be; else behind its mark. */
function script(text: string, plain: readonly string[], moved: readonly string[], mark: string): string {
  const places = [...text.replaceAll("−", "-")].map((sign) => plain.indexOf(sign));
  if (places.every((place) => place >= 0)) {
    return places.map((place) => moved[place]!).join("");
  }
  return [...text].length === 1 ? `${mark}${text}` : `${mark}{${text}}`;
}
