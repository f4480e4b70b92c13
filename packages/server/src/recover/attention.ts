import type { Attention } from '@menshen/contract';
import type { PostgresArchive } from './archive.ts';
import type { DrillEvidence } from './evidence.ts';
import type { Schedule } from './schedule.ts';
import type { ShippingStatus } from './ship/service.ts';

const dayMs = 86_400_000;
/** GB/T 22239 asks for tests of recovery and names no period; a quarter is what we call old. */
const drillOldMs = 92 * dayMs;
const action = { to: '/recovery', label: { zh: '查看备份与恢复', en: 'Open backups and recovery' } };

export interface RecoveryStanding {
  readonly shipping: ShippingStatus | null;
  readonly archive: PostgresArchive | null;
  readonly backup: Schedule | null;
  readonly drill: Schedule | null;
  readonly drills: readonly DrillEvidence[];
  /** When the newest backup was made; null where there is none. */
  readonly newest: number | null;
}

/** What of backups, shipping and drills needs somebody. What is not configured is said on the page, not here. */
export function recoveryAttention(
  { shipping, archive, backup, drill, drills, newest }: RecoveryStanding,
  now: number,
): Attention[] {
  const found: Attention[] = [];
  const add = (
    id: string,
    severity: Attention['severity'],
    title: Attention['title'],
    detail: Attention['detail'],
    since = now,
  ): void => void found.push({ id: `recovery-${id}`, severity, title, detail, since, action });
  if (shipping?.behind === true) {
    const { lagSeconds, limitSeconds, place } = shipping;
    add(
      'shipping',
      'high',
      { zh: `异地传送落后 ${lagSeconds} 秒`, en: `The second place is ${lagSeconds} seconds behind` },
      {
        zh: `若此刻数据目录损毁，会丢失最近 ${lagSeconds} 秒的数据（应不超过 ${limitSeconds} 秒）。请检查 ${place}：空间、权限与网络。`,
        en: `If the data folder were lost now, the last ${lagSeconds} seconds would be missing (at most ${limitSeconds} are meant). Look at ${place}: space, rights, network.`,
      },
      shipping.failingSince ?? shipping.shippedTo ?? now,
    );
  }
  if (archive?.failing === true)
    add(
      'archive',
      'high',
      { zh: 'PostgreSQL 的日志归档失败', en: 'PostgreSQL fails to archive its write-ahead log' },
      {
        zh: '最近一次归档没有成功；在恢复之前，数据库无法恢复到最新时间点。请查看 archive_command 与数据库日志。',
        en: 'Its last attempt failed; until it succeeds again the database cannot be restored to its newest state. See archive_command and the log of the server.',
      },
      archive.lastFailed ?? now,
    );
  for (const [kind, schedule] of [
    ['backup', backup],
    ['drill', drill],
  ] as const) {
    if (schedule === null) continue;
    const { last, missed } = schedule;
    const zh = kind === 'backup' ? '备份' : '恢复演练';
    const en = kind === 'backup' ? 'backup' : 'restore drill';
    if (last?.state === 'failed')
      add(
        kind,
        'high',
        { zh: `最近一次${zh}失败`, en: `The last ${en} failed` },
        {
          zh: `请在页面查看原因，处理后点“立即${kind === 'backup' ? '备份' : '演练'}”重试。`,
          en: 'The page says why; mend it and run it again.',
        },
        last.started,
      );
    else if (missed)
      add(
        `${kind}-missed`,
        'high',
        { zh: `计划的${zh}没有执行`, en: `A scheduled ${en} did not run` },
        {
          zh: '到了计划时间，没有节点执行它。请立即执行一次，并查看各节点状态。',
          en: 'Its time came and no node ran it. Run it now, and look at the nodes.',
        },
      );
  }
  const good = drills.find(({ ok }) => ok);
  if (newest !== null && (good === undefined || now - good.at > drillOldMs))
    add(
      'drill-old',
      'medium',
      good === undefined
        ? { zh: '备份从未演练过恢复', en: 'No backup has ever been restored in a drill' }
        : { zh: '超过三个月没有成功的恢复演练', en: 'No restore drill has passed for three months' },
      {
        zh: '没有演练过的备份不能算数。请运行一次恢复演练：menshen backup drill，或在配置中设置 recovery.drill。',
        en: 'A backup that was never restored proves nothing. Run menshen backup drill, or set recovery.drill in the configuration.',
      },
      good?.at ?? newest,
    );
  return found;
}
