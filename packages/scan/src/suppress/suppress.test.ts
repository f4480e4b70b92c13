import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { secretDetectors } from '../rules/secrets/detectors.ts';
import { scanProject } from '../scan.ts';
import { applySuppressions } from './suppress.ts';

const hex = '5d41402abc4b2a76b9719d911017c592';
const line = `const appSecret = '${hex}'`;

function suppress(files: Readonly<Record<string, string>>, today = '2026-11-26') {
  const { findings, project } = scanProject(filesOf(files), { detectors: secretDetectors });
  const done = applySuppressions(findings, project, today);
  return {
    left: done.findings.map(({ rule }) => rule),
    reasons: [...done.suppressed.values()],
    faults: done.problems.map(({ fault, line: at }) => `${fault} ${at}`),
  };
}

describe('suppression comments', () => {
  it.each([
    ['above', `// menshen-ignore MP-SEC-001: test account\n${line}`],
    ['beside', `${line} // menshen-ignore MP-SEC-001 until 2027-01-01: test account`],
    ['in a block', `/* menshen-ignore MP-SEC-001, MP-SEC-005 until 2026-11-26: test account */\n${line}`],
  ])('accept a finding %s', (_where, text) => {
    expect(suppress({ 'a.js': text })).toEqual({ left: [], reasons: ['test account'], faults: [] });
  });

  it('work in other languages', () => {
    expect(suppress({ 'a.yml': `wx:\n  # menshen-ignore MP-SEC-001：测试账号\n  app-secret: ${hex}\n` }).left).toEqual([]);
    expect(
      suppress({ 'a.xml': `<!-- menshen-ignore MP-SEC-001: test account -->\n<appSecret>${hex}</appSecret>` }).reasons,
    ).toEqual(['test account']);
  });

  it.each([
    ['expired', `// menshen-ignore MP-SEC-001 until 2026-11-25: test account\n${line}`],
    ['no-reason', `// menshen-ignore MP-SEC-001\n${line}`],
    ['no-reason', `// menshen-ignore MP-SEC-001 until 2027-01-01:\n${line}`],
    ['bad-date', `// menshen-ignore MP-SEC-001 until 2027-02-30: test account\n${line}`],
    ['bad-date', `// menshen-ignore MP-SEC-001 until soon: test account\n${line}`],
    ['unknown-rule', `// menshen-ignore MP-XXX-999: test account\n${line}`],
  ])('%s: suppress nothing and are told of', (fault, text) => {
    expect(suppress({ 'a.js': text })).toEqual({ left: ['MP-SEC-001'], reasons: [], faults: [`${fault} 1`] });
  });

  it('are told of when they match nothing, reach no further than the next line, and not to other rules', () => {
    expect(suppress({ 'a.js': `// menshen-ignore MP-SEC-001: test account\n\n${line}` })).toEqual({
      left: ['MP-SEC-001'],
      reasons: [],
      faults: ['unused 1'],
    });
    expect(suppress({ 'a.js': `// menshen-ignore MP-SEC-005: test account\n${line}` }).left).toEqual(['MP-SEC-001']);
  });

  it('are not made of text that only speaks of them', () => {
    expect(suppress({ 'a.js': '// write menshen-ignore and the rule' }).faults).toEqual([]);
  });

  it('stand a file full of them', () => {
    expect(suppress({ 'a.js': `// menshen-ignore ${'MP-'.repeat(400)}until ${'x'.repeat(2000)}\n`.repeat(300) }).left).toEqual(
      [],
    );
  });
});
