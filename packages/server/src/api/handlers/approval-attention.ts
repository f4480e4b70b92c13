import type { Attention } from '@menshen/contract';
import type { ApprovalService } from '../../administrators/approvals/service.ts';

/** Forced acts that nobody has reviewed, and requests that wait for the viewer. */
export function approvalAttention({ unreviewed, decidable }: Awaited<ReturnType<ApprovalService['waiting']>>): Attention[] {
  const forced = unreviewed.map(
    (approval): Attention => ({
      id: `break-glass-${approval.id}`,
      severity: 'critical',
      title: {
        zh: `${approval.requestedBy.username} 未经批准强制执行：${approval.summary.zh}`,
        en: `${approval.requestedBy.username} forced without approval: ${approval.summary.en}`,
      },
      detail: { zh: `理由：${approval.reason}。须由他人复核。`, en: `Reason: ${approval.reason}. Another has to review it.` },
      since: approval.requestedAt,
      action: { to: '/approvals', label: { zh: '前往复核', en: 'Review it' } },
    }),
  );
  const waiting = decidable.map(
    (approval): Attention => ({
      id: `approval-${approval.id}`,
      severity: 'high',
      title: {
        zh: `${approval.told?.by.zh ?? approval.requestedBy.username} 申请批准：${(approval.told?.act ?? approval.summary).zh}`,
        en: `${approval.told?.by.en ?? approval.requestedBy.username} asks for approval: ${(approval.told?.act ?? approval.summary).en}`,
      },
      detail: approval.told?.why ?? { zh: `理由：${approval.reason}`, en: `Reason: ${approval.reason}` },
      since: approval.requestedAt,
      action: { to: '/approvals', label: { zh: '前往处理', en: 'Decide' } },
    }),
  );
  return [...forced, ...waiting];
}
