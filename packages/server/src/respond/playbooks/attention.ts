import { type Attention, inNumber } from '@menshen/contract';
import type { PlaybookLibrary } from './library.ts';
import type { PlaybookStore } from './store.ts';

const dayMs = 86_400_000;

/** What playbooks need people for: steps that wait, runs that failed within a day, files that cannot be used. */
export async function playbookAttention(
  store: Pick<PlaybookStore, 'waiting' | 'list'>,
  library: PlaybookLibrary,
  now: number,
): Promise<Attention[]> {
  const found: Attention[] = [];
  const waiting = await store.waiting(50);
  const [first] = waiting;
  if (first !== undefined) {
    const name = library.entries.get(first.run.playbook)?.playbook.name ?? { zh: first.run.playbook, en: first.run.playbook };
    found.push({
      id: 'playbooks-waiting',
      severity: 'high',
      title: {
        zh: `${waiting.length} 个剧本步骤等待批准`,
        en: inNumber(waiting.length, `${waiting.length} step[s] of playbooks [waits|wait] for approval`),
      },
      detail: { zh: `最早的一个：${name.zh}。`, en: `The oldest: ${name.en}.` },
      since: first.step.started,
      action: { to: `/playbooks/runs/${first.run.id}`, label: { zh: '查看并批准', en: 'Look and approve' } },
    });
  }
  const failed = (await store.list({}, 50)).filter(
    ({ state, ended }) => state === 'failed' && ended !== null && now - ended < dayMs,
  );
  const [latest] = failed;
  if (latest !== undefined)
    found.push({
      id: `playbooks-failed-${latest.id}`,
      severity: 'medium',
      title: {
        zh: `${failed.length} 次剧本运行失败`,
        en: inNumber(failed.length, `${failed.length} run[s] of playbooks failed`),
      },
      detail: { zh: '未完成的步骤需要人工处理。', en: 'What was not done needs a person.' },
      since: latest.ended ?? now,
      action: { to: `/playbooks/runs/${latest.id}`, label: { zh: '查看运行', en: 'Look at the run' } },
    });
  const [broken] = library.broken;
  if (broken !== undefined)
    found.push({
      id: 'playbooks-broken',
      severity: 'medium',
      title: {
        zh: `${library.broken.length} 个剧本文件有误，未生效`,
        en: inNumber(library.broken.length, `${library.broken.length} file[s] of playbooks cannot be used`),
      },
      detail: { zh: `例如 ${broken.file}。`, en: `Such as ${broken.file}.` },
      since: now,
      action: { to: '/playbooks', label: { zh: '查看错误', en: 'See what is wrong' } },
    });
  return found;
}
