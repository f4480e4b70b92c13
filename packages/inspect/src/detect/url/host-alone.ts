import type { Signals } from '../model.ts';
import { takesAddress, takesWholeAddress } from './fields.ts';
import { classifyHost, type Host } from './host.ts';
import { innerPorts } from './services.ts';

/** The first parts of an address, as people write them. */
export const cutAddress = /^(?:\d|[1-9]\d{1,2})(?:\.(?:\d|[1-9]\d{1,2})){0,2}\.?$/;

/** A value without scheme that is an inner host, in a field for addresses or with a path. */
export function readName(text: string, name: string, signals: Signals): void {
  if (text.length > 300) return;
  const handedOn = text.includes('@') ? (userBefore.exec(text) ?? userBehind.exec(text)) : null;
  if (handedOn !== null && isInner(classifyHost(handedOn[1] as string).kind))
    signals.report('url.ambiguous', 0, Math.min(text.length, 60));
  const bare = text.startsWith('//') ? 2 : 0;
  if (bare > 0 && twoReadings.test(text)) signals.report('url.ambiguous', 0, Math.min(text.length, 60));
  let end = bare;
  while (end < text.length && !'/?#:'.includes(text[end]!)) end += 1;
  const bracket = text.charCodeAt(bare) === 0x5b ? text.indexOf(']', bare) : -1;
  if (bracket > 0) end = bracket + 1;
  const host = text.slice(bare, end);
  const { kind, disguised } = classifyHost(host);
  // Names that exist for nothing else, addresses in brackets, and digits that only look like ones.
  if (kind === 'rebinding' && bare === 0) signals.report('url.rebinding', 0, end);
  if (isInner(kind) && (bracket > 0 || /[^\x00-\x7f]/.test(host) || hexParts.test(host))) signals.report('url.disguised', 0, end);
  const wanted = takesAddress(name);
  const port = text[end] === ':' ? (/^:(\d{1,5})(?![\d.:])/.exec(text.slice(end, end + 8))?.[1] ?? '') : '';
  if (kind === 'metadata' && (text[end] === '/' || bare > 0 || (wanted && text.includes('.'))))
    signals.report('url.metadata', 0, end);
  if (kind === 'metadata' || kind === 'public' || kind === 'none') return;
  if (!wanted && disguised && kind === 'loopback' && numbers.test(host) && asksSomething.test(text.slice(end)))
    signals.report('url.disguised', 0, end);
  if (wanted || bare > 0) {
    signals.report('url.no_scheme', 0, end);
    // `//1. …`: a remark.
    if ((disguised && !(bare > 0 && end === text.length && cutAddress.test(host))) || strayCapitals.test(host))
      signals.report('url.disguised', 0, end);
    if (kind === 'unspecified') signals.report('url.unspecified', 0, end);
    if (text.charCodeAt(end) === 0x2f) signals.report('url.inner', 0, end);
    if (innerPorts.has(port)) signals.report('url.service_port', 0, end + port.length + 1);
    if (kind === 'loopback' && (port === '80' || port === '443') && (takesWholeAddress(name) || name.includes('link')))
      signals.report('url.default_port', 0, end + port.length + 1);
    if (kind === 'loopback' && end === text.length && takesWholeAddress(name)) signals.report('url.no_port', 0, end);
    if (kind === 'rebinding') signals.report('url.rebinding', 0, end);
    if (kind === 'cluster') signals.report('url.cluster', 0, end);
  }
}

/** This machine as one number, or with fewer parts than four. */
const numbers = /^(?:\d{10}|0x[\da-f]{8}|0\d{9,12}|(?:127|0x7f|0177)(?:\.\w{1,10}){1,3})$/i;
/** A path with letters, or the port of a server: no measure, and no number of something. */
const asksSomething = /^(?::\d{2,5})?\/[a-z_.]|^:(?:22|80|443|3306|6379|8080|8443|9200|27017)(?:\/|$)/i;

/** `//evil.example\@good.example`: two programs read two hosts. */
const twoReadings = /^\/\/[\w.-]{1,80}\\@[\w.-]/;

/** `0x7f.0x0.0x0.0x1`, `0177.00.00.01`: nobody writes an address so who wants it read. */
const hexParts = /^0x[\da-f]{1,8}(?:\.0x[\da-f]{1,8}){3}$|^0+[1-7][0-7]{0,3}(?:\.0[0-7]{0,8}){3}$/i;

/** `//shop.example@10.0.0.5/`, `www.shop.example:80@10.0.0.5`, `www.shop.example\@10.0.0.5`: a name that people know, and the host behind it. */
const userBefore =
  /^(?:\/\/[\w.-]{1,80}(?::\d{1,5})?|[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}(?::\d{1,5}|\\)|www\.[\w.-]{1,80})@(\[[\da-f:.]{2,40}\]|[\w.]{1,60})(?:[:/?#]|$)/i;
/** `10.0.0.5#@shop.example`: the same the other way round. */
const userBehind = /^(?:\/\/)?(\[[\da-f:.]{2,40}\]|[\w.]{1,60})(?::\d{1,5})?[#?]@[\w-]{1,40}\.[\w.-]{1,80}/i;

function isInner(kind: Host['kind']): boolean {
  return kind === 'loopback' || kind === 'private' || kind === 'metadata' || kind === 'unspecified' || kind === 'link';
}

/** `lOcAlhost`: capitals that neither a keyboard nor a heading makes. */
const strayCapitals = /[a-z][A-Z]/;
