import type { SourceFile } from '../../project/source-file.ts';
import type { LockedPackage } from './locked.ts';

/** Longest part of a file in which a library names itself. */
const head = 400_000;

/** What a library writes of itself into its own file: enough to know it under any name, with its version. */
const fingerprints: readonly { readonly name: string; readonly mark: RegExp; readonly version: RegExp }[] = [
  {
    name: 'lodash',
    mark: /lodash\.com\/license|__lodash_hash_undefined__|lodash <https/,
    version: /\bVERSION\s{0,2}=\s{0,2}['"](\d[\w.-]{2,20})['"]|@license\s[\s\S]{0,40}?lodash (\d[\w.-]{2,20})/,
  },
  {
    name: 'axios',
    mark: /axios/i,
    version: /\/\*!?\s{0,4}axios v(\d[\w.-]{2,20})|axios\/(\d+\.\d+\.\d+)|@license axios v(\d[\w.-]{2,20})/i,
  },
  {
    name: 'moment',
    mark: /momentjs\.com|moment\.js/i,
    version: /\/\/!\s?version\s?:\s?(\d[\w.-]{2,20})|hooks\.version\s{0,2}=\s{0,2}['"](\d[\w.-]{2,20})['"]/,
  },
  {
    name: 'jquery',
    mark: /jquery\.org\/license|jQuery JavaScript Library/i,
    version: /jQuery (?:JavaScript Library )?v(\d[\w.-]{2,20})/,
  },
  { name: 'crypto-js', mark: /CryptoJS v|crypto-js/i, version: /CryptoJS v(\d[\w.-]{2,20})/ },
  {
    name: 'handlebars',
    mark: /handlebars/i,
    version:
      /handlebars v(\d[\w.-]{2,20})|VERSION\s{0,2}=\s{0,2}['"](\d\.\d[\w.-]{1,20})['"];\s{0,4}(?:exports\.VERSION|var COMPILER_REVISION)/i,
  },
  { name: 'swiper', mark: /Swiper/, version: /Swiper (\d+\.\d+\.\d+)\s/ },
  { name: 'protobufjs', mark: /protobuf\.js/i, version: /protobuf\.js v(\d[\w.-]{2,20})/ },
  { name: 'underscore', mark: /Underscore\.js|underscorejs\.org/, version: /Underscore\.js (\d[\w.-]{2,20})/ },
  { name: 'marked', mark: /marked - a markdown parser/, version: /marked v?(\d+\.\d+\.\d+)/ },
];

/** The library that a file is a copy of, by what it says of itself. */
export function vendoredLibrary(file: SourceFile): LockedPackage | undefined {
  if (!/\.js$/.test(file.path)) return undefined;
  const text = file.text.slice(0, head);
  for (const { name, mark, version } of fingerprints) {
    if (!mark.test(text)) continue;
    const match = version.exec(text);
    const found = match?.slice(1).find((part) => part !== undefined);
    if (match !== null && found !== undefined)
      return {
        ecosystem: 'npm',
        name,
        version: found.replace(/\.$/, ''),
        start: match.index,
        end: match.index + match[0].length,
      };
  }
  return undefined;
}
