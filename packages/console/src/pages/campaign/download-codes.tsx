import type { BatchView } from '@menshen/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { download } from '../../ds/download.ts';
import { Field } from '../../ds/field.tsx';
import { DownloadIcon } from '../../ds/icon.ts';
import { useMarkedCsv } from '../../ds/marked-csv.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './campaign-page.module.css';
import { codeSheet, contentOf, isPrefix, sheetAsPng } from './code-sheet.ts';

/** Codes on one page of an image: more make it too large for browsers. */
const perImage = 200;

/** Hands codes out as a list for a printer, or as images to print. */
export function DownloadCodes({ batch, codes }: { readonly batch: BatchView; readonly codes: readonly string[] }) {
  const { t } = useLanguage();
  const csv = useMarkedCsv();
  const [prefix, setPrefix] = useState('');
  const [failed, setFailed] = useState(false);
  const fits = isPrefix(prefix);
  const name = `menshen-codes-${batch.batch}`;
  const pages = Array.from({ length: Math.ceil(codes.length / perImage) }, (_, at) => at);
  const sheetOf = (page: number) =>
    codeSheet(
      codes.slice(page * perImage, (page + 1) * perImage).map((code, at) => ({
        content: contentOf(prefix, code),
        label: `${batch.place ?? batch.label} ${batch.batch}.${page * perImage + at}`,
      })),
    );
  const fileOf = (page: number): string => (pages.length === 1 ? name : `${name}-${page + 1}`);
  const saveCsv = (): void => {
    const rows = codes.map((code, at) => [
      `${batch.batch}.${at}`,
      batch.place,
      code,
      prefix === '' ? null : contentOf(prefix, code),
    ]);
    void csv.save(name, [t('codes.serial'), t('ledger.place'), 'scene', 'url'], rows);
  };
  const saveSvg = (): void => {
    for (const page of pages) download(`${fileOf(page)}.svg`, 'image/svg+xml', sheetOf(page).svg);
  };
  const savePng = async (): Promise<void> => {
    setFailed(false);
    try {
      for (const page of pages) {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(await sheetAsPng(sheetOf(page)));
        link.download = `${fileOf(page)}.png`;
        link.click();
        URL.revokeObjectURL(link.href);
      }
    } catch {
      setFailed(true);
    }
  };
  return (
    <div className={styles.issued}>
      <p className="paragraph">{t('codes.ready', { count: codes.length, batch: batch.batch })}</p>
      <Field label={t('codes.prefix')} hint={t('codes.prefixHint')} error={fits ? undefined : t('codes.prefixWrong')}>
        {(wiring) => (
          <Input {...wiring} maxLength={200} value={prefix} onChange={(event) => setPrefix(event.target.value.trim())} />
        )}
      </Field>
      <div className={styles.acts}>
        <Button type="primary" icon={<DownloadIcon />} disabled={!fits} loading={csv.busy} onClick={saveCsv}>
          CSV
        </Button>
        <Button icon={<DownloadIcon />} disabled={!fits} onClick={saveSvg}>
          SVG
        </Button>
        <Button icon={<DownloadIcon />} disabled={!fits} onClick={() => void savePng()}>
          PNG
        </Button>
      </div>
      {csv.error === null ? null : <ErrorState error={csv.error} />}
      {failed ? <p role="alert">{t('codes.pngFailed')}</p> : null}
    </div>
  );
}
