import {
  type ApprovalView,
  applyMeasure,
  MenshenError,
  measureLine,
  measureRequest,
  type RiskClass,
  riskClassOf,
} from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { AccountStore } from '../accounts/store.ts';
import { powersOf } from '../model.ts';
import type { ApprovalCardStore } from './card-store.ts';
import type { ApprovalService } from './service.ts';

const approveKey = 'approve';
const refuseKey = 'refuse';
const keptMs = 86_400_000;
/** Limits of WeCom's cards in characters (path/90236). */
const titleLength = 36;
const textLength = 112;

/** What the configuration says of approvals by a button. */
export interface CardSettings {
  /** App of the configuration in whose name cards are sent, and whose callback hears of buttons. */
  readonly app: string;
  readonly agentid: number;
  /** Classes of measures that a button may approve. */
  readonly risk: readonly RiskClass[];
  /** Provider under which administrators have bound their WeCom identity. */
  readonly provider: string;
  readonly client: Pick<WecomClient, 'sendMessage' | 'closeTemplateCard'>;
}

export interface CardParts {
  readonly store: ApprovalCardStore;
  readonly accounts: Pick<AccountStore, 'all' | 'byId' | 'identitiesOf'>;
  readonly approvals: Pick<ApprovalService, 'decide'>;
  /** Null where the configuration does not allow it. */
  readonly settings: () => CardSettings | null;
  readonly audit: Pick<Audit, 'record'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface ApprovalCards {
  /** Sends a card to each administrator who may decide and has bound a WeCom identity. */
  send(approval: ApprovalView): Promise<void>;
  /** Hears of a pressed button: fields of the event, whose signature was checked. */
  pressed(app: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  maintain(): Promise<void>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const cut = (value: string, length: number): string => (value.length <= length ? value : `${value.slice(0, length - 1)}…`);
const normal = (userid: string): string => userid.toLowerCase();

/** Approving measures by a button in WeCom: bound to the WeCom identity of one administrator, good for one time, for what the configuration allows. */
export function createApprovalCards(parts: CardParts): ApprovalCards {
  const { store, accounts, clock, metrics } = parts;

  const cardOf = (task: string, approval: ApprovalView, line: string): Readonly<Record<string, unknown>> => ({
    card_type: 'button_interaction',
    task_id: task,
    main_title: { title: cut('门神 · 待批准', titleLength), desc: cut(line, textLength) },
    sub_title_text: cut(
      `${approval.told?.by.zh ?? approval.requestedBy.username} 申请：${approval.told?.act.zh ?? approval.reason}`,
      textLength,
    ),
    button_list: [
      { text: '批准', style: 1, key: approveKey },
      { text: '拒绝', style: 2, key: refuseKey },
    ],
  });

  const refused = async (why: string, task: string): Promise<void> => {
    metrics.add('menshen_approval_cards_total', `result="refused"`);
    await parts.audit.record(
      detectionEvent({
        ...{ time: clock(), rule: 'approval_card_refused', severity: 'high' },
        title: 'a button of an approval was pressed by somebody whose it is not, or once more',
        detail: { why, task: task.slice(0, 40) },
      }),
    );
  };

  return {
    async send(approval) {
      const settings = parts.settings();
      if (settings === null || approval.endpoint !== applyMeasure.id) return;
      const measure = measureRequest.safeParse(approval.body);
      if (!measure.success || !settings.risk.includes(riskClassOf(measure.data))) return;
      const line = measureLine(measure.data).zh;
      for (const account of await accounts.all()) {
        if (account.status !== 'active' || account.id === approval.requestedBy.id) continue;
        if (!powersOf(account.power).some((power) => approval.approvers.includes(power))) continue;
        const bound = (await accounts.identitiesOf(account.id)).find(({ provider }) => provider === settings.provider);
        if (bound === undefined) continue;
        const task = `menshen_${Buffer.from(parts.random(24)).toString('base64url')}`;
        await store.add({
          ...{ task, approval: approval.id, digest: approval.digest, administrator: account.id },
          ...{ userid: normal(bound.subject), expires: approval.expiresAt },
        });
        try {
          await settings.client.sendMessage({
            to: { users: [bound.subject] },
            content: { type: 'template_card', card: cardOf(task, approval, line) },
          });
          metrics.add('menshen_approval_cards_total', 'result="sent"');
        } catch {
          // The notice with the link to the console reaches people all the same.
          metrics.add('menshen_approval_cards_total', 'result="unsent"');
        }
      }
    },
    async pressed(app, fields) {
      const settings = parts.settings();
      if (settings === null || settings.app !== app || text(fields['AgentID']) !== String(settings.agentid)) return;
      const [task, userid, key] = [text(fields['TaskId']), text(fields['FromUserName']), text(fields['EventKey'])];
      if (key !== approveKey && key !== refuseKey) return;
      // Used up before it counts; whoever's it is not uses nothing up.
      const card = await store.take(task, normal(userid), clock());
      if (card === null) return await refused('not_theirs_or_used', task);
      const account = await accounts.byId(card.administrator);
      const identities = await accounts.identitiesOf(card.administrator);
      const still = identities.some(({ provider, subject }) => provider === settings.provider && normal(subject) === card.userid);
      if (account === null || account.status !== 'active' || !still) return await refused('no_longer_bound', task);
      let word = key === approveKey ? '已批准' : '已拒绝';
      try {
        await parts.approvals.decide(account, card.approval, key === approveKey ? 'approve' : 'refuse', card.digest, 'WeCom');
        metrics.add('menshen_approval_cards_total', `result="${key === approveKey ? 'approved' : 'declined'}"`);
      } catch (error) {
        if (!(error instanceof MenshenError)) throw error;
        word = '已失效';
        await refused(error.code, task);
      }
      const responseCode = text(fields['ResponseCode']);
      // What stands on the phone is a courtesy; the decision stands in the store.
      if (responseCode !== '')
        await settings.client.closeTemplateCard({ userids: [userid], responseCode, word }).catch(() => undefined);
    },
    maintain: () => store.removeBefore(clock() - keptMs),
  };
}
