const named: Readonly<Record<string, string>> = {
  colon: ':',
  tab: '\t',
  newline: '\n',
  lpar: '(',
  rpar: ')',
  amp: '&',
  sol: '/',
  excl: '!',
};
const reference = /&(?:#(?:x([0-9a-f]{1,8})|([0-9]{1,9}))|([a-z]{2,8}));?/gi;
const longest = 4_096;

/** The value of an attribute with its references resolved; of a long one the beginning. */
export function attributeText(value: string): string {
  const begin = value.length > longest ? value.slice(0, longest) : value;
  if (!begin.includes('&')) return begin;
  return begin.replace(reference, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** What browsers drop or skip before they look for the scheme. */
const dropped = /[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]+/g;

/** The scheme and what follows, small and without the characters that hide it. */
export function bareAddress(value: string): string {
  return attributeText(value).replace(dropped, '').slice(0, 200).toLowerCase();
}

const running = /^(?:javascript|vbscript|livescript|mocha|jar|mhtml|view-source):/;
const runningData = /^data:(?:text\/(?:html|xml|javascript)|application\/(?:xhtml|xml|javascript|pdf)|image\/svg)/;

/** Whether following an address runs code. */
export const runsCode = (address: string): boolean =>
  running.test(address) || (runningData.test(address) && !address.startsWith('data:image/svg'));
/** Whether an address holds a document that can run code where it is not shown as a picture. */
export const holdsDocument = (address: string): boolean => runningData.test(address);
/** What a program on the server that draws the file would open (delegates and coders of ImageMagick, wrappers of PHP), or hand to a shell. */
const opening =
  /^(?:text|msl|mvg|ephemeral|label|caption|expect|php|phar|file|gopher|dict|ldap|jar|netdoc|vid|inline|pango|tmp|fd):/;
export const opensOnServer = (address: string): boolean =>
  opening.test(address) || (!address.startsWith('data:') && /["`|]/.test(address));
export const isRemote = (address: string): boolean => /^(?:https?:|ftp:|\/\/|\\\\)/.test(address);
