import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase, hasWideScript, isSpace } from '../text/characters.ts';
import { type Address, findAddresses } from './addresses.ts';
import { features } from './features.ts';
import { isAsked, isMisplaced, takesAddress, takesPicture } from './fields.ts';
import { classifyHost, type Host } from './host.ts';
import { cutAddress, readName } from './host-alone.ts';
import { remoteInclusion } from './remote.ts';
import { callSchemes, directorySchemes, oddSchemes, storeSchemes, webSchemes } from './schemes.ts';
import { innerPorts, privatePaths } from './services.ts';

const stepsOfAddress = 600;
/** What it costs to take a text for the name of a host. */
const stepsOfName = 2_200;
/** And to ask what one leads to. */
const stepsOfReading = 700;

/** Finds addresses that would make the server itself call inner services. */
export const urlDetector: Detector = {
  name: 'url',
  literals: [
    ':/',
    ':\\',
    'http:',
    'https:',
    '//localhost',
    '//10.',
    '127.',
    '0x7f',
    '0177',
    '.0.0.',
    '::',
    '//192.168.',
    '//169.254.',
    ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `//${digit}`),
    ...['#@', '@10.', '@192.168.', '@169.254.', '@172.', '@0.', '0xa9', '0xc0.', '0xac.', '0xa.', '0251.', '0300.'],
    '//0',
    '//[',
    '169.254.169.254',
    '100.100.100.200',
    'metadata',
    '192.0.0.192',
    'localhost',
    '.internal',
    'localtest.me',
    '.nip.io',
    '.localdomain',
    'kubernetes',
    'loopback',
    '\u3002',
    '.sslip.io',
    '.xip.io',
    '.lvh.me',
    '.rbndr.us',
    '.oast',
    '.interact.sh',
    '.burpcollaborator.net',
    '.dnslog.cn',
    '.ceye.io',
    'meta-data',
    '\\@',
    '/opc/v',
    // 127.0.0.1, 169.254.169.254, 192.168.0.0, 10.0.0.0 and 172.16.0.0 as one number.
    ...['213070', '285203', '323223', '167772', '288672'],
    '[2002:',
    ':5efe:',
  ],
  features,
  detect(subject: Subject, signals: Signals): void {
    const { text, place, name } = subject;
    if (!signals.spend(text.length * 2)) return;
    if (place === 'path') return;
    if (place === 'header' && ownHeaders.has(name)) {
      readOwn(subject, signals);
      return;
    }
    read(subject, signals);
  },
};

function read(subject: Subject, signals: Signals): void {
  const { text, place, name } = subject;
  const addresses = findAddresses(text);
  const whole = isOneWord(text) && !isShown(text, addresses[0]);
  if (!signals.spend(addresses.length * stepsOfAddress)) return;
  const first = addresses[0];
  if (whole && first !== undefined) readNestedMetadata(text, first, signals);
  for (const address of addresses) {
    if (!signals.spend(stepsOfReading)) return;
    readAddress(address, whole && addresses.length <= 2 && address.start <= 4, whole && address !== first, subject, signals);
  }
  if (addresses.length === 0 && whole && place !== 'header' && place !== 'key' && signals.spend(stepsOfName))
    readName(text, name, signals);
  if (!whole) readMention(text, signals);
  if (addresses.length > 0 && place !== 'header' && place !== 'cookie') {
    const remote = remoteInclusion(foldCase(text), name);
    if (remote !== undefined) signals.report(remote, 0, Math.min(text.length, 120));
  }
}

/** `- \`http://localhost:8090/console\``: an address that Markdown quotes in backticks, at the beginning of a text or of an item. */
function isShown(text: string, first: Address | undefined): boolean {
  return first !== undefined && first.start > 0 && text.charCodeAt(first.start - 1) === 0x60 && text.indexOf('`', first.end) > 0;
}

/** Headers that hold the client's own addresses. */
const ownHeaders = new Set([
  'referer',
  'origin',
  'user-agent',
  'host',
  'accept',
  'content-type',
  'forwarded',
  'via',
  'x-forwarded-for',
]);

/** Of these, what a client calls itself and where it says that it comes from: others write it into logs and reports, and open it there. */
const toldHeaders = new Set(['user-agent', 'referer']);
const startsAddress = /^\s{0,4}[a-z][a-z+.-]{1,11}:\/\//i;
/** What neither a client nor a page of one's own network is called. */
const neverOwn: ReadonlySet<string> = new Set([
  'url.cluster',
  'url.disguised',
  'url.metadata',
  'url.metadata_path',
  'url.rebinding',
  'url.scheme',
  'url.plain_scheme',
  'url.smuggled_line',
]);

function readOwn(subject: Subject, signals: Signals): void {
  if (!toldHeaders.has(subject.name)) return;
  // A client whose name is an address is none.
  if (subject.name === 'user-agent' && startsAddress.test(subject.text)) read(subject, signals);
  else
    read(subject, {
      spend: signals.spend,
      report: (feature, start, end) => void (neverOwn.has(feature) && signals.report(feature, start, end)),
    });
}

function readAddress(address: Address, whole: boolean, inQuery: boolean, { place, text, name }: Subject, signals: Signals): void {
  const { scheme, start, end, port, rest, user } = address;
  const cutAt = address.host.includes('%') ? address.host.search(/%(?:25)?2f/i) : -1;
  const host = classifyHost(cutAt > 0 ? address.host.slice(0, cutAt) : address.host);
  if ((callSchemes.has(scheme) || innerPorts.has(port) || host.kind !== 'public') && codedLine.test(rest))
    signals.report('url.smuggled_line', end, Math.min(text.length, end + 40));
  // By itself, the address of a store is what somebody configures; in the query of another it makes a server speak to it.
  const wanted = whole && takesAddress(name);
  if (storeSchemes.has(scheme) && (inQuery || wanted) && host.kind !== 'public') signals.report('url.scheme', start, end);
  if (callSchemes.has(scheme) && (address.host !== '' || address.rest.length > 1)) {
    const odd = oddSchemes.has(scheme) && host.kind === 'public' && !host.disguised && !wanted && !directorySchemes.has(scheme);
    const everyday = oddSchemes.has(scheme);
    if (!everyday) signals.report('url.scheme', start, end);
    else if (whole) signals.report(odd ? 'url.odd_scheme' : 'url.plain_scheme', start, end);
    if (everyday && !whole) return;
  }
  if (callSchemes.has(scheme) && whole && innerPorts.has(port)) signals.report('url.service_port', start, end);
  if (whole && start === 0 && oddHost.test(text)) signals.report('url.ambiguous', start, Math.min(text.length, start + 60));
  const before = wrapperBefore(text, start);
  if (before !== '') signals.report('url.scheme', start - before.length, end);
  if (host.kind === 'none') return;
  // `rdar://27448912`: the number of something in a scheme that asks no server.
  const fetched = webSchemes.has(scheme) || callSchemes.has(scheme) || storeSchemes.has(scheme);
  const written =
    host.kind !== 'public' || (fetched && (!webSchemes.has(scheme) || numeric.test(host.name) || enclosed.test(address.host)));
  // Servers print `http://[::]:8080` when they listen everywhere.
  if (host.disguised && written && address.host !== '[::]') {
    // A title cut off within an address: `http://10.0.3.`
    const cut = rest === '' && port === '' && end === text.length && cutAddress.test(address.host);
    if (!cut) signals.report('url.disguised', start, end);
    else if (whole) signals.report('url.shortened', start, end);
  }
  if (cutAt > 0 && whole && (host.kind === 'loopback' || host.kind === 'private')) signals.report('url.disguised', start, end);
  reportHost(host, whole, start, end, signals);
  if (!whole) return;
  if (codedHost.test(address.host)) signals.report('url.disguised', start, end);
  const lead = foldCase(rest.slice(0, 24));
  if (host.kind === 'public' && metadataPaths.some((path) => path !== '/metadata/v1' && lead.startsWith(path)))
    signals.report('url.metadata_path', start, Math.min(text.length, end + 24));
  const inner = host.kind === 'loopback' || host.kind === 'private' || host.kind === 'link';
  if (inner) {
    signals.report('url.inner', start, end);
    if (place !== 'header' || name === 'user-agent') signals.report('url.inner_only', start, end);
    if (place !== 'header' && place !== 'cookie' && isMisplaced(name)) signals.report('url.misplaced', start, end);
    // A phone cannot show what stands on the server itself, and this is no picture anyway.
    else if (host.kind === 'loopback' && (takesPicture(name) || isAsked(name)) && !shownPicture.test(rest))
      signals.report('url.misplaced', start, end);
    if (address.host.charCodeAt(0) === 0x5b) signals.report('url.disguised', start, end);
    if (host.kind === 'loopback' && port === '') signals.report('url.no_port', start, end);
    if (innerPorts.has(port) && (webSchemes.has(scheme) || callSchemes.has(scheme)) && !shownPicture.test(rest))
      signals.report('url.service_port', start, end);
    if ((scheme === 'http' && (port === '80' || port === '443')) || (scheme === 'https' && port === '443'))
      signals.report('url.default_port', start, end);
    const path = foldCase(rest);
    if (privatePaths.some((part) => path.includes(part)))
      signals.report('url.private_path', start, Math.min(end + rest.length, end + 60));
  }
  // A name without a dot is one of the inner network; those of the phone's own files aside.
  if (host.kind === 'public' && webSchemes.has(scheme) && /^[a-z][\w-]{1,40}$/.test(host.name) && !ownStores.has(host.name)) {
    const path = foldCase(rest);
    if (privatePaths.some((part) => path.includes(part))) {
      signals.report('url.inner', start, end);
      signals.report('url.inner_only', start, end);
      signals.report('url.private_path', start, Math.min(end + rest.length, end + 60));
    }
  }
  if (inner && oddPort.test(port)) signals.report('url.disguised', start, end);
  if (address.slips) signals.report('url.slashes', start, end);
  if (address.ambiguous) signals.report('url.ambiguous', start, end);
  if (user !== '' && webSchemes.has(scheme)) {
    signals.report('url.user', start, end);
    if (user.includes('.') || inner || user.toLowerCase().startsWith('localhost')) signals.report('url.ambiguous', start, end);
  }
}

/** Hosts of the addresses that mini programs give their own files. */
const ownStores = new Set(['tmp', 'usr', 'store', 'wxfile']);
/** `http://good.example;.evil.example`, `http://good.example._.evil.example`: a host goes on behind a sign that no name has. */
const oddHost =
  /^(?:https?|ftp):\/\/[\w.-]{1,120}(?:[;!&`+$~|(){}=^]|(?<=\.)[-_](?=\.)|%3a\d{1,5})\.?[\w.-]{1,80}\.[a-z]{2,24}(?:[:/?#]|$)/i;
/** `00022`, `11211aaa`, `+22`: a port as only a lenient reader takes it. */
const oddPort = /^(?:0\d|\d{1,8}[a-z]|\+\d)/i;
/** A picture of a developer's own store of files, as its answers name it. */
const shownPicture = /^\/[\w./-]{1,200}\.(?:jpe?g|png|gif|webp|mp4)$/i;
/** Letters and digits in circles and brackets, and those of mathematics. */
const enclosed = /[\u2460-\u24ff]|\ud835[\udc00-\udfff]/;
/** Letters, digits and dots of a host that are percent-encoded for no reason. */
const codedHost = /%(?:25)?(?:2[de]|3\d|[46][1-9a-f]|[57][\da])/i;
/** A number, or parts that are, decimal or hexadecimal, and no name. */
const numeric = /^[^a-z]*\d[^a-z]*$|^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}\.?$/i;

/** A coded line break within an address, and then a command: what follows is sent to the service as a line of its own. */
const codedLine = /^[^\s"'<>]{0,120}%(?:25){0,2}0[ad](?:%(?:25){0,2}0[ad])?[\w%*$+-]/i;

/** `jar:`, `url:`, `view-source:`: a scheme around the scheme. */
function wrapperBefore(text: string, start: number): string {
  for (const wrapper of ['jar:', 'url:', 'feed:', 'view-source:']) {
    if (
      start >= wrapper.length &&
      text.slice(start - wrapper.length, start).toLowerCase() === wrapper &&
      start - wrapper.length <= 4
    )
      return wrapper;
  }
  return '';
}

function reportHost(host: Host, whole: boolean, start: number, end: number, signals: Signals): void {
  switch (host.kind) {
    case 'metadata':
      signals.report(whole ? 'url.metadata' : 'url.metadata_in_text', start, end);
      if (!whole && host.disguised) signals.report('url.metadata', start, end);
      break;
    case 'rebinding':
      signals.report('url.rebinding', start, end);
      break;
    case 'cluster':
      if (whole) signals.report('url.cluster', start, end);
      break;
    case 'unspecified':
      if (whole) signals.report('url.unspecified', start, end);
      break;
    case 'link':
      if (whole) signals.report('url.link', start, end);
      break;
    default:
  }
}

const metadataPaths = [
  '/latest/meta-data',
  '/latest/user-data',
  '/latest/dynamic',
  '/latest/api/token',
  '/computemetadata/',
  '/metadata/instance',
  '/metadata/identity',
  '/metadata/v1',
  '/openstack/latest',
  '/opc/v',
];
const mentions = ['169.254.169.254', '100.100.100.200', 'metadata.google.internal', 'metadata.tencentyun.com'];

/** `https://x.example/?u=http://169.254.169.254/`: an address whose path or query leads on to the metadata service. */
function readNestedMetadata(text: string, { start, end }: Address, signals: Signals): void {
  if (start > 4) return;
  for (const mention of mentions) {
    const at = text.indexOf(mention, end);
    if (at >= 0) signals.report('url.metadata', at, at + mention.length);
  }
}

function readMention(text: string, signals: Signals): void {
  for (const mention of mentions) {
    const at = text.indexOf(mention);
    if (at < 0) continue;
    signals.report('url.metadata_in_text', at, at + mention.length);
    // Asked for by a command or a program, not spoken of.
    const asked = text.slice(at + mention.length, at + mention.length + 40).toLowerCase();
    if (metadataPaths.some((path) => asked.startsWith(path)) && !hasWideScript(text))
      signals.report('url.metadata_asked', at, at + mention.length);
  }
}

/** One address, perhaps with a remark after an equals sign, and no sentence. */
function isOneWord(text: string): boolean {
  let spaces = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) spaces += 1;
    if (spaces > 3 || (code >= 0x3040 && code < 0xff00)) return false;
  }
  return true;
}
