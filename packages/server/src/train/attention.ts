import type { Attention } from '@menshen/contract';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { readFigures, totalOf } from './overview.ts';
import type { TrainService } from './service.ts';

const overdueShare = 0.1;
const dayMs = 86_400_000;

/** What of training needs a person: many overdue, courses that last week's events call for, reminders that do not arrive. */
export async function trainAttention(train: TrainService, directory: DirectorySnapshot, now: number): Promise<Attention[]> {
  const found: Attention[] = [];
  const label = { zh: '查看培训', en: 'Open training' };
  const figures = await readFigures(train, directory, now);
  const total = totalOf(figures);
  if (total !== null && total.assigned > 0 && total.overdue / total.assigned > overdueShare) {
    const [oldest] = figures.rows.duties.filter(({ done, due }) => done === null && due < now).sort((a, b) => a.due - b.due);
    found.push({
      ...{ id: 'training-overdue', severity: 'medium', since: oldest?.due ?? now, action: { to: '/training', label } },
      title: { zh: `${total.overdue} 项培训已逾期`, en: `${total.overdue} course(s) are overdue` },
      detail: {
        zh: `占全部指派的 ${Math.round((total.overdue * 100) / total.assigned)}%；先看逾期最多的部门。`,
        en: `${Math.round((total.overdue * 100) / total.assigned)} % of what was assigned; look at the departments with the most first.`,
      },
    });
  }
  const [proposal, ...more] = await train.assignments.proposals();
  if (proposal !== undefined)
    found.push({
      ...{ id: 'training-proposals', severity: 'low', since: proposal.origin.since, action: { to: '/training', label } },
      title: {
        zh: `建议安排 ${more.length + 1} 次针对性培训`,
        en: `${more.length + 1} course(s) answer to what happened last week`,
      },
      detail: {
        zh: `${proposal.whom}：${proposal.origin.because.zh}，建议学习“${proposal.title.zh}”。`,
        en: `${proposal.whom}: ${proposal.origin.because.en}; the course is "${proposal.title.en}".`,
      },
    });
  const unreached = figures.rows.duties.filter(({ done, problem }) => done === null && problem !== null);
  if (unreached.length > 0)
    found.push({
      ...{ id: 'training-unreached', severity: 'low', action: { to: '/training', label } },
      since: Math.min(...unreached.map(({ reminded }) => reminded ?? now - dayMs)),
      title: { zh: `${unreached.length} 条学习提醒没有送达`, en: `${unreached.length} reminder(s) of training did not arrive` },
      detail: {
        zh: '请检查企业微信应用的可见范围，或配置 training.mailChannel。',
        en: 'Check whom the WeCom app can see, or set training.mailChannel.',
      },
    });
  return found;
}
