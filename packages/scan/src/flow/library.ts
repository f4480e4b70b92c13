import { flag } from './state.ts';

/** What a call of a function outside the project does to data that enters it. */
export type Effect =
  /** The result still carries the data, with these flags added. */
  | { readonly kind: 'pass'; readonly flags: number }
  /** Nothing of it is left: a number, a truth value, a digest. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'unknown' };

const pass = (flags = 0): Effect => ({ kind: 'pass', flags });
const drop: Effect = { kind: 'drop' };
const unknown: Effect = { kind: 'unknown' };

const table = new Map<string, Effect>();
const put = (names: string, effect: Effect): void => {
  for (const name of names.split(' ')) table.set(name, effect);
};

put('encodeURIComponent encodeURI urlencode escapeURIComponent', pass(flag.encoded));
put('decodeURIComponent decodeURI unescape', pass());
put(
  'escape escapeHtml escapeHTML htmlEscape filterXSS xss sanitize sanitizeHtml escapeXml encodeHtml htmlspecialchars',
  pass(flag.escaped),
);
put('shtml surl sjs cliFilter escapeShellArg escapeShellCmd', pass(flag.escaped));
put('escapeId escapeRegExp escapeRegex escapeRegexp escapeStringRegexp quote', pass(flag.escaped));
put(
  'parseInt parseFloat Number Boolean isNaN isFinite BigInt Date Math.floor Math.round Math.ceil Math.abs Math.max Math.min',
  drop,
);
put(
  'isEmpty isArray isString isNumber isObject isPlainObject isUndefined isNull has includes indexOf lastIndexOf startsWith endsWith test search',
  drop,
);
put(
  'hasOwnProperty some every isValid validate equals isEqual isInteger localeCompare charCodeAt codePointAt findIndex getTime valueOf',
  drop,
);
put('md5 sha1 sha256 sha512 hash digest createHash createHmac hashSync compare compareSync verify sign', drop);
put('console.log console.info console.warn console.error console.debug typeof keys Object.keys toFixed', drop);
put('String toString', pass(flag.text));
put('basename extname', pass(flag.baseName));
put('dirname relative', pass());
put('pick', pass(flag.picked));
put(
  'trim trimStart trimEnd trimLeft trimRight slice substring substr toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase normalize padStart padEnd repeat at charAt concat join match matchAll',
  pass(flag.text),
);
put('split replace replaceAll', pass(flag.text));
put(
  'JSON.parse JSON.stringify parse stringify qs.parse qs.stringify querystring.parse toJSON fromJSON decode encode atob btoa from',
  pass(),
);
put('resolve join path.join path.resolve normalize path.normalize', pass());
put(
  'Object.assign assign extend merge defaults cloneDeep clone deepClone Object.values Object.entries Object.fromEntries Array.from flat reverse',
  pass(),
);
put('json text formData', pass());
put('filter find sort shift pop splice values entries next omit deepCopy copy toObject get', pass());
put('Promise.resolve Promise.all Promise.race Promise.allSettled all then catch finally', pass());
put('parseUrl parseQuery getQueryString parseScene getUrlParam format', pass());

/** By full name, then by its last part. */
export function effectOf(name: string | undefined, method: string | undefined): Effect {
  if (name !== undefined) {
    const exact = table.get(name) ?? table.get(name.replace(/^mod:/, ''));
    if (exact !== undefined) return exact;
  }
  const last = method ?? name?.slice(name.lastIndexOf('.') + 1).replace(/^mod:/, '');
  if (last === undefined) return unknown;
  const known = table.get(last);
  if (known !== undefined) return known;
  if (/^(?:is|has|can|should|check|validate|count|verify)[A-Z]/.test(last)) return drop;
  if (/^(?:md5|sha\d+|hash|hmac)/i.test(last)) return drop;
  if (/(?:decode|encode|format|parse|stringify|serialize|trim|replace|clone|merge)/i.test(last)) return pass();
  return unknown;
}

/** Methods whose first argument is called with what the receiver holds, and whose result carries what it returns. */
export const callbackMethods = new Set([
  'then',
  'map',
  'forEach',
  'filter',
  'find',
  'some',
  'every',
  'flatMap',
  'reduce',
  'tap',
  'finally',
  'each',
  'catch',
]);
