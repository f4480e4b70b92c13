import { headerOf, type RawRequest } from '../detect/lax-request.ts';
import { type Finding, scoreOf, type Verdict } from '../detect/verdict.ts';
import { createInspector } from '../inspector.ts';
import { isRefusal } from '../refusal.ts';
import { bytesOf } from './cursor.ts';
import { fileFeatures } from './features.ts';
import type { FileFinding } from './model.ts';
import { readFile } from './read-file.ts';

const inspector = createInspector({
  bodyTypes: ['multipart', 'binary'],
  rawTypes: ['application/*', 'image/*', 'audio/*', 'video/*'],
  repeatable: true,
  numbers: 'double',
});
const readElsewhere = /^(?:application\/(?:json|x-www-form-urlencoded|[\w.-]{1,60}\+json)|text\/|multipart\/(?!form-data))/i;

/** Where a finding stands: `@` byte, `#` entry of an archive; nothing of what is there. */
export function filePosition({ at, entries }: Pick<FileFinding, 'at' | 'entries'>): string {
  return [...(entries.length === 0 ? [] : [`#${entries.join('/')}`]), ...(at === null ? [] : [`@${at}`])].join(' ');
}

/** Findings in a file as those in a request's texts, as a route decides that says nothing of their kinds. */
export function fileVerdictFindings(findings: readonly FileFinding[], where: string): readonly Finding[] {
  return findings.flatMap((finding) => {
    const feature = fileFeatures[finding.rule];
    if (feature === undefined) return [];
    const { zh, en, weight } = feature;
    return [{ class: 'upload', rule: finding.rule, where, evidence: filePosition(finding), zh, en, points: weight }] as const;
  });
}

/** A verdict with what was found in files: one finding that refuses a file is enough, however many are only told. */
export function withFileFindings(verdict: Verdict, found: readonly Finding[]): Verdict {
  if (found.length === 0) return verdict;
  const refusing = found.filter(({ rule }) => fileFeatures[rule]?.action === 'refuse');
  const score = Math.max(verdict.score, ...refusing.map(({ points }) => scoreOf(points)));
  const findings = [...verdict.findings, ...found].sort((a, b) => b.points - a.points);
  return { ...verdict, action: refusing.length > 0 ? 'block' : verdict.action, score, findings };
}

/** Reads the files of a recorded request: the parts of a form, or a body that is a file itself. A body with several readings has none here. */
export async function readRequestFiles({ headers, body }: Pick<RawRequest, 'headers' | 'body'>): Promise<readonly Finding[]> {
  const contentType = headerOf(headers, 'content-type');
  if (body === null || body.length === 0 || contentType === undefined || readElsewhere.test(contentType)) return [];
  const read = await inspector.inspectBody({ contentType, contentEncoding: headerOf(headers, 'content-encoding'), bytes: body });
  if (isRefusal(read)) return [];
  const { bytes, files, kind, mediaType } = read;
  const given = kind === 'binary' ? [{ name: '', filename: null, mediaType, size: bytes.length, offset: 0 }] : files;
  const found: Finding[] = [];
  for (const { name, filename, mediaType: declared, size, offset } of given) {
    const source = bytesOf(bytes.subarray(offset, offset + size));
    const { findings } = await readFile(source, { filename, mediaType: declared });
    found.push(...fileVerdictFindings(findings, name === '' ? 'body' : `file.${name}`.slice(0, 160)));
  }
  return found;
}
