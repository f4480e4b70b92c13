import * as contract from '@menshen/contract';
import { type Bound, bind } from '../bind.ts';
import type { HandlerParts } from './parts.ts';

export function auditHandlers(parts: HandlerParts): readonly Bound[] {
  const { queries } = parts;
  return [
    bind(contract.getAuditStatus, async () => {
      const [status, logs] = await Promise.all([queries.status(), parts.logs.list()]);
      return {
        ...status,
        witnesses: [...(parts.witnesses?.states() ?? [])],
        witnessedSize: parts.witnesses?.witnessed()?.size ?? null,
        logs: logs.map(({ origin, vkey, size, seenAt, own, live }) => ({ origin, vkey, size, seenAt, own, live })),
      };
    }),
    bind(contract.listAuditExports, async () => {
      const places = parts.exports.status();
      const { size } = places.length === 0 ? { size: 0 } : await queries.status();
      return {
        exports: places.map(({ next, ...place }) => ({
          ...place,
          sent: next,
          waiting: next === null ? null : Math.max(0, size - next),
        })),
      };
    }),
    bind(contract.listAudit, async (call) => {
      const { limit, cursor, ...filter } = call.query;
      return await queries.list(filter, limit, cursor ?? null);
    }),
    bind(contract.getAuditEntry, async (call) => {
      const entry = await queries.entry(call.params.index);
      if (entry === null) throw new contract.MenshenError('not_found');
      return entry;
    }),
    bind(contract.verifyAudit, async () => await queries.verify()),
  ];
}
