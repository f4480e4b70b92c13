import { type Attention, inNumber } from '@menshen/contract';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { learners } from './assignments/model.ts';
import type { TrainService } from './service.ts';

const overdueShare = 0.1;

/** What of training needs a person: many overdue, courses that last week's events call for, reminders that do not arrive. */
export async function trainAttention(train: TrainService, directory: DirectorySnapshot): Promise<Attention[]> {
  const found: Attention[] = [];
  const label = { zh: '查看培训', en: 'Open training' };
  const { assigned, overdue, oldest, unreached, unreachedSince } = await train.assignments.standing();
  // Of a few people nobody is told a number, here neither.
  const enough = learners(directory).length >= train.settings().minimumGroup;
  if (enough && assigned > 0 && overdue / assigned > overdueShare) {
    const share = Math.round((overdue * 100) / assigned);
    found.push({
      ...{ id: 'training-overdue', severity: 'medium', since: oldest, action: { to: '/training', label } },
      title: { zh: `${overdue} 项培训已逾期`, en: inNumber(overdue, `${overdue} course[s] [is|are] overdue`) },
      detail: {
        zh: `占全部指派的 ${share}%；先看逾期最多的部门。`,
        en: `${share} % of what was assigned; look at the departments with the most first.`,
      },
    });
  }
  const [proposal, ...more] = await train.assignments.proposals();
  if (proposal !== undefined)
    found.push({
      ...{ id: 'training-proposals', severity: 'low', since: proposal.origin.since, action: { to: '/training', label } },
      title: {
        zh: `建议安排 ${more.length + 1} 次针对性培训`,
        en: inNumber(more.length + 1, `${more.length + 1} course[s] [answers|answer] to what happened last week`),
      },
      detail: {
        zh: `${proposal.whom}：${proposal.origin.because.zh}，建议学习“${proposal.title.zh}”。`,
        en: `${proposal.whom}: ${proposal.origin.because.en}; the course is "${proposal.title.en}".`,
      },
    });
  if (unreached > 0)
    found.push({
      ...{ id: 'training-unreached', severity: 'low', since: unreachedSince, action: { to: '/training', label } },
      title: {
        zh: `${unreached} 条学习提醒没有送达`,
        en: inNumber(unreached, `${unreached} reminder[s] of training did not arrive`),
      },
      detail: {
        zh: '请检查企业微信应用的可见范围，或配置 training.mailChannel。',
        en: 'Check whom the WeCom app can see, or set training.mailChannel.',
      },
    });
  return found;
}
