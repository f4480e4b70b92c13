import { fileFindingKind, getUploads } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { ProtectionTabs } from '../../components/tabs/protection-tabs.tsx';
import { useTrafficColumns } from '../../components/traffic-columns.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Uploads = Output<typeof getUploads>;
type Rule = Uploads['routes'][number];
type Media = Uploads['media'][number];

const refreshMs = 30_000;

/** Files: whether the scanner works, what was refused and why, which routes take what, and what WeChat said. */
export function UploadsPage() {
  const { t } = useLanguage();
  const uploads = useEndpoint(getUploads, { input: {}, refetchMs: refreshMs });
  const traffic = useTrafficColumns(['time', 'request', 'reason', 'person', 'address'], 340);
  return (
    <Page title={t('uploads.title')} question={t('uploads.question')}>
      <ProtectionTabs current="uploads" />
      <Loadable query={uploads} lines={12}>
        {(data) => (
          <>
            <ScannerPanel scanner={data.scanner} />
            <Panel
              flush
              title={t('uploads.refused')}
              actions={<ExportButton name="menshen-uploads" columns={traffic} rows={data.refused} />}
            >
              <DataTable
                dense
                caption={t('uploads.refused')}
                columns={traffic}
                rows={data.refused}
                rowKey={(row) => row.requestId}
                empty={<EmptyState title={t('uploads.noRefused')} />}
              />
            </Panel>
            <RulesPanel rules={data.routes} />
            {data.media.length === 0 && !data.routes.some(({ mediaCheck }) => mediaCheck) ? null : (
              <MediaPanel media={data.media} />
            )}
          </>
        )}
      </Loadable>
    </Page>
  );
}

function ScannerPanel({ scanner }: { readonly scanner: Uploads['scanner'] }) {
  const { t } = useLanguage();
  if (scanner === null)
    return (
      <Panel title={t('uploads.scanner')}>
        <EmptyState title={t('uploads.scanner.none')}>{t('uploads.scanner.noneText')}</EmptyState>
      </Panel>
    );
  const kind = scanner.kind === 'clamd' ? 'clamd' : 'ICAP';
  return (
    <Panel title={t('uploads.scanner')} note={t(`uploads.scanner.${scanner.failure}`)}>
      <Status tone={scanner.answers ? 'safe' : 'danger'} filled={!scanner.answers}>
        {t(scanner.answers ? 'uploads.scanner.ok' : 'uploads.scanner.down', { kind })}
      </Status>
    </Panel>
  );
}

function RulesPanel({ rules }: { readonly rules: readonly Rule[] }) {
  const { t, format } = useLanguage();
  /** What differs from the default about kinds of findings in files. */
  const contentOf = ({ content }: Rule): string[] =>
    fileFindingKind.options.flatMap((kind) => {
      const action = content[kind];
      if (action === undefined) return [];
      return [
        t('uploads.content.of', { kind: t(`uploads.content.kind.${kind}`), action: t(`uploads.content.action.${action}`) }),
      ];
    });
  const checksOf = (rule: Rule): string =>
    [
      t('uploads.check.content'),
      ...contentOf(rule),
      ...(rule.scan ? [t('uploads.check.scan')] : []),
      ...(rule.stripMetadata ? [t('uploads.check.strip')] : []),
      ...(rule.mediaCheck ? [t('uploads.check.media')] : []),
    ].join(' · ');
  const columns: readonly Column<Rule>[] = [
    {
      key: 'route',
      title: t('fieldTypes.route'),
      grow: true,
      plain: true,
      render: (row) => (
        <>
          <span className="quiet">{row.app}</span> <code>{row.route}</code>
        </>
      ),
    },
    { key: 'types', title: t('uploads.types'), wrap: true, width: 160, render: (row) => row.types.join(' ') },
    {
      key: 'limit',
      title: t('uploads.limit'),
      render: (row) => t('uploads.limitOf', { size: format.bytes(row.maxBytes), count: row.maxFiles }),
    },
    { key: 'checks', title: t('uploads.checks'), wrap: true, width: 260, render: checksOf },
  ];
  return (
    <Panel flush title={t('uploads.rules')}>
      <DataTable
        caption={t('uploads.rules')}
        columns={columns}
        rows={rules}
        rowKey={(row) => `${row.app} ${row.route}`}
        empty={<EmptyState title={t('uploads.noRules')}>{t('uploads.noRulesText')}</EmptyState>}
      />
    </Panel>
  );
}

const mediaTones: Readonly<Record<Media['state'], Tone>> = {
  waiting: 'quiet',
  pass: 'safe',
  review: 'warning',
  risky: 'danger',
  failed: 'warning',
};

function MediaPanel({ media }: { readonly media: readonly Media[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<Media>[] = [
    {
      key: 'asked',
      title: t('uploads.asked'),
      render: (row) => (
        <Link to="/traffic/$requestId" params={{ requestId: row.requestId }} className="figures no-wrap">
          {format.dateTime(row.askedAt)}
        </Link>
      ),
    },
    { key: 'kind', title: t('uploads.kind'), render: (row) => t(`uploads.kind.${row.kind}`) },
    {
      key: 'result',
      title: t('uploads.result'),
      plain: true,
      render: (row) => (
        <Status tone={mediaTones[row.state]}>
          {t(`uploads.state.${row.state}`)}{' '}
          {row.label === null || row.state === 'pass' ? '' : t('uploads.label', { label: String(row.label) })}
        </Status>
      ),
    },
    { key: 'route', title: t('fieldTypes.route'), grow: true, render: (row) => <code>{row.route}</code> },
  ];
  return (
    <Panel flush title={t('uploads.media')} note={t('uploads.mediaNote')}>
      <DataTable
        dense
        caption={t('uploads.media')}
        columns={columns}
        rows={media}
        rowKey={(row) => row.traceId}
        empty={<EmptyState title={t('uploads.noMedia')} />}
      />
    </Panel>
  );
}
