import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { hasWideScript, isWordCode } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { libraries, probes, scanners } from './lists.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'scanner', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'scanner.agent': fact(4.5, '请求自称是漏洞扫描工具', 'The request calls itself a vulnerability scanner'),
  'scanner.library': fact(0.8, '请求来自程序库，而不是小程序', 'The request comes from a program library, not a mini program'),
  'scanner.probe': fact(4.2, '请求的路径是扫描工具常探测的地址', 'The path is one that scanners ask for at any host'),
  'scanner.introspection': fact(
    4,
    'GraphQL 自省查询，用来列出全部接口与字段',
    'An introspection query of GraphQL, which lists all operations and fields',
  ),
  'scanner.marker': fact(4, '值中有扫描工具的标记', "The value holds a scanner's mark"),
};

const markers = [
  'acunetix',
  'wvstest',
  'acu_',
  'nessus',
  'netsparker',
  'invicti',
  'burpcollaborator',
  'oastify.com',
  'interact.sh',
  'oast.fun',
  'oast.pro',
  'oast.me',
  'oast.live',
  'oast.site',
  'bxss.me',
  'xss.rocks',
  'appscan',
  'qualys',
  'sqlmap',
  'r87.me',
  'nuclei',
  'dnslog.cn',
  'ceye.io',
];
/** Marks that are a word of the language or a product that people write about: they count in an address only. */
const written = new Set(['acunetix', 'nessus', 'netsparker', 'invicti', 'appscan', 'qualys', 'sqlmap', 'nuclei', 'acu_']);

const introspections = ['__schema', '__type(', '__type ('];
/** A query by its grammar, not the words in a sentence. */
const introspection = /(?:^|[{(\s"])__(?:schema\s{0,4}\{|type\s?\(\s{0,4}name\s?:)/;

function readIntrospection(text: string, signals: Signals): void {
  if (hasWideScript(text, 0, Math.min(text.length, 400))) return;
  const found = introspection.exec(text.slice(0, 4_000));
  if (found !== null) signals.report('scanner.introspection', found.index, found.index + found[0].length);
}

/** What it costs to begin with a text. */
const stepsOfStart = 300;

/** Finds the signs by which scanners give themselves away. */
export const scannerDetector: Detector = {
  name: 'scanner',
  literals: [...new Set([...scanners, ...libraries, ...probes, ...markers, ...introspections])],
  passes: [markers, introspections],
  features,
  detect({ text, place, name, passes }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    if (place === 'header') {
      if (name === 'user-agent') readAgent(text, signals);
    } else if (place === 'path') readPath(text, signals);
    else {
      if ((passes & 1) !== 0) readMarkers(text, signals);
      if ((passes & 2) !== 0 && place !== 'key') readIntrospection(text, signals);
    }
  },
};

const findAgent = createFinder(
  [...libraries.map((name) => [name, 'scanner.library'] as const), ...scanners.map((name) => [name, 'scanner.agent'] as const)],
  true,
);

function readAgent(text: string, signals: Signals): void {
  findAgent(text, (feature, start, end) => {
    // A name begins a word, and a library's begins the line.
    if (isWordCode(text.charCodeAt(start - 1)) || (isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end))))
      return false;
    if (feature === 'scanner.library' && start >= 24) return false;
    signals.report(feature, start, end);
    return feature === 'scanner.agent';
  });
}

const findProbe = createFinder(
  probes.map((path) => [path, path] as const),
  true,
);

function readPath(text: string, signals: Signals): void {
  findProbe(text, (path, start, end) => {
    // In front, or after one folder: probes do not go deep into an application's own routes.
    if (slashesBefore(text, start) > 1) return true;
    const next = text.charCodeAt(end);
    if (!path.endsWith('/') && !path.endsWith('?') && isWordCode(next)) return false;
    signals.report('scanner.probe', start, end);
    return true;
  });
}

function slashesBefore(text: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end && count < 2; at += 1) if (text.charCodeAt(at) === 0x2f) count += 1;
  return count;
}

const findMarker = createFinder(
  markers.map((marker) => [marker, marker] as const),
  true,
);

function readMarkers(text: string, signals: Signals): void {
  findMarker(text, (marker, start, end) => {
    if (written.has(marker) && !/^https?:/i.test(text.slice(0, 6))) return false;
    signals.report('scanner.marker', start, end);
    return true;
  });
}
