import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoveryProblems } from './recovery.ts';

const root = mkdtempSync(join(tmpdir(), 'menshen-recovery-'));
const recipients = [`age1${'q'.repeat(58)}`];
const fields = (recovery: object, more: object = {}): string[] => {
  const config = configSchema.parse({ data: 'data', apps: [], recovery: { recipients, ...recovery }, ...more });
  return recoveryProblems(config, root).map(({ field }) => field);
};
const ship = (folder: string) => ({ ship: { to: { folder } } });
const backups = (folder: string, offsite?: string) => ({
  backups: { folder, ...(offsite === undefined ? {} : { offsite: { folder: offsite } }) },
});

beforeAll(() => mkdirSync(join(root, 'data')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('places of backups', () => {
  it('lie outside of the data folder, of the log and of business data: each file would hold all before it', () => {
    expect(fields(ship('data/second'))).toEqual(['recovery.ship.to.folder']);
    expect(fields(ship('data'))).toEqual(['recovery.ship.to.folder']);
    expect(fields(ship('elsewhere/../data/second'))).toEqual(['recovery.ship.to.folder']);
    expect(fields(ship(join(root, 'data', 'backups')))).toEqual(['recovery.ship.to.folder']);
    expect(fields(backups('data/copies'))).toEqual(['recovery.backups.folder']);
    expect(fields(backups('out', 'data/tlog/copies'))).toEqual(['recovery.backups.offsite.folder']);
    expect(fields(ship('log/second'), { audit: { directory: join(root, 'log') } })).toEqual(['recovery.ship.to.folder']);
    const data = [{ id: 'files', folder: 'files' }];
    expect(fields({ ...backups('files/out'), data })).toEqual(['recovery.backups.folder']);
  });

  it('are found through a link', () => {
    symlinkSync(join(root, 'data'), join(root, 'link'));
    expect(fields(ship('link/second'))).toEqual(['recovery.ship.to.folder']);
  });

  it('may lie beside it, above it, in its folder for backups, or be a program', () => {
    expect(fields({ ...ship('data-second'), ...backups('backups', 'elsewhere') })).toEqual([]);
    expect(fields(ship('.'))).toEqual([]);
    expect(fields(backups('data/backups', 'data/backups/copies'))).toEqual([]);
    expect(fields({ ship: { to: { command: ['upload', '{file}'] } } })).toEqual([]);
  });
});
