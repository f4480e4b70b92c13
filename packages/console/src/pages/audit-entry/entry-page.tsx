import { getAuditEntry } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EventFacts } from './event-facts.tsx';
import { ProofPanel } from './proof-panel.tsx';

const route = getRouteApi('/shell/audit/$index');

/** One entry of the log: what happened, and the proof that it stands there. */
export function EntryPage() {
  const { t, language } = useLanguage();
  const { index } = route.useParams();
  const number = /^\d{1,15}$/.test(index) ? Number(index) : -1;
  const entry = useEndpoint(getAuditEntry, { input: { params: { index: number } } });
  return (
    <Page
      title={entry.data === undefined ? t('entry.title', { index }) : entry.data.row.summary[language]}
      question={t('entry.question', { index })}
      trail={<Link to="/audit">{t('entry.back')}</Link>}
    >
      <Loadable query={entry} lines={12}>
        {(data) => (
          <>
            <Panel title={t('entry.event')}>
              <EventFacts row={data.row} event={data.named ?? data.event} />
            </Panel>
            <ProofPanel entry={data} reload={() => void entry.refetch()} />
            <Disclosure title={t('entry.raw')} note={t('entry.rawNote')}>
              <CodeBlock label={t('entry.raw')} text={JSON.stringify(data.event, null, 2)} copyLabel={t('request.copyRaw')} />
            </Disclosure>
          </>
        )}
      </Loadable>
    </Page>
  );
}
