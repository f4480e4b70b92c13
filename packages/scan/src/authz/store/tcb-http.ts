import type { Machine } from '../machine/machine.ts';
import type { Operation } from '../machine/trace.ts';
import type { CallSite, Value } from '../machine/value.ts';
import { finish, newQuery } from './query.ts';

const operations: Readonly<Record<string, Operation>> = {
  databaseadd: 'create',
  databaseupdate: 'update',
  databasedelete: 'delete',
  databasequery: 'read',
  databaseaggregate: 'read',
  databasecount: 'count',
  databasecollectiondelete: 'delete',
  batchdeletefile: 'delete',
  uploadfile: 'create',
};

/**
 * WeChat's HTTP interface of the cloud (`api.weixin.qq.com/tcb/databasedelete`), with which a server of one's own works on the data of
 * a mini program: the table and the operation; conditions stand in text and are not read.
 */
export function tcbHttpAccess(m: Machine, args: readonly Value[], text: string, site: CallSite): Value | undefined {
  const operation = operations[/api\.weixin\.qq\.com\/tcb\/(\w+)/i.exec(text)?.[1]?.toLowerCase() ?? ''];
  if (operation === undefined) return undefined;
  const statement = textIn(args, 0);
  const query = newQuery(/collection\(\s*['"](\w+)/.exec(statement)?.[1] ?? 'cloud file');
  query.opaque = true;
  return finish(m, query, operation, site, undefined);
}

function textIn(values: readonly Value[], depth: number): string {
  for (const value of values) {
    if (typeof value.literal === 'string' && value.literal.includes('collection(')) return value.literal;
    if (value.shape && depth < 3) {
      const inner = textIn([...value.shape.props.values()].slice(0, 20), depth + 1);
      if (inner !== '') return inner;
    }
  }
  return '';
}
