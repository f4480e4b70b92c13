/** Lines of the head of a message or of one of its parts, unfolded, by name in lower case; of a name that comes twice the first. */
export type Fields = ReadonlyMap<string, string>;

export interface Entity {
  readonly fields: Fields;
  /** A byte a character, as it was received. */
  readonly body: string;
}

export interface ContentType {
  /** Type and subtype, in lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const mostFields = 200;
const mostLine = 4_096;
const mostParts = 20;

/** Fields of a text without an empty line (RFC 5322 §2.2); null where there are too many, or one is too long. */
export function readFields(text: string): Fields | null {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const said = line.endsWith('\r') ? line.slice(0, -1) : line;
    const last = lines.length - 1;
    if (/^[ \t]/.test(said) && last >= 0) lines[last] += ` ${said.trimStart()}`;
    else if (said !== '') lines.push(said);
    if (lines.length > mostFields || (lines.at(-1)?.length ?? 0) > mostLine) return null;
  }
  const fields = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    const name = line.slice(0, Math.max(0, at)).trim().toLowerCase();
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(at + 1).trim());
  }
  return fields;
}

/** Head and body of a message or part; null where its head cannot be read. */
export function readEntity(text: string): Entity | null {
  // A part may begin with the empty line: it has no head then.
  const open = text.startsWith('\r\n') ? 2 : text.startsWith('\n') ? 1 : null;
  if (open !== null) return { fields: new Map(), body: text.slice(open) };
  const [crlf, lf] = [text.indexOf('\r\n\r\n'), text.indexOf('\n\n')];
  const isCrlf = crlf >= 0 && (lf < 0 || crlf < lf);
  const end = isCrlf ? crlf : lf;
  const fields = readFields(end < 0 ? text : text.slice(0, end));
  return fields === null ? null : { fields, body: end < 0 ? '' : text.slice(end + (isCrlf ? 4 : 2)) };
}

/** What a `Content-Type` says (RFC 2045 §5.1); plain text where it is absent or says nothing. The field is bounded by {@link readFields}. */
export function contentTypeOf({ fields }: Pick<Entity, 'fields'>): ContentType {
  const text = fields.get('content-type') ?? 'text/plain';
  const [, type = 'text/plain'] = /^([a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80})/i.exec(text) ?? [];
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of text.matchAll(/;\s*([a-z0-9-]{1,40})=(?:"([^"]{0,400})"|([^\s;"]{1,400}))/gi))
    parameters.set(name.toLowerCase(), quoted ?? bare);
  return { type: type.toLowerCase(), parameters };
}

/** The parts of a multipart body (RFC 2046 §5.1.1), none of them opened; null where there are too many or they are not delimited. */
export function partsOf(body: string, boundary: string): readonly string[] | null {
  if (boundary === '' || boundary.length > 70) return null;
  const delimiter = `\n--${boundary}`;
  const text = `\n${body}`;
  const parts: string[] = [];
  for (let at = text.indexOf(delimiter); at >= 0; ) {
    const begins = at + delimiter.length;
    if (text.startsWith('--', begins)) return parts.length === 0 ? null : parts;
    const line = text.indexOf('\n', begins);
    if (line < 0) break;
    // A longer boundary of a part within this one begins with ours: what follows on the line may be white space alone.
    const next = text.indexOf(delimiter, line);
    if (text.slice(begins, line).trim() === '') {
      if (parts.length === mostParts) return null;
      const part = text.slice(line + 1, next < 0 ? undefined : next);
      parts.push(part.endsWith('\r') ? part.slice(0, -1) : part);
    }
    at = next;
  }
  // Mail servers cut long messages off: what came whole before is read.
  return parts.length === 0 ? null : parts;
}

/** The bytes of a body by its transfer encoding (RFC 2045 §6), a character a byte; null for one that is unknown. */
export function decodedBody({ fields, body }: Entity): string | null {
  switch ((fields.get('content-transfer-encoding') ?? '7bit').toLowerCase()) {
    case '7bit':
    case '8bit':
    case 'binary':
      return body;
    case 'base64':
      return Buffer.from(body, 'base64').toString('latin1');
    case 'quoted-printable':
      return body.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    default:
      return null;
  }
}
