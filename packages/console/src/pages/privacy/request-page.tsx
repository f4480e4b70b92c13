import {
  advanceSubjectRequest,
  exportForRequest,
  fetchExport,
  getSubjectRequest,
  listSubjectRequests,
  type SubjectRequestDetail,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { UrgencyMark } from '../../components/privacy-marks.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { downloadBytes } from '../../ds/download.ts';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import styles from './privacy.module.css';
import { PersonOf } from './requests-page.tsx';
import { type NotedStep, StepDialog, VerifyDialog } from './step-dialogs.tsx';

const route = getRouteApi('/shell/privacy/requests/$id');

/** One request: what is asked, until when, what can be done next, and what was done. */
export function PrivacyRequestPage() {
  const { t } = useLanguage();
  const { id } = route.useParams();
  const request = useEndpoint(getSubjectRequest, { input: { params: { id } } });
  const title = request.data === undefined ? t('privacyRequests.title') : t(`privacy.kind.${request.data.kind}`);
  return (
    <Page
      title={title}
      question={t('privacy.requestQuestion')}
      trail={<Link to="/privacy/requests">{t('privacyRequests.title')}</Link>}
    >
      <Loadable query={request} lines={10}>
        {(data) => (
          <>
            <About request={data} />
            <NextPanel request={data} />
            <StepsPanel steps={data.steps} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

/** What WeChat says of a withdrawal, in plain words. */
function inWords(details: string, t: ReturnType<typeof useLanguage>['t']): string {
  if (details === 'user_authorization_cancellation') return t('privacy.wechatCancelled');
  const [event, scopes = ''] = details.split(' ');
  return event === 'user_authorization_revoke' ? t('privacy.wechatRevoked', { scopes }) : details;
}

function About({ request }: { readonly request: SubjectRequestDetail }) {
  const { t, format } = useLanguage();
  const { verified, exported, erasure } = request;
  return (
    <Panel title={t('privacy.about')} actions={<UrgencyMark request={request} />}>
      <Facts
        columns={3}
        facts={[
          { label: t('column.uid'), value: <PersonOf uid={request.uid} /> },
          { label: t('privacy.channel'), value: t(`privacy.channel.${request.channel}`) },
          { label: t('scope.app'), value: request.app },
          { label: t('privacy.created'), value: format.dateTime(request.created) },
          {
            label: t('privacy.due'),
            value: request.extended ? (
              <>
                {format.dateTime(request.due)} {t('privacy.extended')}
              </>
            ) : (
              format.dateTime(request.due)
            ),
          },
          { label: t('privacy.owner'), value: request.owner },
          {
            label: t('privacy.verified'),
            value:
              verified === null ? (
                <Status tone="warning">{t('privacy.notVerified')}</Status>
              ) : (
                t(`privacy.verification.${verified}`)
              ),
          },
          { label: t('privacy.details'), value: inWords(request.details, t) || null },
          { label: t('privacy.contact'), value: request.contact || null },
          { label: t('privacy.answer'), value: request.answer || null },
          {
            label: t('privacy.copy'),
            value:
              exported === null ? null : (
                <>
                  {t('privacy.copyUntil', { time: format.dateTime(exported.until) })} <code>{exported.sha256.slice(0, 16)}…</code>
                </>
              ),
          },
          { label: t('privacy.certificate'), value: erasure === null ? null : <Link to="/privacy/erasure">{erasure}</Link> },
        ]}
      />
    </Panel>
  );
}

type Open = NotedStep | 'verify' | 'correct' | 'erase' | null;

/** What can be done next; the step that is due is the first. */
function NextPanel({ request }: { readonly request: SubjectRequestDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState<Open>(null);
  const stale = [getSubjectRequest, listSubjectRequests];
  const take = useAction(advanceSubjectRequest, stale);
  const copy = useAction(exportForRequest, stale);
  const { id, kind, closed, verified, exported, extended } = request;
  const [failed, setFailed] = useState<unknown>(null);
  if (!may(advanceSubjectRequest)) return null;
  const fetchFile = async (): Promise<void> => {
    try {
      setFailed(null);
      const { name, file } = await call(fetchExport, { params: { id } });
      downloadBytes(name, 'application/zip', file);
    } catch (error) {
      setFailed(error);
    }
  };
  const shut = (): void => setOpen(null);
  const ready = verified !== null;
  const error = take.error ?? copy.error ?? failed;
  return (
    <Panel title={t('privacy.next')} note={closed !== null ? undefined : t(ready ? 'privacy.nextNote' : 'privacy.verifyFirst')}>
      <div className={styles.row}>
        {exported === null ? null : <Button onClick={() => void fetchFile()}>{t('privacy.fetchCopy')}</Button>}
        {closed !== null ? null : (
          <>
            {ready ? null : (
              <Button type="primary" onClick={() => setOpen('verify')}>
                {t('privacy.step.verify')}
              </Button>
            )}
            {request.owner === null ? (
              <Button loading={take.isPending} onClick={() => take.mutate({ params: { id }, body: { step: 'take' } })}>
                {t('privacy.step.take')}
              </Button>
            ) : null}
            {ready && (kind === 'access' || kind === 'copy') ? (
              <Button
                type="primary"
                loading={copy.isPending}
                onClick={() => copy.mutate({ params: { id }, body: { close: true, note: '' } })}
              >
                {t('privacy.makeCopy')}
              </Button>
            ) : null}
            {ready && kind === 'correct' ? (
              <Button type="primary" onClick={() => setOpen('correct')}>
                {t('privacy.correct')}
              </Button>
            ) : null}
            {ready && kind === 'delete' ? (
              <Button danger onClick={() => setOpen('erase')}>
                {t('privacy.erase')}
              </Button>
            ) : null}
            {ready ? <Button onClick={() => setOpen('close')}>{t('privacy.step.close')}</Button> : null}
            {extended ? null : <Button onClick={() => setOpen('extend')}>{t('privacy.step.extend')}</Button>}
            <Button onClick={() => setOpen('note')}>{t('privacy.step.note')}</Button>
            <Button danger onClick={() => setOpen('refuse')}>
              {t('privacy.step.refuse')}
            </Button>
            <Button onClick={() => setOpen('cancel')}>{t('privacy.step.cancel')}</Button>
          </>
        )}
      </div>
      {closed === null || exported !== null ? null : <p className="paragraph quiet">{t('privacy.isClosed')}</p>}
      {error === null ? null : <ErrorState error={error} />}
      {open === 'verify' ? <VerifyDialog id={id} close={shut} /> : null}
      {open === 'correct' ? <CorrectDialog id={id} close={shut} /> : null}
      {open === 'erase' ? (
        <EraseDialog uid={request.uid} request={id} wechat={request.channel === 'wechat'} close={shut} />
      ) : null}
      {open === null || open === 'verify' || open === 'correct' || open === 'erase' ? null : (
        <StepDialog id={id} step={open} close={shut} />
      )}
    </Panel>
  );
}

type Step = SubjectRequestDetail['steps'][number];

function StepsPanel({ steps }: { readonly steps: readonly Step[] }) {
  const { t, format } = useLanguage();
  const known = (name: string) =>
    (
      ['opened', 'take', 'verify', 'note', 'extend', 'refuse', 'close', 'cancel', 'exported', 'corrected', 'erased'] as const
    ).find((one) => one === name);
  const columns: readonly Column<Step>[] = [
    {
      key: 'at',
      title: t('privacy.at'),
      plain: true,
      render: (row) => <span className="figures no-wrap">{format.dateTime(row.at)}</span>,
    },
    {
      key: 'step',
      title: t('privacy.stepName'),
      render: (row) => {
        const name = known(row.step);
        return name === undefined ? row.step : t(`privacy.done.${name}`);
      },
    },
    { key: 'by', title: t('privacy.by'), render: (row) => (row.by === 'person' ? t('privacy.theperson') : row.by) },
    { key: 'note', title: t('privacy.note'), grow: true, wrap: true, render: (row) => row.note },
  ];
  return (
    <Panel flush title={t('privacy.history')} note={t('privacy.historyNote')}>
      <DataTable
        caption={t('privacy.history')}
        columns={columns}
        rows={[...steps].reverse()}
        rowKey={(row) => `${row.at} ${row.step}`}
      />
    </Panel>
  );
}
