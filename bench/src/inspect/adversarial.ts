/**
 * Texts that make work: what a detector has to begin with again and again, what unpacks into what must be unpacked, and what never ends. Each
 * is of the size asked for, about.
 */
export const adversarial: Readonly<Record<string, (characters: number) => string>> = {
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
  'Chinese text': (size) => '请在工作日送达（尽快），谢谢！'.repeat(size / 15),
};
