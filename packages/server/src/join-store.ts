import { createLogRegistry, type LogRegistry, type LogRegistryParts, OriginTakenError } from './audit/registry/service.ts';
import { createAuditLogStore } from './audit/registry/store.ts';
import { ConfigError } from './config/config-error.ts';
import type { ConfigProblem } from './config/load.ts';
import type { Keys } from './keys/master.ts';
import { holdsKey } from './store/meta.ts';
import type { Store } from './store/store.ts';

const otherKey: ConfigProblem = {
  line: null,
  column: null,
  field: 'keys.master',
  zh: '此数据库属于另一把主密钥。共用数据库的所有节点必须使用同一把主密钥。',
  en: 'this store belongs to another master key: all nodes that share a store must have the same one',
};
const originTaken: ConfigProblem = {
  line: null,
  column: null,
  field: 'audit.origin',
  zh: '同一数据库中已有另一份审计日志使用此名称。请为每个节点设置不同的 audit.origin；若日志目录已丢失，也请使用新名称。',
  en: 'another audit log beside this store has this origin: give each node its own audit.origin, and a new one where a log folder was lost',
};

/**
 * Joins the nodes of a store: one master key for all, one audit log for each.
 * @throws ConfigError when the key or the log's origin is not this node's to use
 */
export async function joinStore(parts: Omit<LogRegistryParts, 'store'> & { store: Store; keys: Keys }): Promise<LogRegistry> {
  const { store, keys, ...rest } = parts;
  if (!(await holdsKey(store.db, Buffer.from(keys.derive('check value')).toString('hex')))) throw new ConfigError([otherKey]);
  try {
    return await createLogRegistry({ ...rest, store: createAuditLogStore(store) });
  } catch (error) {
    throw error instanceof OriginTakenError ? new ConfigError([originTaken]) : error;
  }
}
