import { fetchReport, type ReportFormat, type ReportView } from '@menshen/contract';
import { Button } from 'antd';
import { useAction } from '../../api/hooks.ts';
import { downloadBytes } from '../../ds/download.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** A button for each file of a report. Taking one out is recorded. */
export function FileButtons({ report }: { readonly report: ReportView }) {
  const { t, format } = useLanguage();
  const fetched = useAction(fetchReport);
  const take = (wanted: ReportFormat): void =>
    fetched.mutate(
      { params: { id: report.id, format: wanted } },
      { onSuccess: ({ name, type, content }) => downloadBytes(name, type, content) },
    );
  return (
    <>
      {report.files.map((file) => (
        <Button
          key={file.format}
          size="small"
          disabled={fetched.isPending}
          title={`${format.bytes(file.bytes)}, SHA-256 ${file.sha256}`}
          aria-label={t('reports.downloadOf', { number: report.number, format: t(`reports.format.${file.format}`) })}
          onClick={() => take(file.format)}
          style={{ marginInlineEnd: 6 }}
        >
          {t(`reports.format.${file.format}`)}
        </Button>
      ))}
      {fetched.error === null ? null : <ErrorState error={fetched.error} />}
    </>
  );
}
