import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../detector.ts';
import { filesOf } from '../project/files.ts';
import { catalogue } from '../rules/catalogue.ts';
import { secretDetectors } from '../rules/secrets/detectors.ts';
import { scanProject } from '../scan.ts';
import { toCheckstyle, toGitHub, toGitLab } from './annotations.ts';
import { explainRule } from './explain.ts';
import { toHtml } from './html.ts';
import { toJson } from './json.ts';
import { firstFindings } from './order.ts';
import { toSarif, uriOf } from './sarif.ts';
import { toTable } from './table.ts';
import { sarifProblems } from './testing/sarif-schema.ts';

const hex = '5d41402abc4b2a76b9719d911017c592';
/** Hostile in every report: markup, workflow commands, a terminal escape, a bidirectional override, a quote. */
const hostile = '</script><img src=x onerror=alert(1)>\u001b[2J\u202e::error::\r%"\'&';

const flow: Detector = {
  id: 'test/flow',
  rules: ['MP-NET-001'],
  run: ({ report, project }) => {
    for (const file of project.files.filter(({ path }) => path.endsWith('flow.js')))
      report({
        rule: 'MP-NET-001',
        file: file.path,
        start: file.text.indexOf('sink'),
        end: file.text.indexOf('sink') + 4,
        message: { zh: `流 ${hostile}`, en: `flow ${hostile}` },
        steps: ['source', 'sink'].map((word) => ({
          file: file.path,
          start: file.text.indexOf(word),
          end: file.text.indexOf(word) + word.length,
          label: { zh: word, en: `${word} ${hostile}` },
        })),
        evidence: { text: { zh: '旁证', en: 'evidence' }, places: [{ file: file.path, start: 0, end: 1 }] },
      });
  },
};
const result = scanProject(
  filesOf({
    'server/config.js': `module.exports = {\n  appSecret: '${hex}',\n  note: '${hostile.replaceAll("'", '')}'\n}`,
    'a b/文件#?%/flow.js': `// ${hostile.replace('\r', '')}\nsource(1)\nsink(2)\n`,
    'big.js': 'x\0',
  }),
  { detectors: [...secretDetectors, flow] },
);
const { findings, problems, project, stats } = result;

describe('SARIF', () => {
  const log = toSarif(findings, problems, {
    version: '1.0.0',
    language: 'en',
    known: new Set([findings[0]!.fingerprint]),
    suppressed: new Map([[findings[1]!, 'agreed']]),
  });

  it('keeps to the schema of SARIF 2.1.0', () => {
    expect(sarifProblems(log)).toEqual([]);
    expect(sarifProblems({ ...log, version: '2.0.0' })).not.toEqual([]);
    expect(sarifProblems({ ...log, runs: [{ ...log.runs[0], results: [{ message: {} }] }] })).not.toEqual([]);
  });

  it('names the CWE in the tags of every rule of the catalogue', () => {
    const all = toSarif(
      [...catalogue.keys()].map((rule) => ({ ...findings[0]!, rule })),
      [],
      { version: '1.0.0', language: 'zh' },
    );
    const { rules } = (
      all.runs[0] as { tool: { driver: { rules: { id: string; properties: { tags: string[] }; helpUri: string }[] } } }
    ).tool.driver;
    expect(rules.length).toBe(catalogue.size);
    for (const { id, properties, helpUri } of rules) {
      expect(properties.tags, id).toContain(`external/cwe/cwe-${catalogue.get(id)?.cwe[0]}`);
      expect(helpUri).toMatch(/^https:\/\//);
    }
    expect(sarifProblems(all)).toEqual([]);
  });

  it('draws the path of the data, encodes file names and tells what was not read', () => {
    const run = log.runs[0] as {
      results: {
        ruleId: string;
        baselineState?: string;
        codeFlows?: unknown;
        suppressions?: unknown;
        locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
      }[];
      invocations: { toolExecutionNotifications: { descriptor: { id: string } }[] }[];
    };
    expect(
      run.results.map(({ ruleId, baselineState, suppressions }) => [ruleId, baselineState, suppressions !== undefined]),
    ).toEqual([
      ['MP-SEC-001', 'unchanged', false],
      ['MP-NET-001', 'new', false],
      ['MP-NET-001', undefined, true],
    ]);
    expect(run.results[1]?.codeFlows).toHaveLength(1);
    expect(run.results[1]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('a%20b/%E6%96%87%E4%BB%B6%23%3F%25/flow.js');
    expect(uriOf('a\ud800/..%2f')).toBe('a%EF%BF%BD/..%252f');
    expect(run.invocations[0]?.toolExecutionNotifications.map(({ descriptor }) => descriptor.id)).toEqual(['binary']);
    expect(JSON.stringify(log)).not.toContain(hex);
  });
});

describe('HTML', () => {
  const page = toHtml({
    findings,
    problems,
    project,
    language: 'en',
    title: `report ${hostile}`,
    version: '1.0.0',
    made: '2026-11-26',
  });

  it('runs nothing and loads nothing, whatever the source says', () => {
    expect(page).toContain(`default-src 'none'; style-src 'sha256-`);
    expect(page).not.toMatch(/<script|<img|<iframe|<[a-z][^<>]*\son\w+=|javascript:|<[a-z][^<>]*\s(?:href|src)=/i);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/[\u001b\u202e]/);
  });

  it('shows the source with the secret masked', () => {
    expect(page).not.toContain(hex);
    expect(page).toContain('5d••••••');
    expect(page).toContain('source(1)');
  });
});

describe('terminal', () => {
  const text = toTable({ findings, problems, project, language: 'zh', colour: false });

  it('begins with what matters, step by step, and says what was not read', () => {
    expect(text.split('\n')[0]).toBe('先看这几处：');
    expect(text).toMatch(/├─ .*flow\.js:2 {2}source\n.*source\(1\)/);
    expect(text).toMatch(/└─ .*flow\.js:3 {2}sink/);
    expect(text).toContain('big.js  不是文本文件');
    expect(text).toContain('共 2 处');
  });

  it('lets the source neither steer the terminal nor show a secret', () => {
    expect(text).not.toMatch(/[\u001b\u202e\r]/);
    expect(text).not.toContain(hex);
    expect(toTable({ findings, problems, project, language: 'en', colour: true })).toContain('\u001b[');
  });
});

describe('annotations', () => {
  it('escape what would be a second command or element', () => {
    const commands = toGitHub(findings, 'en').split('\n');
    expect(commands).toHaveLength(2);
    expect(commands[1]).toMatch(/^::error file=a b\/文件#\?%25\/flow\.js,line=3,endLine=3,col=1,title=MP-NET-001 /);
    const quality = JSON.parse(toGitLab(findings, 'en')) as { severity: string; location: { lines: { begin: number } } }[];
    expect(quality.map(({ severity, location }) => [severity, location.lines.begin])).toEqual([
      ['blocker', 2],
      ['critical', 3],
    ]);
    const xml = toCheckstyle(findings, 'en');
    expect(xml).not.toMatch(/<img|\u001b|\u202e/);
    expect(xml.match(/<error /g)).toHaveLength(2);
  });
});

describe('order', () => {
  it('puts five different things first, and packages last', () => {
    const base = { ...findings[0]!, severity: 'critical' as const };
    const many = [
      ...Array.from({ length: 8 }, (_, at) => ({ ...base, rule: 'MP-DEP-001', fingerprint: `d${at}` })),
      ...['MP-SEC-001', 'MP-SEC-001', 'MP-CRY-001', 'MP-NET-001', 'MP-CFG-001'].map((rule, at) => ({
        ...base,
        rule,
        file: `f${at}`,
        severity: 'high' as const,
        fingerprint: `s${at}`,
      })),
    ];
    expect(firstFindings(many).map(({ rule }) => rule)).toEqual([
      'MP-SEC-001',
      'MP-NET-001',
      'MP-CRY-001',
      'MP-CFG-001',
      'MP-DEP-001',
    ]);
  });
});

describe('JSON and explanations', () => {
  it('carry both languages', () => {
    const report = toJson({ findings, problems, stats, version: '1.0.0', suppressed: 0 });
    expect(report.summary).toMatchObject({ critical: 1, high: 1, total: 2 });
    expect(report.findings[0]).toMatchObject({ rule: 'MP-SEC-001', cwe: [798, 312], family: 'secret' });
    expect(JSON.stringify(report)).not.toContain(hex);
    for (const language of ['zh', 'en'] as const)
      expect(explainRule(catalogue.get('MP-SEC-001')!, language)).toContain('CWE-798');
  });
});

it('the policy of the page is that of its style', () => {
  expect(readFileSync(new URL('./html.ts', import.meta.url), 'utf8')).not.toContain('unsafe-inline');
});
