import { MenshenError } from '@menshen/contract';

const field = 'List-Unsubscribe';

/**
 * The one field of a form that a mailbox's server posts (RFC 8058 §3.1), as either of the two types in which it may come. Throws `body_malformed` for a form
 * with anything else: what is not understood changes nothing.
 */
export function readForm(type: string, body: string): Readonly<Record<string, string>> {
  const value = type.toLowerCase().startsWith('multipart/') ? ofMultipart(type, body) : ofPairs(body);
  if (value === null) throw new MenshenError('body_malformed');
  return { [field]: value };
}

function ofPairs(body: string): string | null {
  const pairs = [...new URLSearchParams(body.trim())];
  return pairs.length === 1 && pairs[0]?.[0] === field ? pairs[0][1] : null;
}

/** One part alone (RFC 7578). */
function ofMultipart(type: string, body: string): string | null {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(type) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return null;
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`);
  const [before, part = '', end, ...rest] = parts;
  if (before !== '' || end?.trim() !== '--' || rest.length > 0) return null;
  const at = part.indexOf('\r\n\r\n');
  if (at < 0) return null;
  const named = part
    .slice(0, at)
    .split('\r\n')
    .some((line) => line.toLowerCase().startsWith('content-disposition:') && line.includes(`name="${field}"`));
  return named ? part.slice(at + 4) : null;
}
