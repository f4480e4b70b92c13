import { type Attention, type Bilingual, type CampaignView, guardFactText } from '@menshen/contract';
import type { Runtime } from '../../gateway/runtime.ts';
import { allCampaigns, type CampaignHandlerParts, campaignViews } from './campaigns.ts';

const hourMs = 3_600_000;

/** Campaigns that need somebody: stopped, broken by the backend, or with coupons that nobody knows the fate of. */
export async function campaignAttention(
  runtime: Runtime,
  parts: Pick<CampaignHandlerParts, 'guardOverview' | 'containment'>,
  now: number,
): Promise<Attention[]> {
  const { guardOverview: overview } = parts;
  const found: Attention[] = [];
  const campaigns = allCampaigns(runtime);
  const views = await campaignViews(campaigns, parts, now);
  for (const [at, { campaign }] of campaigns.entries()) {
    const view = views[at];
    if (view === undefined) continue;
    const { stop, recent } = view;
    const action = {
      to: `/campaigns/${view.app}/${view.id}`,
      label: { zh: '查看活动', en: 'Open the campaign' },
    };
    const [last] = recent.answerViolations > 0 || stop !== null ? await overview.violations(campaign) : [];
    const differed: Bilingual =
      last === undefined
        ? { zh: '', en: '' }
        : {
            zh: `应为：${guardFactText(last.expected).zh}；实为：${guardFactText(last.seen).zh}。`,
            en: `Expected ${guardFactText(last.expected).en}, seen ${guardFactText(last.seen).en}.`,
          };
    if (stop !== null)
      found.push({
        id: `campaign-stopped-${view.app}-${view.id}`,
        severity: stop.cause === 'administrator' ? 'medium' : 'critical',
        title:
          stop.cause === 'administrator'
            ? { zh: `活动“${view.name.zh}”已被停止`, en: `The campaign “${view.name.en}” was stopped` }
            : { zh: `活动“${view.name.zh}”已自动停止`, en: `The campaign “${view.name.en}” has stopped itself` },
        detail: stopDetail(view, differed),
        since: stop.at,
        action,
      });
    else if (recent.answerViolations > 0 && last !== undefined)
      found.push({
        id: `campaign-answers-${view.app}-${view.id}`,
        severity: 'high',
        title: {
          zh: `业务系统 ${recent.answerViolations} 次违反活动“${view.name.zh}”的规则，已拦截`,
          en: `The backend broke the rules of “${view.name.en}” ${recent.answerViolations} times and was withheld`,
        },
        detail: differed,
        since: now - 24 * hourMs,
        action,
      });
    if (view.uncertain > 0)
      found.push({
        id: `campaign-uncertain-${view.app}-${view.id}`,
        severity: 'medium',
        title: {
          zh: `活动“${view.name.zh}”有 ${view.uncertain} 张优惠券的使用结果未知`,
          en: `${view.uncertain} coupons of “${view.name.en}” were interrupted while they were redeemed`,
        },
        detail: { zh: '请与门店核对后确认。', en: 'Ask the shop, then say whether it happened.' },
        since: now,
        action: { ...action, to: `${action.to}?uncertain=1` },
      });
  }
  return found;
}

function stopDetail({ stop }: CampaignView, differed: Bilingual): Bilingual {
  if (stop === null) return differed;
  if (stop.cause === 'administrator')
    return { zh: `由 ${stop.by} 停止：${stop.reason ?? ''}`, en: `Stopped by ${stop.by}: ${stop.reason ?? ''}` };
  return stop.cause === 'answers'
    ? {
        zh: `业务系统 ${stop.count} 次给出违规的结果。${differed.zh}`,
        en: `The backend gave ${stop.count} answers outside the rules. ${differed.en}`,
      }
    : {
        zh: `${stop.count} 人发送了正常客户端不会发送的请求。${differed.zh}`,
        en: `${stop.count} people sent requests that no honest client sends. ${differed.en}`,
      };
}
