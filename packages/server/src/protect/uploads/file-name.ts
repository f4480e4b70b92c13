import type { UploadType } from '@menshen/contract';
import { fileKinds } from './file-kinds.ts';

/** Characters that a path, a shell, a header or a reader of the name could take for something else. */
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029\\/:*?"<>|%;&$`'{}[\]#~^!=\ufffd]/gu;
/** Devices of Windows, with any extension. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
/** Extensions that some server or desktop runs, wherever they stand in a name. */
const active =
  /\.(?:php\d?|phtml|phar|asp|aspx|ashx|asmx|jsp|jspx|jsw|cfm|cgi|pl|py|rb|sh|bash|bat|cmd|com|exe|dll|msi|scr|vbs|vbe|js|jse|mjs|wsf|hta|jar|war|ps1|lnk|svg|svgz|html?|xhtml|shtml|xml|xsl|swf|htaccess|config|ini|env)(?=\.|$)/i;
const maxBytes = 180;

/** A name as it may be passed on, and whether it was one already. */
export interface CheckedName {
  readonly name: string;
  readonly safe: boolean;
}

/** Writes a file's name so that it is a name only, with an extension of its type. */
export function checkFileName(given: string, type: UploadType): CheckedName {
  const { extensions } = fileKinds[type];
  const normal = given.normalize('NFC').replace(unsafe, '_').replace(/\s+/g, ' ').trim();
  const dot = normal.lastIndexOf('.');
  const extension = dot > 0 ? normal.slice(dot + 1).toLowerCase() : '';
  const fits = extensions.includes(extension);
  let stem = (fits ? normal.slice(0, dot) : normal).replace(/^[.\s]+|[.\s]+$/g, '').replace(/\.{2,}/g, '.');
  if (active.test(`${stem}.`)) stem = stem.replaceAll('.', '_');
  if (stem === '' || reserved.test(stem)) stem = `_${stem}`;
  while (Buffer.byteLength(stem) > maxBytes) stem = [...stem].slice(0, -1).join('');
  const name = `${stem}.${fits ? extension : (extensions[0] ?? type)}`;
  return { name, safe: name === given || (fits && given === `${stem}.${normal.slice(dot + 1)}`) };
}

/** The extension of a name, lower case; empty when it has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0
    ? name
        .slice(dot + 1)
        .trim()
        .toLowerCase()
    : '';
}
