import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { frameworks } from '../compliance/frameworks/index.ts';
import { proofsFor, standingOf } from '../compliance/standing.ts';
import { complianceFactsOf } from '../compliance/testing.ts';
import { writeDocx } from '../documents/docx.ts';
import { writeHtml } from '../documents/html.ts';
import { writeXlsx } from '../documents/xlsx.ts';
import { seenOf } from '../risk/testing-seen.ts';
import { compareSummaries } from './compare.ts';
import { nextAfter } from './schedule.ts';
import { frameworkSummary } from './summaries.ts';
import { type FrameworkParts, frameworkDocument } from './writers/framework.ts';
import { frameworkWorkbook } from './writers/workbook.ts';

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const shop = [
  {
    ...{ id: 'shop', basePath: '/shop', audience: ['customer' as const], upstream: 'http://10.0.0.8:8080' },
    routes: [{ match: 'GET /orders', action: 'o.read' }],
  },
];

function partsOf(change: Parameters<typeof seenOf>[1] = {}, language: 'zh' | 'en' = 'zh'): FrameworkParts {
  const facts = complianceFactsOf(seenOf(shop, change));
  const proof = proofsFor(facts, 'all');
  const undecided = { attestedUntil: null, excludedUntil: null };
  return {
    framework: frameworks.mlps,
    standings: frameworks.mlps.requirements.map((one) => standingOf(one, 'all', proof, undecided)),
    ...{ attestations: [], exclusions: [], title: '等级保护差距分析报告', subtitle: '示例公司', language, at: facts.at },
    trend: { days: [], marks: [] },
  };
}

describe('gap reports', () => {
  it('are the same bytes for the same data, in every format and language, and others for other data', () => {
    for (const language of ['zh', 'en'] as const) {
      const write = (change = {}): string[] => {
        const parts = partsOf(change, language);
        const document = frameworkDocument(parts);
        return [writeDocx(document), writeHtml(document), writeXlsx(frameworkWorkbook(parts))].map(hash);
      };
      expect(write()).toEqual(write());
      const other = write({ witnesses: [{ name: 'w', signedAt: 1_800_000_000_000 - 1_000 }] });
      for (const [at, one] of write().entries()) expect(other[at]).not.toBe(one);
    }
  });

  it('print the count with its definition, draw without scripts, and hold all 93 items', () => {
    const html = writeHtml(frameworkDocument(partsOf()));
    expect(html).toContain(frameworks.mlps.definition.zh);
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    for (const { clause } of frameworks.mlps.requirements) expect(html).toContain(`>${clause}<`);
    const words = html.replaceAll(/<style>[^<]*<\/style>|<[^>]+>/g, ' ');
    expect(words).not.toMatch(/100\s*[%％]/);
  });

  it('name the fix of every gap that the platform can prove', () => {
    const { standings } = partsOf();
    const open = standings.filter(({ state }) => state === 'gap' || state === 'stale');
    expect(open.length).toBeGreaterThan(20);
    for (const { requirement, step } of open) {
      expect(step?.text.zh, requirement.id).toMatch(/\p{Script=Han}/u);
      expect(step?.path, requirement.id).toMatch(/^\//);
    }
  });
});

describe('comparison', () => {
  it('says which items turned, and how the figures moved', () => {
    const before = frameworkSummary(partsOf().standings);
    const after = frameworkSummary(partsOf({ witnesses: [{ name: 'w', signedAt: 1_800_000_000_000 - 1_000 }] }).standings);
    const { changes, changed, figures } = compareSummaries(before, after);
    expect(changes.map(({ key, before: then, after: now }) => [key, then, now])).toEqual([['mlps:8.1.4.3.c', 'gap', 'met']]);
    expect(changed).toBe(1);
    const gap = figures.find(({ key }) => key === 'gap');
    expect(gap?.after).toBe((gap?.before ?? 0) - 1);
    expect(compareSummaries(null, after).changes).toEqual([]);
  });
});

describe('schedules', () => {
  const at = (text: string): number => Date.parse(`${text}+08:00`);
  it('fall on the next morning, Monday or first of the month in China', () => {
    expect(nextAfter('day', at('2026-11-26T05:59'))).toBe(at('2026-11-26T06:00'));
    expect(nextAfter('day', at('2026-11-26T06:00'))).toBe(at('2026-11-27T06:00'));
    // 2026-11-26 is a Thursday.
    expect(nextAfter('week', at('2026-11-26T12:00'))).toBe(at('2026-11-30T06:00'));
    expect(nextAfter('week', at('2026-11-30T06:00'))).toBe(at('2026-12-07T06:00'));
    expect(nextAfter('month', at('2026-12-01T05:00'))).toBe(at('2026-12-01T06:00'));
    expect(nextAfter('month', at('2026-12-31T23:00'))).toBe(at('2027-01-01T06:00'));
  });
});
