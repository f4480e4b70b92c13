import { explainDecision, listApps, type PolicyExplanation } from '@menshen/contract';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useEffect, useEffectEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ChoiceCards } from '../../components/choice-cards.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Explanation } from './explanation.tsx';
import styles from './policies.module.css';

const blank = { requestId: '', uid: '', app: '', action: '', type: 'Menshen::App', id: '' };

/** Why something is allowed or refused: of a request as it was asked, or of a supposition. */
export function ExplainPanel({ request }: { readonly request: string | undefined }) {
  const { t } = useLanguage();
  const [how, setHow] = useState<'request' | 'person'>('request');
  const [fields, setFields] = useState({ ...blank, requestId: request ?? '' });
  const apps = useEndpoint(listApps, { input: {} });
  const explain = useAction(explainDecision);
  const askFirst = useEffectEvent(() => {
    if (request !== undefined) explain.mutate({ body: { requestId: request } });
  });
  useEffect(() => askFirst(), []);
  const { requestId, uid, app, action, type, id } = fields;
  const complete = how === 'request' ? requestId.trim() !== '' : [uid, app, action, type, id].every((text) => text.trim() !== '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete) return;
    explain.mutate({
      body: how === 'request' ? { requestId: requestId.trim() } : { uid, app, action, resource: { type, id } },
    });
  };
  const text = (name: keyof typeof blank, label: string, maxLength: number) => (
    <Field label={label}>
      {(wiring) => (
        <Input
          {...wiring}
          required
          spellCheck={false}
          autoCapitalize="none"
          maxLength={maxLength}
          value={fields[name]}
          onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const missing = explain.error instanceof ApiError && explain.error.code === 'not_found';
  return (
    <Panel title={t('policies.explain')} note={t('policies.explainNote')}>
      <div className={styles.explain}>
        <form className={styles.form} onSubmit={submit}>
          <ChoiceCards
            label={t('policies.how')}
            value={how}
            onChange={setHow}
            choices={[
              { value: 'request', title: t('policies.byRequest'), text: t('policies.byRequestText') },
              { value: 'person', title: t('policies.byPerson'), text: t('policies.byPersonText') },
            ]}
          />
          {how === 'request' ? (
            text('requestId', t('policies.requestId'), 40)
          ) : (
            <>
              {text('uid', t('policies.uid'), 128)}
              <Field label={t('policies.app')}>
                {(wiring) => (
                  <Select
                    {...wiring}
                    value={app === '' ? null : app}
                    onChange={(next) => setFields({ ...fields, app: next })}
                    options={(apps.data?.apps ?? []).map((one) => ({ value: one.id, label: one.id }))}
                  />
                )}
              </Field>
              {text('action', t('policies.action'), 100)}
              {text('type', t('policies.resourceType'), 200)}
              {text('id', t('policies.resourceId'), 256)}
            </>
          )}
          <div>
            <Button htmlType="submit" loading={explain.isPending} disabled={!complete}>
              {t('policies.ask')}
            </Button>
          </div>
        </form>
        <div className={styles.answer} role="status">
          {missing ? <p className="quiet">{t('policies.notFound')}</p> : null}
          {explain.error === null || missing ? null : <ErrorState error={explain.error} />}
          {explain.data === undefined ? null : <Explanation explanation={explain.data as PolicyExplanation} />}
        </div>
      </div>
    </Panel>
  );
}
