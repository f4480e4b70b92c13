import { readFileSync } from 'node:fs';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';

const guide = readFileSync(new URL('../../../../docs/guides/backups.md', import.meta.url), 'utf8');

it('the configuration of the guide is one', async () => {
  const [text = ''] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]);
  const identity = await generateX25519Identity();
  const own = text.replace(/age1[0-9a-z]+/, await identityToRecipient(identity));
  const env = { SHOP_PASSWORD: 'a', HR_PASSWORD: 'b' };
  const result = parseConfig(own, '/etc/menshen/menshen.yaml', { env, readFile: () => identity });
  expect(result.ok ? [] : result.problems).toEqual([]);
  expect(result.ok ? result.config.recovery.data.length : 0).toBe(4);
});

it('refuses what would go to nobody, a password in an address, and drills of nothing', () => {
  const codes = (recovery: string): boolean =>
    parseConfig(`recovery: ${recovery}\n`, '/x.yaml', { env: {}, readFile: () => '' }).ok;
  expect(codes('{ ship: { to: { folder: /mnt } } }')).toBe(false);
  expect(codes('{ data: [{ id: shop, mysql: "mysql://u:secret@h/db" }] }')).toBe(false);
  expect(codes('{ drill: { identity: x } }')).toBe(false);
  expect(codes('{ ship: { to: { command: [rclone, copy] } } }')).toBe(false);
});
