import {
  createLogRegistry,
  type LogRegistry,
  type LogRegistryParts,
  LogRewoundError,
  OriginTakenError,
} from './audit/registry/service.ts';
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

const rewound: ConfigProblem = {
  line: null,
  column: null,
  field: 'audit',
  zh: '审计日志比数据库先前记录的短，或内容不同（可能来自备份，也可能被改动）。请核实后运行 menshen audit restore，以新的日志延续旧日志并写明缺失；不会在旧日志上继续签名。',
  en: 'the audit log is shorter than, or another one than, what the database noted of it (a backup, or somebody changed it). Look into it, then run menshen audit restore: a new log continues the old one and says what is missing; nothing is signed on over the gap',
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
    if (error instanceof OriginTakenError) throw new ConfigError([originTaken]);
    throw error instanceof LogRewoundError ? new ConfigError([rewound]) : error;
  }
}
