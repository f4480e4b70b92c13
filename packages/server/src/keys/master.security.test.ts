import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeys, loadMasterKey } from './master.ts';

const key = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const text = key.toString('base64');
const posix = process.platform !== 'win32';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-master-'));
  file = join(folder, 'keys', 'master');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (content: string, mode = 0o600): string => {
  const path = join(folder, 'written');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

describe('the key file', () => {
  it('is made once, with 32 random bytes, and read from then on', () => {
    const made = loadMasterKey(undefined, file);
    expect(made).toHaveLength(32);
    expect(loadMasterKey(undefined, file)).toEqual(made);
    expect(readFileSync(file, 'utf8')).toBe(`${Buffer.from(made).toString('base64')}\n`);
    expect(loadMasterKey(undefined, join(folder, 'other'))).not.toEqual(made);
  });
  it('is not made anew beside data that another one has sealed', () => {
    const sealed = join(folder, 'menshen.db');
    writeFileSync(sealed, 'x');
    expect(() => loadMasterKey(undefined, file, [join(folder, 'tlog'), sealed])).toThrow(
      expect.objectContaining({ code: 'master_key_missing' }),
    );
    expect(() => statSync(file)).toThrow();
    expect(loadMasterKey(undefined, file, [join(folder, 'tlog')])).toHaveLength(32);
  });
  it.runIf(posix)('is for its owner alone, and so is its folder', () => {
    loadMasterKey(undefined, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
  });
  it.runIf(posix).each([0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])('is refused with mode %o', (mode) => {
    expect(() => loadMasterKey(undefined, written(text, mode))).toThrow(
      expect.objectContaining({ code: 'master_key_permissions' }),
    );
  });
  it.runIf(posix)('may be read-only', () => {
    expect(loadMasterKey(undefined, written(text, 0o400))).toEqual(key);
  });
  it('that is empty is refused, not made anew: what it sealed would be lost', () => {
    const path = written('');
    expect(() => loadMasterKey(undefined, path)).toThrow(expect.objectContaining({ code: 'master_key_invalid' }));
    expect(readFileSync(path, 'utf8')).toBe('');
  });
  it('that cannot be read for another reason is an error', () => {
    expect(() => loadMasterKey(undefined, folder)).toThrow();
  });
});

describe('a key', () => {
  it('of the configuration is taken, and no file is made', () => {
    expect(loadMasterKey(` ${text}\n`, file)).toEqual(key);
    expect(() => statSync(file)).toThrow();
  });
  it.each([
    '',
    'short',
    key.subarray(1).toString('base64'),
    Buffer.concat([key, key]).toString('base64'),
    key.toString('hex'),
    text.replace(/=+$/, ''),
    `${text}!`,
    `!${text}`,
    Buffer.alloc(32, 0xff).toString('base64url'),
  ])('of another form is refused and not repeated: %j', (wrong) => {
    for (const load of [() => loadMasterKey(wrong, file), () => loadMasterKey(undefined, written(wrong))]) {
      expect(load).toThrow(
        expect.objectContaining({ code: 'master_key_invalid', message: 'the master key must be 32 bytes in base64' }),
      );
    }
  });
});

describe('derived keys', () => {
  const keys = createKeys(key, (size) => new Uint8Array(size).fill(5));
  const place = { table: 'people', column: 'phone', key: 'u1' };

  it('differ by purpose and by master, and stay the same', () => {
    expect(keys.derive('audit')).toHaveLength(32);
    expect(keys.derive('audit')).toEqual(createKeys(key, () => new Uint8Array()).derive('audit'));
    expect(keys.derive('audit')).not.toEqual(keys.derive('identity'));
    expect(keys.derive('audit')).not.toEqual(createKeys(Buffer.alloc(32), () => new Uint8Array()).derive('audit'));
    expect(keys.derive('audit')).not.toEqual(new Uint8Array(key));
  });
  it('seal text that opens at its place only', () => {
    const sealed = keys.sealText('13800138000', place);
    expect(keys.openText(sealed, place)).toBe('13800138000');
    expect(Buffer.from(sealed).includes('13800138000')).toBe(false);
    expect(() => keys.openText(sealed, { ...place, key: 'u2' })).toThrow();
    expect(() => createKeys(Buffer.alloc(32), () => new Uint8Array(32)).openText(sealed, place)).toThrow();
  });
});
