import { describe, expect, it } from 'vitest';
import { readAdvisories } from './read.ts';

const head = '#model_version:v2025.03.14\ncve,epss,percentile\n';

describe('files of advisories', () => {
  it('are read as they are published', () => {
    expect(readAdvisories('epss', `${head}CVE-2021-44228,0.94,0.999\r\nCVE-2014-0160,0.9,0.99\n`)?.rows).toEqual([
      { cve: 'CVE-2021-44228', epss: 0.94, percentile: 0.999, exploited: false, vector: null },
      { cve: 'CVE-2014-0160', epss: 0.9, percentile: 0.99, exploited: false, vector: null },
    ]);
    const kev = JSON.stringify({ title: 'KEV', vulnerabilities: [{ cveID: 'CVE-2021-44228', vendorProject: 'Apache' }] });
    expect(readAdvisories('kev', kev)?.rows).toEqual([expect.objectContaining({ cve: 'CVE-2021-44228', exploited: true })]);
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H';
    const osv = { id: 'GHSA-x', aliases: ['CVE-2021-44228'], severity: [{ type: 'CVSS_V3', score: vector }] };
    for (const text of [JSON.stringify([osv]), JSON.stringify(osv), `${JSON.stringify(osv)}\n${JSON.stringify(osv)}\n`])
      expect(readAdvisories('osv', text)?.rows).toEqual([expect.objectContaining({ cve: 'CVE-2021-44228', vector })]);
  });

  it('take no line that says something impossible, and count it', () => {
    const lines = [
      'CVE-1,0.5,0.5',
      'CVE-2021-1,0.5,0.5',
      'CVE-2021-44228,1.5,0.5',
      'CVE-2021-44228,NaN,0.5',
      'CVE-2021-44228,,0.5',
      '<script>,0.1,0.1',
    ];
    const good = 'CVE-2021-44228,0.5,0.5';
    expect(readAdvisories('epss', `${head}${[...lines, good].join('\n')}`)).toMatchObject({
      refused: 6,
      rows: [{ cve: 'CVE-2021-44228' }],
    });
    // A vector that no calculator takes would make every score of the CVE a guess.
    const bad = { id: 'CVE-2021-44228', severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }] };
    expect(readAdvisories('osv', JSON.stringify([bad]))).toBeNull();
  });

  it('are refused whole where they are of another kind', () => {
    for (const [kind, text] of [
      ['epss', 'a,b,c\nCVE-2021-44228,0.5,0.5'],
      ['epss', ''],
      ['kev', '{"vulnerabilities":1}'],
      ['kev', '[]'],
      ['kev', '{'],
      ['osv', 'null'],
      ['osv', '{"id":1}'],
    ] as const)
      expect(readAdvisories(kind, text), text).toBeNull();
  });
});
