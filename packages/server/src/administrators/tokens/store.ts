import { type TokenScope, tokenScopes } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { AdministratorTables } from '../tables.ts';

const scopesOf = z.array(z.enum(tokenScopes));
const grantsOf = z.array(z.string());
const rangesOf = z.array(z.string());

export interface ApiToken {
  readonly id: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly grants: readonly string[];
  readonly addresses: readonly string[];
  readonly created: number;
  readonly createdBy: string;
  readonly expires: number;
  readonly lastUsed: number | null;
  readonly lastAddress: string | null;
  readonly revokedAt: number | null;
}

const toToken = (row: Selectable<AdministratorTables['api_tokens']>): ApiToken => ({
  id: row.id,
  secretHash: row.secret_hash,
  name: row.name,
  scopes: scopesOf.parse(JSON.parse(row.scopes)),
  grants: grantsOf.parse(JSON.parse(row.grants)),
  addresses: rangesOf.parse(JSON.parse(row.addresses)),
  created: row.created,
  createdBy: row.created_by,
  expires: row.expires,
  lastUsed: row.last_used,
  lastAddress: row.last_address,
  revokedAt: row.revoked_at,
});

/** The table of API tokens; revoked and expired ones stay, so that what they did keeps its name. */
export function createTokenStore(store: Store) {
  const { db } = store;
  return {
    async add(token: ApiToken): Promise<void> {
      await db
        .insertInto('api_tokens')
        .values({
          id: token.id,
          secret_hash: token.secretHash,
          name: token.name,
          scopes: JSON.stringify(token.scopes),
          grants: JSON.stringify(token.grants),
          addresses: JSON.stringify(token.addresses),
          created: token.created,
          created_by: token.createdBy,
          expires: token.expires,
          last_used: token.lastUsed,
          last_address: token.lastAddress,
          revoked_at: token.revokedAt,
        })
        .execute();
    },
    async find(id: string): Promise<ApiToken | null> {
      const row = await db.selectFrom('api_tokens').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toToken(row);
    },
    async all(): Promise<ApiToken[]> {
      return (await db.selectFrom('api_tokens').selectAll().orderBy('created', 'desc').limit(500).execute()).map(toToken);
    },
    async touch(id: string, now: number, address: string): Promise<void> {
      await db.updateTable('api_tokens').set({ last_used: now, last_address: address }).where('id', '=', id).execute();
    },
    async revoke(id: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('api_tokens')
        .set({ revoked_at: now })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
  };
}

export type TokenStore = ReturnType<typeof createTokenStore>;
