import { type Attention, botSignTexts } from '@menshen/contract';
import { signsOf } from '../../rates/bots/signs.ts';
import type { ListService } from '../../rates/lists/service.ts';
import type { RatesService } from '../../rates/service.ts';

const soonMs = 24 * 3_600_000;
const grave = 60;

/** What of limits, lists and bots needs a person today. */
export function rateAttention(rates: RatesService, lists: ListService, now: number): Attention[] {
  const found: Attention[] = [];
  const { since } = rates.limiter.state();
  if (since !== null) {
    found.push({
      id: 'limits-alone',
      severity: 'high',
      title: { zh: '共享的限额由各节点单独计数', en: 'Shared limits are counted by each node alone' },
      detail: {
        zh: '协调服务不可用，恢复后自动合并。',
        en: 'The coordination service is away; they come together by themselves.',
      },
      since,
      action: { to: '/limits', label: { zh: '查看限速', en: 'See the limits' } },
    });
  }
  const [suspect] = rates.bots.suspects(1);
  if (suspect !== undefined && suspect.score >= grave) {
    const signs = signsOf(suspect.signs);
    found.push({
      id: `bot-${suspect.kind}-${suspect.who}`,
      severity: 'medium',
      title: {
        zh: `${suspect.who} 像自动程序，分数 ${suspect.score}`,
        en: `${suspect.who} looks automated, score ${suspect.score}`,
      },
      detail: {
        zh: signs.map((sign) => botSignTexts[sign].zh).join('；'),
        en: signs.map((sign) => botSignTexts[sign].en).join('; '),
      },
      since: suspect.last,
      action: { to: '/limits', label: { zh: '查看来源', en: 'See the caller' } },
    });
  }
  const persons = rates.ledger.now(now, 200).filter(({ kind }) => kind === 'person');
  const [first] = persons;
  if (first !== undefined) {
    found.push({
      id: 'limited-persons',
      severity: 'low',
      title: { zh: `${persons.length} 人正在被限速`, en: `${persons.length} people are being limited` },
      detail: { zh: '看看是不是误伤。', en: 'See whether they are limited by mistake.' },
      since: persons.reduce((least, { since: at }) => Math.min(least, at), first.since),
      action: { to: '/limits', label: { zh: '查看限速', en: 'See the limits' } },
    });
  }
  let ending = 0;
  let soonest = Number.POSITIVE_INFINITY;
  for (const { list, expires, lastHit } of lists.snapshot.standing(now)) {
    // One that still stops somebody, and will not tomorrow.
    if (list !== 'deny' || expires === null || expires - now > soonMs || lastHit === null || now - lastHit > soonMs) continue;
    ending += 1;
    soonest = Math.min(soonest, expires);
  }
  if (ending > 0) {
    found.push({
      id: 'lists-ending',
      severity: 'low',
      title: {
        zh: `${ending} 条仍在命中的禁止条目一天内到期`,
        en: `${ending} deny entries that still stop requests end within a day`,
      },
      detail: { zh: '需要的话请续期。', en: 'Add them again where they are still needed.' },
      since: soonest - soonMs,
      action: { to: '/lists', label: { zh: '查看名单', en: 'See the lists' } },
    });
  }
  return found;
}
