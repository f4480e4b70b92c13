import { deflateSync } from 'node:zlib';

/** Many different values of a list: what was read once tells nothing of the next. */
const list = (size: number, value: (index: number) => string): readonly string[] => {
  const values: string[] = [];
  for (let left = size; left > 0; left -= (values.at(-1)?.length ?? 0) + 3) values.push(value(values.length));
  return values;
};
const coded = (text: string): string =>
  Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/**
 * Values that make work: what a detector has to begin with again and again, what unpacks into what must be unpacked, what never ends, and many small
 * values each of which is read in several ways. Each is of the size asked for, about.
 */
export const adversarial: Readonly<Record<string, (characters: number) => unknown>> = {
  'quotes and operators': (size) => `' OR 1=1 -- `.repeat(size / 12),
  'open tags': (size) => '<a '.repeat(size / 3),
  'open comments': (size) => '/*'.repeat(size / 2),
  'open parentheses': (size) => 'select('.repeat(size / 7),
  'parent folders': (size) => '../'.repeat(size / 3),
  templates: (size) => '{{'.repeat(size / 2),
  'shell words': (size) => ';cat $('.repeat(size / 7),
  'percent in percent': (size) => '%2527'.repeat(size / 5),
  entities: (size) => '&#x27;'.repeat(size / 6),
  'base64 of markup': (size) => Buffer.from('<img src=x onerror=1>'.repeat(size / 28)).toString('base64'),
  'nested JSON text': (size) => JSON.stringify(JSON.stringify({ a: "' or 1=1".repeat(size / 10) })),
  // Found by a random search: every detector of programs has something to look at, twice, because it can be decoded.
  'an escape, a climb and a call': (size) => '\\x27../7*7eval(@@'.repeat(size / 16),
  // Found by random searches: an index of an owner at every bracket, and values that hold tags that hold values.
  'indexes of windows': (size) => "`=[&lt='window[".repeat(size / 15),
  'tags within values': (size) => '&x+<x&gid&\n=\'las"oin)="='.repeat(size / 24),
  'breaks before names of headers': (size) => 'a%0adate:'.repeat(size / 9),
  'styles within styles': (size) => '<style>'.repeat(size / 7),
  'entities between quotes and tags': (size) => `*/(<xsl:&'" }&%41`.repeat(size / 17),
  // The worst of a search that climbs by mutation over units, wrappings and kinds of bodies: every reading of every value goes through many detectors.
  'joined pieces in many values': (size) => list(size, (index) => `/proc/"a"+"b"?copy {attrib,\u4e2d/?`.repeat(2) + index),
  'coded endings in many values': (size) => list(size, (index) => coded('.phar').slice(0, 12) + index),
  'marks in a list of a nested text': (size) =>
    JSON.stringify(list(size * 0.8, (index) => `ab.me$*\\'\u4e2d%fc%`.repeat(4) + index)),
  'coded names of a nested object': (size) =>
    JSON.stringify(Object.fromEntries(list(size * 0.8, (index) => coded('inspect&') + index).map((name) => [name, '\uff07']))),
  // Found once texts that say nothing were no longer split: what every detector of programs takes for its own, behind a decoding that costs little.
  'Base64 in many values': (size) => list(size, (index) => Buffer.from('${ifs"}'.repeat(2) + index).toString('base64')),
  'addresses in many values': (size) => list(size, (index) => String.raw`"\\\\syst://@em32\\\\"`.repeat(3) + index),
  'coded paths behind Chinese': (size) =>
    list(size, (index) => `${index % 2 === 0 ? '\u4e2d' : ''}${encodeURIComponent('$(%mpfilexxd../ -rttp_')}${index}`),
  'names that are texts of JSON': (size) =>
    Object.fromEntries(
      list(size / 2, (index) => JSON.stringify('dbms_xmlgen\u3002\\u00"(.ashx27') + index).map((name) => [name, name]),
    ),
  'compressed texts in many values': (size) => list(size, (index) => deflateSync(`' or 1=1 ${index}`).toString('base64')),
  // Found by a third search, once passes over texts cost less: patterns of many kinds, each of which has to look at every value, and lookups that never close.
  'lookups that never close': (size) =>
    list(size, (index) =>
      `${index}.zs/rename(db"\${global["processzs/rename(db"\${pa01@db"\${${'${pat'.repeat(3)}/.b `.repeat(3),
    ),
  'everything in coded values': (size) =>
    list(size, (index) =>
      encodeURIComponent(
        `.1ar/d/_async/.zs/exec。\`/var/db"\${pa\ta0177"\${path:0:1}\\etc\\shadow{net,system(paste(regexp。%%3Devalprocess.spawn(${index}`,
      ),
    ),
  'links around coded text': (size) =>
    list(size, (index) => {
      const text = '/copy($ost!opy($ostname,y(<!entity#1';
      return `<p>${text.replace('<', '&lt;')}<a href="https://x.example/${index}">${text}</a></p>`;
    }),
  'Chinese text': (size) => '请在工作日送达（尽快），谢谢！'.repeat(size / 15),
};
