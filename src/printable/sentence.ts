/** Words that begin no sentence as they are are names: of an engine, of what is observed, of a function or an option. */
const name = /^(?:cpu|native|webgpu|tfjs|js|slurm)\b|^\p{L}*[_\d(:=./\\]|^\W/u;

/** A clause that stands alone, as the sentence that it is: with a capital, unless it begins with a name, and with its full stop. */
export function asSentence(clause: string): string {
  const words = clause.trim();
  const begin = name.test(words) ? words : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return words === "" || /[.!?:…]$/.test(words) ? begin : `${begin}.`;
}
