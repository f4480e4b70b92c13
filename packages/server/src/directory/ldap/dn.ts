/** Splits a distinguished name (RFC 4514) into its first part and the rest; a backslash or quotes keep a comma. */
export function splitDn(dn: string): { readonly rdn: string; readonly parent: string } {
  let quoted = false;
  for (let at = 0; at < dn.length; at += 1) {
    const character = dn[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ',' || character === ';'))
      return { rdn: dn.slice(0, at).trim(), parent: dn.slice(at + 1).trim() };
  }
  return { rdn: dn.trim(), parent: '' };
}

/**
 * The form in which two names are compared: without regard to case, to spaces around separators, and to how a character was escaped (as itself, with a
 * backslash, in quotes, or as the bytes of its UTF-8).
 */
export function plainDn(dn: string): string {
  const parts: string[] = [];
  for (let rest = dn; rest !== ''; ) {
    const { rdn, parent } = splitDn(rest);
    const equals = rdn.indexOf('=');
    parts.push(`${rdn.slice(0, Math.max(equals, 0)).trim()}=${escaped(unescaped(rdn.slice(equals + 1).trim()))}`);
    rest = parent;
  }
  return parts.join(',').toLowerCase();
}

function unescaped(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  return inner.replace(/(?:\\[0-9a-fA-F]{2})+|\\(.)/gs, (match: string, character: string | undefined) =>
    character === undefined ? Buffer.from(match.replaceAll('\\', ''), 'hex').toString('utf8') : character,
  );
}

function escaped(value: string): string {
  return value.replace(/[,;+"\\<>=#]/g, (character) => `\\${character}`);
}
