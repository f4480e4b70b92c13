import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, makeVerifierKey } from '@menshen/tlog';
import { parseVerifierKey, sha256 } from '@menshen/tlog/node';
import { describe, expect, it } from 'vitest';
import { auditRestore } from '../../cli/audit/audit-restore.ts';
import { witness } from '../../cli/audit/witness.ts';
import { parseConfig } from '../../config/load.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/guides/audit-log.md'), 'utf8');
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');
const load = (text: string) => {
  const result = parseConfig(text, '/etc/menshen.yaml', { env: {}, readFile: () => '' });
  return result.ok ? { config: result.config, problems: [] } : { config: null, problems: result.problems };
};

describe('docs/guides/audit-log.md', () => {
  it('shows configurations that are taken', () => {
    const [witnessed = '', shared = ''] = blocks('yaml');
    const first = load(witnessed);
    expect(first.problems).toEqual([]);
    expect(first.config?.audit).toMatchObject({ pseudonyms: true, witnessQuorum: 1, archive: { days: 1_095 } });
    expect(parseVerifierKey(first.config?.audit.witnesses[0]?.vkey ?? '').name).toBe('witness.example.com');
    const second = load(shared);
    expect(second.problems).toEqual([]);
    expect(second.config?.audit.shared).toBe(true);
  });

  it('says what is refused: fewer than 180 days, more witnesses asked for than there are, a key that is none', () => {
    const [yaml = ''] = blocks('yaml');
    for (const [from, to, field] of [
      ['audit: 365', 'audit: 179', 'retention.audit'],
      ['days: 1095', 'days: 90', 'audit.archive.days'],
      ['witnessQuorum: 1', 'witnessQuorum: 2', 'audit.witnessQuorum'],
      ['+BO1J', '+AO1J', 'audit.witnesses[0].vkey'],
    ] as const) {
      expect(yaml).toContain(from);
      expect(load(yaml.replace(from, to)).problems.map((problem) => problem.field)).toContain(field);
    }
    // One key under two names would make a quorum of two by itself.
    const { name, type, publicKey } = parseVerifierKey(load(yaml).config?.audit.witnesses[0]?.vkey ?? '');
    const again = formatVerifierKey(makeVerifierKey(sha256, `${name}.cn`, type, publicKey));
    const twice = yaml.replace(
      '  witnessQuorum: 1',
      `    - url: http://other.example.com:8484\n      vkey: ${again}\n  witnessQuorum: 2`,
    );
    expect(load(twice).problems.map((problem) => problem.field)).toContain('audit.witnesses');
  });

  it('names options that the commands have, and alarms that the code raises', () => {
    const commands = blocks('sh').join('\n');
    for (const [, option = ''] of commands.matchAll(/--([a-z]+)/g))
      expect({ ...witness.options, ...auditRestore.options }).toHaveProperty(option);
    const sources = ['../watch/service.ts', '../../platform/audit-witnesses.ts']
      .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('\n');
    for (const [, alarm = ''] of guide.matchAll(/`(audit_[a-z_]+)`/g)) {
      if (alarm === 'audit_unwritable') continue;
      const raised =
        sources.includes(`'${alarm}'`) ||
        (sources.includes('audit_${problem}') && sources.includes(`'${alarm.slice('audit_'.length)}'`));
      expect([alarm, raised]).toEqual([alarm, true]);
    }
  });
});
