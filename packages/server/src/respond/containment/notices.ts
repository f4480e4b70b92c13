import { type ApprovalView, applyMeasure, measureLine, measureRequest, riskClassOf } from '@menshen/contract';
import type { NewNotice } from '../../notify/model.ts';
import type { NotifyService } from '../../notify/service.ts';

const severityOf = { low: 'medium', medium: 'high', high: 'critical' } as const;

/** Tells people that somebody asks for a second person, with the way to the page where they decide: by WeCom, robot or mail, as routes say. */
export function createApprovalNotices(notify: Pick<NotifyService, 'send'>, failed: () => void): (approval: ApprovalView) => void {
  return (approval) => void notify.send(approvalNotice(approval)).catch(failed);
}

/** What is asked; nothing of the call but what a measure means to do stands in it. */
export function approvalNotice({ id, endpoint, summary, requestedBy, reason, told, body }: ApprovalView): NewNotice {
  const measure = endpoint === applyMeasure.id ? measureRequest.safeParse(body) : null;
  const line = measure?.success === true ? measureLine(measure.data) : (told?.act ?? summary);
  const severity = measure?.success === true ? severityOf[riskClassOf(measure.data)] : 'medium';
  return {
    ...{ kind: 'approval', severity, app: null, matter: `approval ${id}` },
    title: { zh: `待批准：${line.zh}`, en: `Waits for approval: ${line.en}` },
    happened:
      told === null
        ? {
            zh: `${requestedBy.username} 申请执行，理由：${reason}`,
            en: `${requestedBy.username} asks for it, because: ${reason}`,
          }
        : { zh: `${told.by.zh} 在等待批准。`, en: `${told.by.en} waits for approval.` },
    done: null,
    asked: {
      zh: '打开控制台核对内容后批准或拒绝。批准后立即执行。',
      en: 'Open the console, look at what it is, and approve or refuse. A measure is carried out at once when it is approved.',
    },
    path: '/approvals',
  };
}
