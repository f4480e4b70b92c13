import type { ReactNode } from 'react';
import { Panel } from '../../ds/panel.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';
import { problemText } from './problem-text.ts';
import styles from './recovery.module.css';

interface Line {
  readonly key: string;
  readonly tone: Tone;
  readonly text: ReactNode;
}

const rank: Readonly<Record<Tone, number>> = { danger: 0, warning: 1, quiet: 2, safe: 3 };

/** One sentence for each of the four things that make recovery possible; what needs somebody comes first. */
export function StandingPanel({ data }: { readonly data: RecoveryData }) {
  const { t, format } = useLanguage();
  const { shipping, archive, backups, drill, drills, at } = data;
  const lines: Line[] = [];
  const add = (key: string, tone: Tone, text: ReactNode): void => void lines.push({ key, tone, text });

  if (shipping === null) add('shipping', 'warning', t('recovery.noShipping'));
  else if (shipping.behind)
    add('shipping', 'danger', t('recovery.shippingBehind', { lag: format.span(shipping.lagSeconds * 1_000) }));
  else add('shipping', 'safe', t('recovery.shippingGood', { lag: format.span(Math.max(1, shipping.lagSeconds) * 1_000) }));

  if (archive !== null) {
    const on = archive.mode === 'on' || archive.mode === 'always';
    if (!on && shipping?.database === true) add('archive', 'safe', t('recovery.archiveNotNeeded'));
    else if (!on) add('archive', 'warning', t(archive.mode === 'off' ? 'recovery.archiveOff' : 'recovery.archiveUnknown'));
    else if (archive.failing) add('archive', 'danger', t('recovery.archiveFailing'));
    else
      add(
        'archive',
        'safe',
        t('recovery.archiveGood', { time: archive.lastArchived === null ? '–' : format.relative(archive.lastArchived, at) }),
      );
  }

  const [newest] = backups?.list ?? [];
  if (backups === null) add('backup', 'warning', t('recovery.noBackups'));
  else if (backups.last?.state === 'failed')
    add('backup', 'danger', t('recovery.backupFailed', { why: problemText(backups.last.problem, t) }));
  else if (backups.missed) add('backup', 'danger', t('recovery.backupMissed'));
  else if (newest === undefined) add('backup', 'warning', t('recovery.backupNone', { time: format.minute(backups.next) }));
  else add('backup', 'safe', t('recovery.backupGood', { time: format.relative(newest.created, at) }));

  const good = drills.find(({ ok }) => ok);
  if (drill?.last?.state === 'failed')
    add('drill', 'danger', t('recovery.drillFailed', { why: problemText(drill.last.problem, t) }));
  else if (drill?.missed === true) add('drill', 'danger', t('recovery.drillMissed'));
  else if (good === undefined) add('drill', 'warning', t('recovery.drillNone'));
  else
    add(
      'drill',
      'safe',
      t('recovery.drillGood', { time: format.relative(good.at, at), rto: format.span(good.rtoSeconds * 1_000) }),
    );

  return (
    <Panel title={t('recovery.standing')}>
      <ul className={styles.lines}>
        {lines
          .toSorted((one, other) => rank[one.tone] - rank[other.tone])
          .map(({ key, tone, text }) => (
            <li key={key}>
              <Status tone={tone}>{text}</Status>
            </li>
          ))}
      </ul>
    </Panel>
  );
}
