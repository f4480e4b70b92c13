import {
  type BulletinDraft,
  type BulletinView,
  changeBulletin,
  createBulletin,
  getTraining,
  listBulletins,
  listIncidents,
  previewBulletin,
  scheduleBulletin,
  testBulletin,
} from '@menshen/contract';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { BulletinForm } from './bulletin-form.tsx';
import { useBulletinWords } from './bulletin-words.ts';
import styles from './bulletins.module.css';

const empty: BulletinDraft = {
  kind: 'tip',
  title: { zh: '', en: '' },
  text: { zh: '', en: '' },
  target: { kind: 'everyone' },
  way: 'either',
  schedule: { kind: 'once', at: null },
  course: null,
  incident: null,
};

/** Writes one bulletin: what it says, to whom and when; looked at and tried on oneself before it is scheduled. */
export function BulletinPage() {
  const { id } = useParams({ from: '/shell/bulletins/$id' });
  const { t } = useLanguage();
  const bulletins = useEndpoint(listBulletins, { input: {} });
  return (
    <Page
      title={t('bulletins.write')}
      question={t('bulletins.writeQuestion')}
      trail={<Link to="/bulletins">{t('bulletins.title')}</Link>}
    >
      <Loadable query={bulletins} lines={10}>
        {(loaded) => <Editor key={id} known={loaded.bulletins.find((one) => one.id === id) ?? null} />}
      </Loadable>
    </Page>
  );
}

function Editor({ known }: { readonly known: BulletinView | null }) {
  const { t } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const training = useEndpoint(getTraining, { input: {} });
  const [draft, setDraft] = useState<BulletinDraft>(known?.draft ?? empty);
  const incidents = useEndpoint(listIncidents, { input: { query: { show: 'open' } }, enabled: draft.kind === 'warning' });
  const [saved, setSaved] = useState(known !== null);
  const [preview, setPreview] = useState<Output<typeof previewBulletin> | null>(null);
  const [scheduling, setScheduling] = useState(false);
  const look = useAction(previewBulletin, []);
  const create = useAction(createBulletin, [listBulletins]);
  const change = useAction(changeBulletin, [listBulletins]);
  const schedule = useAction(scheduleBulletin, [listBulletins]);
  const editable = (known === null || known.state === 'draft') && may(createBulletin);
  const put = (next: BulletinDraft): void => {
    setDraft(next);
    setSaved(false);
    setPreview(null);
  };
  const save = (): void => {
    if (known === null)
      create.mutate({ body: draft }, { onSuccess: ({ id }) => void navigate({ to: '/bulletins/$id', params: { id } }) });
    else change.mutate({ params: { id: known.id }, body: draft }, { onSuccess: () => setSaved(true) });
  };
  const error = look.error ?? create.error ?? change.error;
  return (
    <div className={styles.columns}>
      <Panel title={t('bulletins.content')} note={editable ? undefined : t('bulletins.fixed')}>
        <div className={styles.form}>
          <BulletinForm
            draft={draft}
            put={put}
            disabled={!editable}
            training={training.data}
            incidents={incidents.data?.incidents ?? []}
          />
        </div>
        {error === null ? null : <ErrorState error={error} />}
        {editable ? (
          <div className={styles.acts}>
            <Button
              loading={look.isPending}
              onClick={() => {
                create.reset();
                change.reset();
                look.mutate({ body: draft }, { onSuccess: setPreview });
              }}
            >
              {t('bulletins.preview')}
            </Button>
            <Button
              type={saved ? 'default' : 'primary'}
              disabled={saved}
              loading={create.isPending || change.isPending}
              onClick={save}
            >
              {t('bulletins.save')}
            </Button>
            <Button type={saved ? 'primary' : 'default'} disabled={!saved || known === null} onClick={() => setScheduling(true)}>
              {t('bulletins.schedule')}
            </Button>
          </div>
        ) : null}
      </Panel>
      <div>
        {preview === null ? null : <PreviewPanel preview={preview} />}
        {known !== null && may(testBulletin) ? <TestPanel id={known.id} /> : null}
      </div>
      <ConfirmDialog
        open={scheduling}
        title={t('bulletins.schedule')}
        consequence={t('bulletins.scheduleText', { count: known?.people ?? 0 })}
        confirm={t('bulletins.schedule')}
        busy={schedule.isPending}
        error={schedule.error}
        onConfirm={() => {
          if (known !== null)
            schedule.mutate({ params: { id: known.id }, body: {} }, { onSuccess: () => void navigate({ to: '/bulletins' }) });
        }}
        onClose={() => {
          schedule.reset();
          setScheduling(false);
        }}
      />
    </div>
  );
}

/** As a person gets it, in both languages, and when. */
function PreviewPanel({ preview }: { readonly preview: Output<typeof previewBulletin> }) {
  const { t, format } = useLanguage();
  return (
    <Panel title={t('bulletins.previewTitle')} note={t('bulletins.previewNote', { count: preview.people })}>
      {(['zh', 'en'] as const).map((language) => (
        <article key={language} className={styles.message} lang={language === 'zh' ? 'zh-CN' : 'en'}>
          <strong>{preview[language].subject}</strong>
          {preview[language].sections.map(({ label, text }) => (
            <p key={label}>
              {label === '' ? null : <span className="quiet">{label} </span>}
              {text}
            </p>
          ))}
        </article>
      ))}
      {preview.optedOut > 0 ? <p className="quiet">{t('bulletins.optedOut', { count: preview.optedOut })}</p> : null}
      <p>{t('bulletins.times', { times: format.list(preview.times.map((time) => format.minute(time))) })}</p>
    </Panel>
  );
}

function TestPanel({ id }: { readonly id: string }) {
  const { t } = useLanguage();
  const { problem } = useBulletinWords();
  const test = useAction(testBulletin, []);
  const [uid, setUid] = useState('');
  const said = test.data;
  return (
    <Panel title={t('bulletins.test')} note={t('bulletins.testNote')}>
      <Field label={t('bulletins.testUid')}>
        {(wiring) => <Input {...wiring} maxLength={128} value={uid} onChange={(event) => setUid(event.target.value.trim())} />}
      </Field>
      <Button disabled={uid === ''} loading={test.isPending} onClick={() => test.mutate({ params: { id }, body: { uid } })}>
        {t('bulletins.testSend')}
      </Button>
      {test.error === null ? null : <ErrorState error={test.error} />}
      {said === undefined ? null : (
        <p role="status">{said.way === null ? problem(said.problem) : t(`bulletins.sentBy.${said.way}`)}</p>
      )}
    </Panel>
  );
}
