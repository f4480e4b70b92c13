import { scoreVulnerability } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

const longest = 400;

/** Scores a CVSS vector that somebody reads in an advisory. */
export function ScorePanel() {
  const { t, format } = useLanguage();
  const [vector, setVector] = useState('');
  const score = useAction(scoreVulnerability);
  const compute = (): void => score.mutate({ body: { vector: vector.trim() } });
  const found = score.data;
  return (
    <Panel title={t('risks.cvss')} note={t('risks.cvssNote')}>
      <div className={styles.scoring}>
        <div className={styles.vector}>
          <Field label={t('risks.vector')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={longest}
                placeholder="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
                value={vector}
                onChange={(event) => setVector(event.target.value)}
                onPressEnter={compute}
              />
            )}
          </Field>
        </div>
        <Button loading={score.isPending} disabled={vector.trim() === ''} onClick={compute}>
          {t('risks.compute')}
        </Button>
      </div>
      {found === undefined || !('version' in found) ? null : (
        <p role="status">
          {t('risks.cvssScore', { version: found.version, score: format.number(found.score), severity: found.severity })}{' '}
          <span className="quiet">
            {found.version === '3.1'
              ? t('risks.cvssParts', {
                  base: format.number(found.base),
                  temporal: format.number(found.temporal),
                  environmental: format.number(found.environmental),
                })
              : `${found.nomenclature} · ${found.macroVector}`}
          </span>
        </p>
      )}
      {score.error === null ? null : <ErrorState error={score.error} />}
    </Panel>
  );
}
