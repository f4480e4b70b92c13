import { isDigit, isLetter } from '../text/characters.ts';

/** Words of parameters that name a file, folder or page to include. */
const fileWords = new Set(
  'file page path dir directory include inc template tpl lang language conf config module mod root folder doc document skin theme src load class lib prefix'.split(
    ' ',
  ),
);

/** By a parameter's words: `base_path`, `rootDir` and `page` do, `redirect` does not. */
export function namesFile(name: string): boolean {
  let start = 0;
  for (let at = 0; at <= name.length && at < 200; at += 1) {
    if (at < name.length && isLetter(name.charCodeAt(at))) continue;
    const word = name.slice(start, at);
    if (fileWords.has(word) || longEnds.some((end) => word.endsWith(end))) return true;
    start = at + 1;
  }
  return false;
}

const longEnds = ['path', 'file', 'page', 'folder', 'template', 'root'];

const scriptEnd = /\.(?:php\d?|phtml|asp|aspx|jsp|jspx|cgi|pl|inc|py|sh)$/;

/** Names of parameters that old scripts of PHP take a part of themselves from. */
const includedField =
  /(?:^|[_[])(?:base|root|script|include|absolute|lib|conf|config|etc|progs?|gallery_base|relative_script)_?(?:path|dir)\]?$|(?:^|_)(?:inc|include|document_root|rootscript)$/;
const innerHost = /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]{3,11}[:/]/;

/** The feature that a value which is or holds the address of another site speaks for; undefined for an ordinary address. */
export function remoteInclusion(folded: string, name: string): string | undefined {
  const scheme = firstScheme(folded);
  if (scheme < 0) return undefined;
  if (scheme > 0) {
    // /page.php?root=http://…: a request for a script whose parameter is an address.
    const script = folded.slice(0, Math.min(scheme, 300));
    const question = script.indexOf('?');
    if (question > 0 && folded.charCodeAt(0) === 0x2f && scriptEnd.test(script.slice(0, question))) return 'url.remote_include';
    return undefined;
  }
  if (folded.length > 2_000 || /\s/.test(folded)) return undefined;
  const rest = folded.slice(folded.indexOf('://') + 3);
  const end = rest.search(/[?#]/);
  const address = end < 0 ? rest : rest.slice(0, end);
  const script = scriptEnd.test(address) && address.includes('/');
  const cut = folded.endsWith('?') || folded.endsWith('%00') || folded.endsWith('?%00');
  if (cut && (script || namesFile(name) || address.endsWith('.txt') || address.endsWith('.gif'))) return 'url.remote_script';
  // An address of the inner network, cut like that, is a scanner's own.
  if (cut && innerHost.test(rest)) return 'url.remote_script';
  if (cut) return 'url.remote_cut';
  if (script && (namesFile(name) || isDigit(rest.charCodeAt(0)))) return 'url.remote_script';
  if ((isNested(name) && namesFile(name)) || includedField.test(name)) return 'url.remote_script';
  return undefined;
}

/** `config[path]`, `GLOBALS[root]`: names that set a script's own variables. */
function isNested(name: string): boolean {
  return name.includes('[') || name.includes('absolute_path');
}

const anyScheme = /(?:http|ftp)s?:\/\//;

function firstScheme(folded: string): number {
  return folded.search(anyScheme);
}
