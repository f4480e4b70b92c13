import { getRiskReport } from '@menshen/contract';
import { Button, Dropdown } from 'antd';
import { useAction } from '../../api/hooks.ts';
import { downloadBytes } from '../../ds/download.ts';
import { DownloadIcon } from '../../ds/icon.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const formats = ['docx', 'html', 'xlsx', 'json'] as const;

/** Hands out the report in the language of the console. */
export function ReportMenu() {
  const { t, language } = useLanguage();
  const report = useAction(getRiskReport);
  const fetchReport = (format: (typeof formats)[number]): void =>
    report.mutate(
      { query: { format, lang: language } },
      { onSuccess: ({ name, type, content }) => downloadBytes(name, type, content) },
    );
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: formats.map((format) => ({ key: format, label: t(`risks.report.${format}`) })),
          onClick: ({ key }) => {
            const format = formats.find((one) => one === key);
            if (format !== undefined) fetchReport(format);
          },
        }}
      >
        <Button icon={<DownloadIcon />} loading={report.isPending}>
          {t('risks.report')}
        </Button>
      </Dropdown>
      {report.error === null ? null : <ErrorState error={report.error} />}
    </>
  );
}
