import { getIncident, type IncidentDetail, listDuties, makeIncidentReport, reportKinds } from '@menshen/contract';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import cards from '../../components/cards.module.css';
import { downloadBytes } from '../../ds/download.ts';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Missing } from './duty-book.tsx';
import { PaperForm } from './paper-form.tsx';

const groups = [
  {
    name: 'event',
    fields: [
      ...(['system', 'eventType', 'impact', 'measures', 'cause', 'trend'] as const),
      ...(['clues', 'furtherMeasures', 'supportNeeded', 'scene'] as const),
    ],
  },
  { name: 'information', fields: ['informationKinds', 'possibleHarm', 'remedies', 'selfHelp'] },
  { name: 'after', fields: ['accountability', 'rectification', 'lessons'] },
] as const;

/** Reports, and the facts that fill them. */
export function ReportPanels({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const book = useEndpoint(listDuties, { input: {} });
  return (
    <>
      {book.data === undefined ? null : <Missing book={book.data} />}
      <MakePanel incident={incident} />
      <Panel title={t('incidents.facts')} note={t('incidents.factsNote')}>
        <PaperForm incident={incident} groups={groups} />
      </Panel>
    </>
  );
}

function MakePanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t, format } = useLanguage();
  const make = useAction(makeIncidentReport, [getIncident]);
  const [empty, setEmpty] = useState<readonly string[] | null>(null);
  const makeOne = (kind: (typeof reportKinds)[number], form: 'docx' | 'html'): void =>
    make.mutate(
      { params: { id: incident.id }, body: { kind, format: form } },
      {
        onSuccess: (made) => {
          setEmpty(made.empty);
          downloadBytes(made.name, made.type, made.content);
        },
      },
    );
  return (
    <Panel flush title={t('incidents.reports')} note={t('incidents.reportsNote')}>
      {empty === null ? null : empty.length === 0 ? (
        <Alert type="success" showIcon banner title={t('incidents.complete')} />
      ) : (
        <Alert
          type="warning"
          showIcon
          banner
          title={t('incidents.empty', { count: empty.length, fields: format.list(empty.slice(0, 12)) })}
        />
      )}
      {make.error === null ? null : <ErrorState error={make.error} />}
      <ul className={cards.list}>
        {reportKinds.map((kind) => {
          const report = t(`incidents.reportKind.${kind}`);
          return (
            <li key={kind} className={cards.card}>
              <div className={cards.foot}>
                <span>
                  {report} <span className="quiet">{t(`incidents.reportUse.${kind}`)}</span>
                </span>
                <span className={cards.row}>
                  <Button
                    disabled={make.isPending}
                    onClick={() => makeOne(kind, 'docx')}
                    aria-label={t('incidents.wordOf', { report })}
                  >
                    {t('incidents.word')}
                  </Button>
                  <Button
                    disabled={make.isPending}
                    onClick={() => makeOne(kind, 'html')}
                    aria-label={t('incidents.pageOf', { report })}
                  >
                    {t('incidents.page')}
                  </Button>
                </span>
              </div>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
