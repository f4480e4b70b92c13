import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { LdapSourceConfig } from '@menshen/contract';
import { Client, type Entry, type Filter } from 'ldapts';
import { isBinary, LdapAnswerError } from './entry.ts';

export interface Search {
  readonly base: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly scope?: 'base' | 'sub';
}

export interface LdapSession {
  /** Every entry, page by page. @throws LdapAnswerError, and the errors of ldapts: never a part of an answer */
  search(search: Search): Promise<readonly Entry[]>;
}

/**
 * Connects, encrypts, checks the server's certificate, binds, and hands the session to `work`. With `starttls` nothing is said before the
 * connection is encrypted: a server that refuses to is not spoken to. Referrals are not followed. `withinMs` bounds the whole of it: a server that says
 * a little just before each answer is due would be read for ever, and nobody who leaves would be closed out. @throws LdapAnswerError `ldap_too_slow`
 */
export async function withLdap<T>(
  config: LdapSourceConfig,
  withinMs: number,
  work: (session: LdapSession) => Promise<T>,
): Promise<T> {
  const tls = tlsOptions(config);
  const client = new Client({
    url: config.url,
    timeout: config.timeoutMs,
    connectTimeout: config.timeoutMs,
    ...(config.tls === 'ldaps' ? { tlsOptions: tls } : {}),
  });
  const ended = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    ended.abort(new LdapAnswerError('ldap_too_slow'));
    reject(ended.signal.reason);
  }, withinMs);
  const read = async (): Promise<T> => {
    if (config.tls === 'starttls') await client.startTLS(tls);
    await client.bind(config.bind.dn, config.bind.secret);
    return await work({ search: (search) => searchAll(client, config, search, ended.signal) });
  };
  try {
    return await Promise.race([read(), late]);
  } finally {
    clearTimeout(timer);
    await client.unbind().catch(() => undefined);
  }
}

function tlsOptions({ url, ca, serverName }: LdapSourceConfig): ConnectionOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const name = serverName ?? host;
  return {
    host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
}

async function searchAll(
  client: Client,
  config: LdapSourceConfig,
  search: Search,
  ended: AbortSignal,
): Promise<readonly Entry[]> {
  const first = await pages(client, config, search, config.pageSize, ended);
  if (!first.endedEmpty) return first.entries;
  // A server may give an empty page in the middle, which looks like the end; pages of another size would then end elsewhere.
  const second = await pages(client, config, search, config.pageSize - 1, ended);
  if (second.entries.length !== first.entries.length) throw new LdapAnswerError('ldap_pages_unsure');
  return second.entries;
}

async function pages(client: Client, config: LdapSourceConfig, search: Search, pageSize: number, ended: AbortSignal) {
  // Or the client would connect anew for it, and ask in clear.
  ended.throwIfAborted();
  const entries: Entry[] = [];
  let endedEmpty = false;
  let count = 0;
  const found = client.searchPaginated(search.base, {
    scope: search.scope ?? 'sub',
    derefAliases: 'never',
    filter: search.filter,
    attributes: [...search.attributes],
    explicitBufferAttributes: search.attributes.filter(isBinary),
    timeLimit: Math.ceil(config.timeoutMs / 1_000),
    paged: { pageSize },
  });
  for await (const page of found) {
    // The client connects anew by itself, and would then ask as nobody and in clear.
    ended.throwIfAborted();
    if (!client.isBound) throw new LdapAnswerError('ldap_connection_lost');
    if (entries.length + page.searchEntries.length > config.maxEntries) throw new LdapAnswerError('ldap_too_many');
    for (const entry of page.searchEntries) entries.push(entry);
    count += 1;
    endedEmpty = count > 1 && page.searchEntries.length === 0;
  }
  return { entries, endedEmpty };
}
