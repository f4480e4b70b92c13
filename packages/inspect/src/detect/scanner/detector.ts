import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, isWordCode } from '../text/characters.ts';
import { libraries, probes, scanners } from './lists.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'scanner', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'scanner.agent': fact(4.5, '请求自称是漏洞扫描工具', 'The request calls itself a vulnerability scanner'),
  'scanner.library': fact(0.8, '请求来自程序库，而不是小程序', 'The request comes from a program library, not a mini program'),
  'scanner.probe': fact(4.2, '请求的路径是扫描工具常探测的地址', 'The path is one that scanners ask for at any host'),
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

/** Finds the signs by which scanners give themselves away. */
export const scannerDetector: Detector = {
  name: 'scanner',
  literals: [...new Set([...scanners, ...libraries, ...probes, ...markers])],
  features,
  detect({ text, place, name }: Subject, signals: Signals): void {
    if (!signals.spend(text.length)) return;
    const folded = foldCase(text);
    if (place === 'header') {
      if (name === 'user-agent') readAgent(folded, signals);
    } else if (place === 'path') readPath(folded, signals);
    else readMarkers(folded, signals);
  },
};

function readAgent(folded: string, signals: Signals): void {
  for (const scanner of scanners) {
    const at = findWord(folded, scanner);
    if (at >= 0) {
      signals.report('scanner.agent', at, at + scanner.length);
      return;
    }
  }
  for (const library of libraries) {
    const at = findWord(folded, library);
    if (at >= 0 && at < 24) {
      signals.report('scanner.library', at, at + library.length);
      return;
    }
  }
}

/** Position of a name that begins a word; names of scanners are part of no other product's. */
function findWord(folded: string, name: string): number {
  for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (
      !isWordCode(folded.charCodeAt(at - 1)) &&
      (!isWordCode(folded.charCodeAt(end - 1)) || !isWordCode(folded.charCodeAt(end)))
    )
      return at;
  }
  return -1;
}

function readPath(folded: string, signals: Signals): void {
  for (const path of probes) {
    const at = folded.indexOf(path);
    if (at < 0) continue;
    // In front, or after one folder: probes do not go deep into an application's own routes.
    if (slashesBefore(folded, at) > 1) continue;
    const end = at + path.length;
    if (path.endsWith('/') || path.endsWith('?') || !isWordCode(folded.charCodeAt(end)) || folded.charCodeAt(end) === 0x2e) {
      signals.report('scanner.probe', at, end);
      return;
    }
  }
}

function slashesBefore(folded: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at += 1) if (folded.charCodeAt(at) === 0x2f) count += 1;
  return count;
}

function readMarkers(folded: string, signals: Signals): void {
  for (const marker of markers) {
    const at = folded.indexOf(marker);
    if (at < 0) continue;
    if (!written.has(marker) || folded.startsWith('http', 0)) {
      signals.report('scanner.marker', at, at + marker.length);
      return;
    }
  }
}
