import { base32 } from '../../identity/factors/totp.ts';

/** Bytes of a token: nobody guesses one. */
export const tokenBytes = 16;
const token = /^[a-z2-7]{26}$/;

export interface ReturnPaths {
  /** The address that mail of this token comes back to. */
  of(token: string): string;
  /** The token in an address that mail came back to, whatever the case of its letters; null for any other address. */
  tokenIn(address: string): string | null;
}

/** A new token, in letters that survive servers which change case. */
export const makeToken = (bytes: Uint8Array): string => base32(bytes).toLowerCase();

/** Whether a text is a token. */
export const isToken = (text: string): boolean => token.test(text);

/** Variable envelope return paths: each mail has an address of its own to come back to, `bounces+TOKEN@host`. */
export function createReturnPaths(address: string): ReturnPaths {
  const at = address.lastIndexOf('@');
  const [begin, end] = [`${address.slice(0, at)}+`.toLowerCase(), address.slice(at).toLowerCase()];
  return {
    of: (one) => `${address.slice(0, at)}+${one}${address.slice(at)}`,
    tokenIn(text) {
      const said = text.trim().toLowerCase();
      const bare = said.startsWith('<') && said.endsWith('>') ? said.slice(1, -1) : said;
      if (!bare.startsWith(begin) || !bare.endsWith(end)) return null;
      const middle = bare.slice(begin.length, bare.length - end.length);
      return isToken(middle) ? middle : null;
    },
  };
}
