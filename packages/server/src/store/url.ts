import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError } from './errors.ts';

/** Where a store lives. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly connectionString: string };

/**
 * Reads the `store` setting: `file:PATH` (a relative path starts at `base`, the working directory by default),
 * `file:///PATH`, or `postgres://...` as libpq understands it.
 * @throws StoreError `store_url_invalid`; the message does not repeat the address, which may hold a password
 */
export function parseStoreUrl(url: string, base: string = process.cwd()): StoreLocation {
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    if (!URL.canParse(url)) throw new StoreError('store_url_invalid', 'the PostgreSQL address is malformed');
    return { kind: 'postgres', connectionString: url };
  }
  if (!url.startsWith('file:')) throw new StoreError('store_url_invalid', 'the store is neither file:PATH nor postgres://...');
  let path = url.slice('file:'.length);
  if (path.startsWith('//')) {
    try {
      path = fileURLToPath(url);
    } catch {
      throw new StoreError('store_url_invalid', 'the file address is malformed');
    }
  }
  // SQLite gives these a meaning of its own: a database in memory, or none.
  if (path === '' || path === '.' || path.endsWith('/') || path.startsWith(':') || path.includes('\0')) {
    throw new StoreError('store_url_invalid', 'the store needs the path of a file');
  }
  return { kind: 'sqlite', file: isAbsolute(path) ? path : resolve(base, path) };
}
