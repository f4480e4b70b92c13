/** Values that stand where a person or a machine puts the real one. */
const templates: readonly RegExp[] = [
  /^\s*$/,
  /^<.*>$/,
  /\$\{|\{\{|#\{|%\(|^%.*%$|^@.*@$|^\$[A-Za-z_(]|^__\w+__$/,
  /^\[.*\]$/,
  /^\*+$|\*{3}|\.{3}|…|•{3}/,
  /process\.env|os\.environ|getenv|System\.getProperty|import\.meta/,
  /^(?:null|undefined|none|nil|true|false|n\/a|tbd|todo|fixme|env|string|password|secret|token|key|value|xxx+)$/i,
];

/** Words by which people mark an example. Between joints or at the ends, so that random text does not hit them. */
const exampleWords =
  /(?:^|[^a-z])(?:your|you|my|the|put|insert|enter|fill|replace|change|changeit|changeme|example|sample|placeholder|dummy|fake|foo|foobar|here|todo|redacted|secretkey|apikey|appsecret|appkey|appid)(?=[^a-z]|$)/i;
const exampleStarts =
  /^(?:your|my|the|put|insert|enter|fill|replace|change|example|sample|placeholder|dummy|fake|test|demo)(?:[-_ .A-Z]|$)/;
const chineseWords = /[\u4e00-\u9fff]/;
const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890'];

/** Whether nobody can have meant the value to work: a hole of a template, or a word that asks for the real one. */
export function isTemplate(value: string): boolean {
  return templates.some((pattern) => pattern.test(value)) || chineseWords.test(value) || /x{4,}/i.test(value);
}

/** A template, or a value that says of itself that it is an example. */
export function isExample(value: string): boolean {
  return isTemplate(value) || exampleWords.test(value) || exampleStarts.test(value);
}

/** A template, an example by its words, or text typed without meaning: repeats, sequences and keyboard rows. */
export function isPlaceholder(value: string): boolean {
  return isExample(value) || isMash(value);
}

/** Repeats, sequences and keys that lie side by side. */
export function isMash(value: string): boolean {
  const text = value.toLowerCase();
  const letters = text.replace(/[^a-z0-9]/g, '');
  if (letters.length === 0) return true;
  if (/123123|12345|112233|abcabc/.test(letters)) return true;
  if (letters.length < 200 && /(\w{2,4})\1\1/.test(letters)) return true;
  if (new Set(letters).size <= Math.min(4, Math.ceil(letters.length / 4))) return true;
  if (rows.some((row) => letters.length >= 6 && [...letters].every((char) => row.includes(char))) && !/^\d+$/.test(letters))
    return true;
  return longestRun(letters) >= Math.max(6, Math.ceil(letters.length / 3)) || repeats(letters);
}

/** Longest stretch in which each character follows from the one before by the same small step: `123456`, `fedcba`, `000000`. */
function longestRun(text: string): number {
  let longest = 1;
  let run = 1;
  for (let at = 2; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1);
    const before = text.charCodeAt(at - 1) - text.charCodeAt(at - 2);
    run = step === before && Math.abs(step) <= 1 ? run + 1 : 1;
    longest = Math.max(longest, run + 1);
  }
  return longest;
}

/** One short piece over and over: `abcabcabc`, `0123456789abcdef0123456789abcdef`. */
function repeats(text: string): boolean {
  for (let period = 1; period <= Math.min(16, text.length >> 1); period += 1) {
    let same = 0;
    for (let at = period; at < text.length; at += 1) if (text[at] === text[at - period]) same += 1;
    if (same >= (text.length - period) * 0.9 && text.length >= period * 2) return true;
  }
  return false;
}
