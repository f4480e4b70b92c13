import { hexValue, isDigit } from '../text/characters.ts';

/** What a host's name or address comes down to. */
export interface Host {
  /** Lower case, look-alike characters replaced. */
  readonly name: string;
  readonly kind: HostKind;
  /** An address written so that a list of addresses would miss it: decimal, octal, hexadecimal, shortened, mapped, look-alike digits. */
  readonly disguised: boolean;
}

export type HostKind = 'metadata' | 'loopback' | 'unspecified' | 'link' | 'private' | 'rebinding' | 'cluster' | 'public' | 'none';

/** Classifies a host. `raw` without port, with its brackets if it is an IPv6 address. */
export function classifyHost(raw: string): Host {
  if (raw.length === 0 || raw.length > 255) return { name: '', kind: 'none', disguised: false };
  const plain = toPlain(raw);
  const name = plain.toLowerCase();
  const lookAlike = plain !== raw;
  if (name.charCodeAt(0) === 0x5b) return fromV6(name.slice(1, name.endsWith(']') ? -1 : undefined), lookAlike);
  // Without the brackets that it ought to have.
  if (name.includes('::') && /^[\da-f:.]+$/.test(name)) return fromV6(name, lookAlike);
  const v4 = parseV4(name);
  if (v4 !== undefined)
    return { name, kind: kindOfV4(v4.value), disguised: lookAlike || v4.disguised || isOddLoopback(v4.value) };
  const tail = isDigit(name.charCodeAt(name.length - 1)) ? trailingV4.exec(name) : null;
  if (tail !== null && kindOfV4(parseV4(tail[1] as string)?.value ?? 0x08080808) !== 'public')
    return { name, kind: kindOfV4(parseV4(tail[1] as string)?.value ?? 0), disguised: true };
  // `127.0.0.1.example.com`: for checks that look at the beginning only.
  const head = isDigit(name.charCodeAt(0)) ? leadingV4.exec(name) : null;
  if (head !== null && kindOfV4(parseV4(head[1] as string)?.value ?? 0x08080808) !== 'public')
    return { name, kind: 'rebinding', disguised: lookAlike };
  if (codedLabel.test(name)) return { name, kind: 'rebinding', disguised: lookAlike };
  const middle = parseV4(innerV4.exec(name)?.[1] ?? '');
  if (middle !== undefined && kindOfV4(middle.value) !== 'public') return { name, kind: 'rebinding', disguised: lookAlike };
  return { name, kind: kindOfName(name), disguised: lookAlike };
}

/** `a.b.127.0.0.1`: a name cannot end in a number, an address cannot begin with a name. */
const leadingV4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\.[a-z][\w.-]{1,120}$/;
/** `race-127.0.0.1.example.com`: a server of names answers with what stands in the middle. */
const innerV4 = /[.-](\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})[.-][a-z\d-]{0,60}(?:\.[\w-]{1,60}){0,6}\.?[a-z]{2,24}$/;
/** `7f000001.example.com`, `a-127-0-0-1.example.com`: this machine or the metadata service in a name, coded or with dashes. */
const codedLabel =
  /^(?:7f000001|a9fea9fe)\.(?:[\w-]{1,60}\.){1,6}[a-z]{2,24}$|^(?:[a-z]{1,20}-)?(?:127-0-0-1|169-254-169-254)\.(?:[\w-]{1,60}\.){1,6}[a-z]{2,24}$/;
const trailingV4 = /^[^\s]{1,120}\.(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

const metadataNames = new Set([
  'metadata.google.internal',
  'metadata',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.nicob.net',
  'metadata.oraclecloud.com',
  'metadata.platformequinix.com',
  'instance-data.ec2.internal',
  'instance-data',
  'metadata.azure.internal',
  'metadata.nicofn.internal',
  'metadata.huaweicloud.com',
  'metadata.jdcloud.com',
  'metadata.ks3.sdns.ksyun.com',
  'rancher-metadata',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]);
const rebinding = [
  '.nip.io',
  '.xip.io',
  '.sslip.io',
  '.localtest.me',
  '.localho.st',
  '.traefik.me',
  '.backname.io',
  '.lcl.host',
  '.local.gd',
  '.r3dir.me',
  '.nip.direct',
  '.fuf.me',
  '.lvh.me',
  '.vcap.me',
  '.lacolhost.com',
  '.rbndr.us',
  '.1u.ms',
  '.burpcollaborator.net',
  '.oastify.com',
  '.interact.sh',
  '.interactsh.com',
  '.oast.us',
  '.dnslog.io',
  '.oast.fun',
  '.oast.pro',
  '.oast.me',
  '.oast.live',
  '.oast.site',
  '.oast.online',
  '.dnslog.cn',
  '.ceye.io',
  '.dnslog.link',
  '.dnslog.pw',
  '.dnslog.store',
  '.callback.red',
  '.eyes.sh',
  '.requestrepo.com',
  '.bypass.eu.org',
  '.tu4.org',
  '.digimg.store',
  '.dnsbin.zhack.ca',
  '.requestbin.net',
  '.yoyo.org',
  '.local.lt',
  '.readme.localtest.me',
  '.spoofed.burpcollaborator.net',
  '.bugbounty.dod.network',
  '.mail.ebc.apple.com',
];
const clusterEnds = ['.svc', '.svc.cluster.local', '.cluster.local', '.docker.internal', '.containers.internal'];
const innerEnds = ['.internal', '.localdomain', '.consul', '.intranet', '.lan'];
/** What a name says that ends so, the first of these kinds counting most. */
const kindsByEnd: ReadonlyMap<string, HostKind> = new Map<string, HostKind>([
  ...innerEnds.map((end) => [end, 'private'] as const),
  ...clusterEnds.map((end) => [end, 'cluster'] as const),
  ...rebinding.map((end) => [end, 'rebinding'] as const),
]);
/** More than the longest end has, so that a name of nothing but dots costs little. */
const mostLabels = 24;

function kindOfEnd(name: string): HostKind {
  let kind: HostKind = 'public';
  let labels = 0;
  for (let dot = name.lastIndexOf('.'); dot >= 0 && labels < mostLabels; dot = dot === 0 ? -1 : name.lastIndexOf('.', dot - 1)) {
    labels += 1;
    const found = kindsByEnd.get(name.slice(dot));
    if (found === 'rebinding') return found;
    if (found !== undefined && kind !== 'cluster') kind = found;
  }
  return kind;
}
const loopbackNames = new Set([
  'localhost',
  'localhost4',
  'localhost6',
  'ip6-localhost',
  'ip6-loopback',
  'ipv6-localhost',
  'ipv6-loopback',
  'localhost.localdomain',
  'loopback',
  'localtest.me',
  'lvh.me',
  'spoofed.burpcollaborator.net',
  'mail.ebc.apple.com',
  'bugbounty.dod.network',
  'localho.st',
  'lacolhost.com',
  'vcap.me',
  'fuf.me',
]);

function kindOfName(name: string): HostKind {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (metadataNames.has(bare)) return 'metadata';
  if (loopbackNames.has(bare) || bare.endsWith('.localhost'))
    return bare.includes('.') && !bare.startsWith('localhost') && !bare.endsWith('.localhost') ? 'rebinding' : 'loopback';
  const kind = kindOfEnd(bare);
  return kind !== 'rebinding' && bare.startsWith('kubernetes.default') ? 'cluster' : kind;
}

function kindOfV4(value: number): HostKind {
  const first = value >>> 24;
  const second = (value >>> 16) & 0xff;
  if (value === 0xa9fea9fe || value === 0x646464c8 || value === 0xc00000c0 || value === 0xa9feaa02) return 'metadata';
  if (first === 127) return 'loopback';
  if (first === 0) return 'unspecified';
  if (first === 169 && second === 254) return 'link';
  if (first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168)) return 'private';
  if (first === 100 && second >= 64 && second < 128) return 'private';
  return 'public';
}

/** Any of the sixteen million addresses of this machine but the two that systems use. */
function isOddLoopback(value: number): boolean {
  return value >>> 24 === 127 && value !== 0x7f000001 && value !== 0x7f000101;
}

/** An IPv4 address as inet_aton reads it: one to four parts in decimal, octal or hexadecimal. */
export function parseV4(name: string): { value: number; disguised: boolean } | undefined {
  // A digit, or one of the letters by which some readers tell octal.
  const first = name.charCodeAt(0);
  if (name.length > 60 || !(isDigit(first) || first === 0x6f || first === 0x71)) return undefined;
  const parts = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
  if (parts.length > 4) return undefined;
  const numbers: number[] = [];
  let disguised = parts.length < 4;
  let overflows = false;
  for (const part of parts) {
    const number = parseNumber(part);
    if (number === undefined) return undefined;
    if (number.disguised) disguised = true;
    if (number.overflows) overflows = true;
    numbers.push(number.value);
  }
  const last = numbers.pop()!;
  let value = 0;
  for (const number of numbers) {
    if (number > 255) disguised = true;
    value = value * 256 + (number & 0xff);
  }
  const room = 256 ** (4 - numbers.length);
  if (last >= room || overflows) {
    const wrapped = (value * room + (last % room)) >>> 0;
    // A number that is too long is a telephone's as a rule; only a reader that wraps it around gets this machine.
    return numbers.length === 0 && !isOwn(wrapped) ? undefined : { value: wrapped, disguised: true };
  }
  return { value: (value * room + last) >>> 0, disguised };
}

/** This machine or the metadata service. */
function isOwn(value: number): boolean {
  const kind = kindOfV4(value);
  return kind === 'loopback' || kind === 'unspecified' || kind === 'metadata';
}

function parseNumber(part: string): { value: number; disguised: boolean; overflows: boolean } | undefined {
  if (part.length === 0 || part.length > 24) return undefined;
  let at = 0;
  let base = 10;
  let disguised = false;
  // Also the misspelled prefixes o177 and 0o177 that some readers take for octal.
  if (part[0] === '0' && part[1] === 'x') {
    base = 16;
    at = 2;
  } else if ((part[0] === '0' && part[1] === 'o') || ((part[0] === 'o' || part[0] === 'q') && part.length > 1)) {
    base = 8;
    at = part[0] === '0' ? 2 : 1;
  } else if (part[0] === '0' && part.length > 1) base = 8;
  if (base !== 10) disguised = true;
  let value = 0;
  let overflows = false;
  for (; at < part.length; at += 1) {
    const digit = hexValue(part.charCodeAt(at));
    if (digit < 0 || digit >= base) return undefined;
    value = value * base + digit;
    if (value > 0xffffffff) {
      overflows = true;
      value %= 0x100000000;
    }
  }
  return { value, disguised, overflows };
}

function fromV6(inner: string, lookAlike: boolean): Host {
  const zone = inner.indexOf('%');
  const name = zone < 0 ? inner : inner.slice(0, zone);
  const groups = expandV6(name);
  if (groups === undefined) return { name, kind: 'public', disguised: lookAlike || zone >= 0 };
  const zeros = groups.slice(0, 5).every((group) => group === 0);
  if (zeros && groups[5] === 0 && groups[6] === 0) {
    if (groups[7] === 1) return { name, kind: 'loopback', disguised: true };
    if (groups[7] === 0) return { name, kind: 'unspecified', disguised: true };
  }
  if (zeros && (groups[5] === 0xffff || groups[5] === 0)) {
    return { name, kind: kindOfV4(((groups[6]! << 16) | groups[7]!) >>> 0), disguised: true };
  }
  if (groups[0] === 0x64 && groups[1] === 0xff9b)
    return { name, kind: kindOfV4(((groups[6]! << 16) | groups[7]!) >>> 0), disguised: true };
  // 6to4, and ISATAP: an address of the old kind within.
  if (groups[0] === 0x2002) return mapped(name, (groups[1]! << 16) | groups[2]!, lookAlike);
  if ((groups[4]! & 0xfdff) === 0 && groups[5] === 0x5efe) return mapped(name, (groups[6]! << 16) | groups[7]!, lookAlike);
  if (groups[0] === 0xfd00 && groups[1] === 0xec2) return { name, kind: 'metadata', disguised: false };
  const high = groups[0]! & 0xffc0;
  if (high === 0xfe80) return { name, kind: 'link', disguised: zone >= 0 };
  if (high === 0xfec0 || (groups[0]! & 0xfe00) === 0xfc00) return { name, kind: 'private', disguised: false };
  return { name, kind: 'public', disguised: lookAlike };
}

/** An address that carries one of the old kind: disguised where that one is an inner one. */
function mapped(name: string, value: number, lookAlike: boolean): Host {
  const kind = kindOfV4(value >>> 0);
  return { name, kind, disguised: lookAlike || kind !== 'public' };
}

function expandV6(name: string): readonly number[] | undefined {
  if (name.length > 60 || !name.includes(':')) return undefined;
  const halves = name.split('::');
  if (halves.length > 2) return undefined;
  const head = readGroups(halves[0]!);
  const tail = halves.length === 2 ? readGroups(halves[1]!) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (missing < 0 || (halves.length === 1 && missing !== 0)) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      groups.push(v4.value >>> 16, v4.value & 0xffff);
    } else {
      const value = Number.parseInt(part, 16);
      if (part.length > 4 || Number.isNaN(value)) return undefined;
      groups.push(value);
    }
  }
  return groups;
}

/** Characters that names of hosts lose before they are looked up: soft hyphens, joiners, marks of direction, Mongolian selectors. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

/** Circled and full-width letters and digits as plain ones, wide full stops as dots, and escapes that mean nothing gone. */
function toPlain(raw: string): string {
  let escaped = false;
  let wide = false;
  for (let at = 0; at < raw.length && !wide; at += 1) {
    const code = raw.charCodeAt(at);
    if (code >= 0x80) wide = true;
    else if (code === 0x5c) escaped = true;
  }
  if (!wide) return escaped ? raw.replaceAll('\\', '') : raw;
  return raw.replaceAll('\\', '').replace(unseen, '').normalize('NFKC').replaceAll('\u3002', '.').replaceAll('\uff61', '.');
}
