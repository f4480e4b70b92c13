import type { Call } from '../../flow/client.ts';
import { memberPath, type Node, unwrap } from '../../parse/ast.ts';
import { methodOf, receiverOf } from './analysis.ts';
import type { Arrival } from './arrival.ts';

const writers =
  /^(?:create|update|insert|add|save|bulkCreate|insertOne|insertMany|updateOne|updateMany|findOneAndUpdate|findByIdAndUpdate|set|upsert|thenAdd|insertOrUpdate|replaceOne|addMany|updateMany|assign|build|merge)$/;

/** Whether a whole object of the caller's becomes the fields of a record. */
export function recordWrites(arrival: Arrival): boolean {
  const { analysis, call, index, path, targets } = arrival;
  const method = methodOf(call) ?? '';
  if (!writers.test(method) || targets.some((target) => target.kind === 'function')) return false;
  if (!isRecordStore(call, analysis.names(call))) return false;
  const isCloud = path[0] === 'data' && path.length === 1 && index === 0;
  if (isCloud) return true;
  if (path.length > 0 && !(path.length === 1 && path[0] === '$set')) return false;
  if (/^(?:assign|merge)$/.test(method)) return false;
  if (/^(?:updateOne|updateMany|findOneAndUpdate|findByIdAndUpdate|replaceOne)$/.test(method)) return index === 1;
  if (method === 'set') return index === 0 && call.arguments.length === 1;
  return index === 0 || (method === 'update' && index === 1) || (/^(?:insert|update)$/.test(method) && index === 1);
}

/** Whether a method belongs to a store of records: a model, a collection, a repository, a table. */
export function isRecordStore(call: Call, names: readonly string[]): boolean {
  if (
    names.some((name) =>
      /(?:model|collection|table|repository|getRepository|getModel)\(\)|(?:^|\.)(?:model|prisma|mysql|db|knex)\.|database\(\)|sequelize|mongoose|\bapp\.mysql/i.test(
        name,
      ),
    )
  )
    return true;
  const receiver = receiverOf(call);
  return receiver !== undefined && isStoreChain(receiver, 0);
}

function isStoreChain(node: Node, depth: number): boolean {
  const inner = unwrap(node);
  if (depth > 8) return false;
  if (inner.type === 'AwaitExpression') return isStoreChain(inner.argument, depth + 1);
  if (inner.type === 'CallExpression') {
    const method = methodOf(inner) ?? '';
    if (/^(?:model|collection|table|getRepository|doc|getModel|M|D)$/.test(method)) return true;
    const receiver = receiverOf(inner);
    return receiver !== undefined && isStoreChain(receiver, depth + 1);
  }
  const path = memberPath(inner);
  const last = path?.at(-1) ?? '';
  if (/(?:Model|Repository|Repo|Dao|Collection|Table|Schema|Entity)$/.test(last)) return true;
  if (path !== undefined && path.length > 1 && /^(?:model|models|prisma|mysql|db|Model)$/.test(path.at(-2) ?? '')) return true;
  return (
    path !== undefined &&
    path.length === 1 &&
    /^[A-Z][a-z]\w*$/.test(last) &&
    !/^(?:Object|Array|Map|Set|Math|Promise|Date|JSON|Buffer|String|Number|Reflect|Symbol|Cache|Redis|Router|App|Event|Log)/.test(
      last,
    )
  );
}
