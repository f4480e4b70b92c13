import { getToday, liftMeasures, listMeasures, type MeasureView, measureWords } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ActorName } from '../../components/people/actor-name.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';
import { groupMeasures, type MeasureGroup } from './groups.ts';

/** Measures of one kind by one actor, to be lifted together: a rule that was wrong has blocked dozens of addresses, each by a measure of its own. */
export function GroupLines({ measures }: { readonly measures: readonly MeasureView[] }) {
  const { t, format, language } = useLanguage();
  const [lifting, setLifting] = useState<MeasureGroup | null>(null);
  const lift = useAction(liftMeasures, [listMeasures, getToday]);
  const close = (): void => setLifting(null);
  const groups = groupMeasures(measures);
  return (
    <>
      {groups.length === 0 ? null : (
        <ul className={styles.groups}>
          {groups.map((group) => {
            const kind = measureWords[group.kind].name[language];
            return (
              <li key={`${group.kind} ${group.by}`}>
                <span>
                  {t('containment.group', { count: group.measures.length, kind })} · <ActorName name={group.by} />
                </span>
                <Button onClick={() => setLifting(group)} aria-label={t('containment.liftAllOf', { kind, by: group.by })}>
                  {t('containment.liftAll')}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <div role="status" className={styles.told}>
        {lift.data === undefined ? null : (
          <Status tone={lift.data.left.length === 0 ? 'safe' : 'quiet'}>
            {[
              t('containment.liftedCount', { count: lift.data.lifted }),
              ...(lift.data.left.length === 0 ? [] : [t('containment.leftCount', { count: lift.data.left.length })]),
            ].join(' ')}
          </Status>
        )}
      </div>
      <ConfirmDialog
        open={lifting !== null}
        title={t('containment.liftAll')}
        consequence={
          lifting === null
            ? null
            : t('containment.liftAllText', {
                count: lifting.measures.length,
                kind: measureWords[lifting.kind].name[language],
                stopped: format.number(lifting.measures.reduce((sum, { stopped }) => sum + stopped, 0)),
              })
        }
        confirm={t('containment.liftAll')}
        reasonLength={4}
        busy={lift.isPending}
        error={lift.error}
        onConfirm={(reason) => {
          if (lifting !== null)
            lift.mutate({ body: { measures: lifting.measures.map(({ id }) => id), reason } }, { onSuccess: close });
        }}
        onClose={() => {
          lift.reset();
          close();
        }}
      />
    </>
  );
}
