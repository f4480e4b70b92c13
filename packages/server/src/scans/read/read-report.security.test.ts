import { describe, expect, it } from 'vitest';
import { maskedLine } from './mask.ts';
import { readReport } from './read-report.ts';
import { toolName } from './sarif-report.ts';

const sarif = (results: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'Semgrep OSS', rules: [rule] } }, results, ...more }],
});
const rule = {
  id: 'javascript.lang.sqli',
  shortDescription: { text: 'SQL injection' },
  help: { text: 'Use parameters.' },
  properties: { tags: ['CWE-89: SQL', 'external/cwe/cwe-089', 'security'], 'security-severity': '9.1' },
};
const at = (uri: string, line: number, text?: string) => ({
  physicalLocation: {
    artifactLocation: { uri },
    region: { startLine: line, ...(text === undefined ? {} : { snippet: { text } }) },
  },
});
const one = (more: Readonly<Record<string, unknown>> = {}) => ({
  ruleId: 'javascript.lang.sqli',
  message: { text: 'a query from a request' },
  locations: [at('src/a%20b.js', 4, 'db.query("select " + id)')],
  ...more,
});
const ours = (finding: Readonly<Record<string, unknown>>) =>
  readReport({
    tool: 'menshen',
    version: '1',
    findings: [
      {
        ...{ rule: 'MP-SEC-001', severity: 'high', confidence: 'high', fingerprint: '0'.repeat(16), file: 'a.js', line: 1 },
        message: { zh: 'm', en: 'm' },
        ...finding,
      },
    ],
  }).findings[0];

describe('reports of other tools', () => {
  it('are read with severity, CWE, steps and the fingerprint of the tool', () => {
    const codeFlows = [
      { threadFlows: [{ locations: [{ location: { ...at('src/b.js', 2), message: { text: 'from here' } } }] }] },
    ];
    const [found] = readReport(sarif([one({ partialFingerprints: { primary: 'x' }, codeFlows })])).findings;
    expect(found).toMatchObject({ severity: 'critical', file: 'src/a b.js', line: 4, rule: 'javascript.lang.sqli' });
    expect(found?.content).toMatchObject({
      ...{ cwe: [89], title: { en: 'SQL injection' }, help: { zh: 'Use parameters.' } },
      steps: [{ file: 'src/b.js', line: 2, label: { en: 'from here' } }],
    });
  });

  it('are the same findings when lines move, and two in a file are two', () => {
    const prints = (line: number) =>
      readReport(
        sarif([one({ locations: [at('a.js', line, 'x(y)')] }), one({ locations: [at('a.js', line + 9, 'x(y)')] })]),
      ).findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints(1)).size).toBe(2);
    expect(prints(30)).toEqual(prints(1));
  });

  it('say what a comment accepts, and close nothing when the tool has failed', () => {
    const read = readReport(
      sarif([one({ suppressions: [{ kind: 'inSource', justification: 'known' }] }), one({ baselineState: 'absent' })]),
    );
    expect(read.findings.map(({ suppression }) => suppression)).toEqual(['known']);
    expect(read.complete).toBe(true);
    expect(readReport(sarif([], { invocations: [{ executionSuccessful: false }] })).complete).toBe(false);
    expect(readReport(sarif(null)).complete).toBe(false);
    const note = { toolExecutionNotifications: [{ level: 'error', message: { text: 'cannot parse' } }] };
    expect(readReport(sarif([], { invocations: [note] }))).toMatchObject({
      complete: false,
      problems: [{ message: { en: 'cannot parse' } }],
    });
  });

  it('cannot pose as ours by another spelling of our name', () => {
    expect(toolName('Menshen')).toBe('menshen');
    expect(toolName('../../Menshen\u202e')).toBe('..-..-menshen');
    expect(toolName('\u0000')).toBe('unknown');
  });
});

describe('hostile reports', () => {
  it('hold no control or bidirectional characters, and no lone surrogate', () => {
    const [found] = readReport(
      sarif([one({ message: { text: 'a\u202eb\u0000c\u001b[31m\ud800' }, ruleId: 'x<script>' })]),
    ).findings;
    expect(found?.content.message.en).toBe('a\ufffdb\ufffdc\ufffd[31m\ufffd');
    expect(found?.rule).toBe('x-script-');
    expect(ours({ file: 'a\u202e.js' })?.file).toBe('a\ufffd.js');
  });

  it('are bounded: text, steps, lines, findings', () => {
    const step = {
      file: 'a.js',
      line: 1,
      label: { zh: 'x', en: 'x' },
      excerpt: [{ number: 1, text: 'y'.repeat(5_000), marked: true }],
    };
    const big = ours({ message: { zh: 'x'.repeat(100_000), en: 'y' }, steps: Array.from({ length: 5_000 }, () => step) });
    expect(big?.content.message.zh).toHaveLength(1_000);
    expect(big?.content.steps).toHaveLength(60);
    expect(JSON.stringify(big).length).toBeLessThan(110_000);
    const many = Array.from({ length: 20_001 }, (_, index) => one({ partialFingerprints: { a: `${index}` } }));
    expect(() => readReport(sarif(many))).toThrow(expect.objectContaining({ code: 'scan_unreadable' }));
  });

  it('cannot name what is none of a report', () => {
    for (const value of [
      { tool: 'menshen', version: '1', findings: {} },
      { tool: 'semgrep', version: '1', findings: [] },
      { version: '1.0.0', runs: [] },
      { version: '2.1.0', runs: [{}, {}] },
      { __proto__: null, runs: 'x' },
    ])
      expect(() => readReport(value)).toThrow(expect.objectContaining({ code: 'scan_unreadable' }));
    expect(() => ours({ fingerprint: "'; drop table" })).toThrow(expect.objectContaining({ code: 'scan_unreadable' }));
    expect(() => ours({ line: -1 })).toThrow(expect.objectContaining({ code: 'scan_unreadable' }));
  });

  it('say one finding once', () => {
    const twice = { partialFingerprints: { 'menshen/v1': '0123456789abcdef' } };
    expect(readReport(sarif([one(twice), one(twice)])).findings).toHaveLength(1);
  });

  it.each([
    ['an assignment', "const appSecret = '5d41402abc4b2a76b9719d911017c592'"],
    ['a setting', 'password: hunter2hunter2'],
    ['a token of a code host', `const t = "ghp_${'a'.repeat(36)}"`],
    ['a JWT', 'x = "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl"'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----MIIE'],
  ])('show no credential in a snippet: %s', (_name, line) => {
    const secret = /5d41402abc4b2a|hunter2hunter2|ghp_aaaa|eyJhbGciOiJI\.eyJ|MIIE/;
    expect(line).toMatch(secret);
    expect(maskedLine(line)).not.toMatch(secret);
    const [found] = readReport(sarif([one({ locations: [at('a.js', 1, line)] })])).findings;
    expect(JSON.stringify(found)).not.toMatch(secret);
  });

  it('take bounded time, whatever a snippet holds: quadratic work would not end here', () => {
    for (const text of [
      'secret'.repeat(20_000),
      `${'a'.repeat(100_000)}=`,
      `token ${'-'.repeat(100_000)}`,
      'x=\t'.repeat(50_000),
    ])
      maskedLine(text);
  });
});
