import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { channelKinds, kindOf } from './channels/make-channel.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/notifications.md'), 'utf8');

it('the guide to notifications shows a configuration that works, with every kind of channel', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'x']);
  const read = parseConfig(yaml, '/etc/menshen.yaml', { env: Object.fromEntries(names), readFile: () => '' });
  expect(read.ok ? [] : read.problems).toEqual([]);
  if (read.ok) expect(new Set(read.config.notify.channels.map(kindOf))).toEqual(new Set(channelKinds));
});
