import { complianceFrameworks, listComplianceMapping } from '@menshen/contract';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { PathLink } from '../../components/path-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { proofTones } from './states.ts';

type Measure = Output<typeof listComplianceMapping>['proofs'][number];

/** Which requirements of which standards each measure answers. */
export function MappingPanel({ subject }: { readonly subject: string }) {
  const { t } = useLanguage();
  const mapping = useEndpoint(listComplianceMapping, { input: { query: { subject } } });
  const columns = useColumns();
  return (
    <Loadable query={mapping} lines={14}>
      {({ proofs }) => (
        <Panel
          flush
          title={t('compliance.mapping')}
          note={t('compliance.mappingNote')}
          actions={<ExportButton name="menshen-mapping" columns={columns} rows={proofs} />}
        >
          <DataTable caption={t('compliance.mapping')} columns={columns} rows={proofs} rowKey={({ id }) => id} />
        </Panel>
      )}
    </Loadable>
  );
}

function useColumns(): readonly Column<Measure>[] {
  const { t, language } = useLanguage();
  const answers = ({ items }: Measure): string[] =>
    complianceFrameworks.flatMap((framework) => {
      const own = items.filter((one) => one.framework === framework);
      if (own.length === 0) return [];
      const clauses = own.map(({ clause }) => clause).join(' · ');
      return [t('compliance.answersOf', { framework: t(`compliance.framework.${framework}`), clauses })];
    });
  return [
    {
      ...{ key: 'measure', title: t('compliance.measure'), wrap: true, width: 180 },
      value: ({ name }) => name[language],
      render: ({ name, shownBy }) => (
        <>
          <strong>{name[language]}</strong>
          <div className="quiet">{shownBy[language]}</div>
        </>
      ),
    },
    {
      ...{ key: 'state', title: t('compliance.stateTitle') },
      value: ({ state }) => t(`compliance.proof.${state}`),
      render: ({ state, step }) => (
        <>
          <Status tone={proofTones[state]}>{t(`compliance.proof.${state}`)}</Status>
          {step === null ? null : (
            <div>
              <PathLink to={step.path}>{step.text[language]}</PathLink>
            </div>
          )}
        </>
      ),
    },
    {
      ...{ key: 'answers', title: t('compliance.answers'), wrap: true, grow: true, width: 300 },
      value: (measure) => answers(measure).join('; '),
      render: (measure) => answers(measure).map((line) => <div key={line}>{line}</div>),
    },
  ];
}
