import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { frameworks } from './index.ts';

const all = Object.values(frameworks).flatMap(({ requirements }) => requirements);
const { requirements } = frameworks.mlps;
const technical = requirements.filter(({ clause }) => !clause.startsWith('8.3.'));
const mobile = requirements.filter(({ clause }) => clause.startsWith('8.3.'));
const provable = (of: typeof requirements): number => of.filter(({ kind }) => kind !== 'manual').length;

describe('data of the frameworks', () => {
  it('holds the 74 technical items of MLPS level 3 and the 19 of mobile use, each once', () => {
    expect([technical.length, mobile.length]).toEqual([74, 19]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const perChapter = ['8.1.2', '8.1.3', '8.1.4', '8.1.5'].map(
      (chapter) => requirements.filter(({ clause }) => clause.startsWith(`${chapter}.`)).length,
    );
    expect(perChapter).toEqual([8, 20, 34, 12]);
  });

  it('says of 64 items that the product can enforce or prove them, as the definition beside the count says', () => {
    expect([provable(technical), provable(mobile)]).toEqual([63, 1]);
    for (const language of ['zh', 'en'] as const)
      for (const figure of ['74', '19', '93', '64', '63', '29']) expect(frameworks.mlps.definition[language]).toContain(figure);
  });

  it('asks less of level 2: no second factor, no labels, no secrecy, no third console', () => {
    const second = new Set(requirements.filter(({ level }) => level === 2).map(({ clause }) => clause));
    for (const clause of ['8.1.4.1 d', '8.1.4.2 e', '8.1.4.2 f', '8.1.4.2 g', '8.1.4.8 a', '8.1.4.8 b', '8.1.5.3 a', '8.1.5.4 f'])
      expect(second.has(clause)).toBe(false);
    for (const clause of ['8.1.4.1 a', '8.1.5.1 a', '8.1.5.2 b', '8.1.4.9 b', '8.3.2.3 e']) expect(second.has(clause)).toBe(true);
  });

  it('names a proof for whatever it calls enforced or proved, and speaks both languages', () => {
    for (const { id, kind, proofs, text } of all) {
      if (kind !== 'manual') expect(proofs.length, id).toBeGreaterThan(0);
      expect(text.zh, id).toMatch(/\p{Script=Han}/u);
      expect(text.en, id).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('never calls an indicator of cryptography proved without a certified module', () => {
    for (const { id, kind, proofs } of frameworks.gbt39786.requirements)
      if (kind !== 'manual') expect(proofs, id).toContain('certified_module');
  });
});

describe('what is claimed', () => {
  /** Shares of compliance, in the ways that people write them. */
  const claim = /100\s*[%％]|百分之百|合规率|全部合规|完全合规|fully compliant|compliance rate|percent compliant/i;

  it('is no percentage of compliance, in any text of compliance and reports, on server and console', async () => {
    const root = new URL('../../../../', import.meta.url);
    const folders = [
      'server/src/compliance/',
      'server/src/reports/',
      'console/src/pages/compliance/',
      'console/src/pages/reports/',
    ];
    const i18n = ['zh', 'en'].flatMap((one) => [`console/src/i18n/${one}/compliance.ts`, `console/src/i18n/${one}/reports.ts`]);
    const files: string[] = [...i18n];
    for (const folder of folders)
      for (const entry of await readdir(new URL(folder, root), { recursive: true })) files.push(`${folder}${entry}`);
    const texts = files.filter((file) => /(?<!\.test)\.tsx?$/.test(file));
    expect(texts.length).toBeGreaterThan(30);
    for (const file of texts) expect(await readFile(new URL(file, root), 'utf8'), file).not.toMatch(claim);
  });
});
