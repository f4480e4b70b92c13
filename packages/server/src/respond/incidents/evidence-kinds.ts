import { typeOfBytes } from '@menshen/inspect';

/** How the first bytes of a kind begin, where the file kinds of uploads do not know it. */
const captures: readonly (readonly [kind: string, heads: readonly number[]])[] = [
  // Microseconds and nanoseconds, both byte orders; pcapng's section header.
  ['pcap', [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a]],
];

/** Extensions that evidence may have, with what their bytes must begin as and the media type that they are handed out under. */
const kinds: Readonly<Record<string, readonly [bytes: string, type: string]>> = {
  png: ['png', 'image/png'],
  jpg: ['jpeg', 'image/jpeg'],
  jpeg: ['jpeg', 'image/jpeg'],
  webp: ['webp', 'image/webp'],
  gif: ['gif', 'image/gif'],
  pdf: ['pdf', 'application/pdf'],
  docx: ['zip', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xlsx: ['zip', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  zip: ['zip', 'application/zip'],
  gz: ['gzip', 'application/gzip'],
  tgz: ['gzip', 'application/gzip'],
  pcap: ['pcap', 'application/vnd.tcpdump.pcap'],
  pcapng: ['pcap', 'application/vnd.tcpdump.pcap'],
  txt: ['txt', 'text/plain'],
  log: ['txt', 'text/plain'],
  md: ['txt', 'text/markdown'],
  csv: ['txt', 'text/csv'],
  json: ['txt', 'application/json'],
  jsonl: ['txt', 'application/jsonl'],
  ndjson: ['txt', 'application/jsonl'],
  har: ['txt', 'application/json'],
  eml: ['txt', 'message/rfc822'],
  xml: ['txt', 'application/xml'],
  yaml: ['txt', 'application/yaml'],
  yml: ['txt', 'application/yaml'],
};

const headBytes = 4_096;

function bytesKind(content: Buffer): string | null {
  const head = content.subarray(0, headBytes);
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4) {
    const first = head.readUInt32BE(0);
    for (const [kind, heads] of captures) if (heads.includes(first)) return kind;
  }
  const type = typeOfBytes(head);
  // A log of a script's run begins as the script does; nothing of evidence is run.
  return type === 'text' || type === 'rtf' || (type === 'program' && head.toString('latin1', 0, 2) === '#!') ? 'txt' : type;
}

/**
 * The media type of a file by its name, where its bytes are what the name says; null for everything else. Programs come in a zip: evidence is never run,
 * and a console that hands them out by their own name would be a place to infect people from.
 */
export function evidenceType(name: string, content: Buffer): string | null {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = Object.hasOwn(kinds, extension) ? kinds[extension] : undefined;
  if (known === undefined) return null;
  return bytesKind(content) === known[0] ? known[1] : null;
}
