import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/guides/sockets.md'), 'utf8');

it('docs/guides/sockets.md shows a configuration that is taken, with the defaults that it tells', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const read = (text: string) => {
    const result = parseConfig(text, '/etc/menshen.yaml', { env: {}, readFile: () => '' });
    expect(result.ok ? [] : result.problems).toEqual([]);
    return result.ok ? result.config.apps[0]?.routes[0]?.socket : undefined;
  };
  const shown = read(yaml);
  const plain = read(yaml.replace(/socket:[\s\S]*$/, 'socket: {}\n'));
  expect(shown).toEqual({ ...plain, origins: ['https://desk.example.com'] });
});
