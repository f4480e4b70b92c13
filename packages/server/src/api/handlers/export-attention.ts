import type { Attention } from '@menshen/contract';
import type { AuditExports } from '../../audit/ship/service.ts';

/** A receiver that is away for a minute is nobody's business. */
const patienceMs = 5 * 60_000;

/** Places that the audit log is sent to and that take nothing. */
export function exportAttention(exports: Pick<AuditExports, 'status'>, now: number): Attention[] {
  return exports.status().flatMap(({ id, place, failingSince }) => {
    if (failingSince === null || now - failingSince < patienceMs) return [];
    return [
      {
        id: `audit-export-${id}`,
        severity: 'high',
        title: { zh: `审计日志发不到 ${place}`, en: `The audit log does not reach ${place}` },
        detail: {
          zh: '对方不接收事件。没有事件丢失：恢复后会从中断处继续发送。请检查该系统与网络。',
          en: 'The receiver takes no events. None is lost: once it is back, sending goes on where it stopped. Look at that system and the network.',
        },
        since: failingSince,
        action: { to: '/audit', label: { zh: '查看审计日志', en: 'Open the audit log' } },
      } satisfies Attention,
    ];
  });
}
