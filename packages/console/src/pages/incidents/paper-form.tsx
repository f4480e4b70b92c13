import { getIncident, type IncidentDetail, type IncidentPaper, saveIncidentPaper } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

interface PaperFormProps {
  readonly incident: IncidentDetail;
  readonly groups: readonly {
    readonly name: 'event' | 'information' | 'after' | null;
    readonly fields: readonly (keyof IncidentPaper)[];
  }[];
}

/** Facts that reports share, in the words of whoever knows them. What another has saved meanwhile is not written over. */
export function PaperForm({ incident, groups }: PaperFormProps) {
  const { t } = useLanguage();
  const may = useMay();
  const [paper, setPaper] = useState(incident.paper);
  const [version, setVersion] = useState(incident.paperVersion);
  const save = useAction(saveIncidentPaper, [getIncident]);
  const allowed = may(saveIncidentPaper);
  return (
    <>
      {groups.map(({ name, fields }) => (
        <div key={name ?? 'all'}>
          {name === null ? null : <h3 className={styles.group}>{t(`incidents.paperGroup.${name}`)}</h3>}
          <div className={styles.fields}>
            {fields.map((field) => (
              <Field
                key={field}
                label={t(`incidents.paper.${field}`)}
                hint={field === 'measures' ? t('incidents.measuresHint') : undefined}
              >
                {(wiring) => (
                  <Input.TextArea
                    {...wiring}
                    readOnly={!allowed}
                    maxLength={field === 'eventType' ? 200 : 2_000}
                    autoSize={{ minRows: field === 'eventType' ? 1 : 2, maxRows: 10 }}
                    value={paper[field]}
                    onChange={(event) => setPaper({ ...paper, [field]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
        </div>
      ))}
      {allowed ? (
        <div className={cards.row}>
          <Button
            type="primary"
            loading={save.isPending}
            onClick={() =>
              save.mutate(
                { params: { id: incident.id }, body: { paper, version } },
                { onSuccess: (saved) => setVersion(saved.version) },
              )
            }
          >
            {t('incidents.save')}
          </Button>
          {save.isSuccess ? <Status tone="safe">{t('incidents.saved')}</Status> : null}
        </div>
      ) : null}
      {save.error === null ? null : <ErrorState error={save.error} />}
    </>
  );
}
