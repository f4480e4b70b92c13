import { listAssessments, listProcessors, type ProcessorFields, type ProcessorView, putProcessor } from '@menshen/contract';
import { Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const crossBorder = ['none', 'security_assessment', 'standard_contract', 'certification', 'exempt'] as const;
const splitList = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，;；\n]+/u)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];
const newId = (host: string): string => {
  const name = host
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
  return name === '' ? `p-${Date.now().toString(36)}` : name;
};

/** Enters a third party, or changes what is said of it; every version stays. */
export function ProcessorDialog({
  known,
  host,
  close,
}: {
  readonly known: ProcessorView | null;
  readonly host: string;
  readonly close: () => void;
}) {
  const { t } = useLanguage();
  const before = known?.fields;
  const [text, setText] = useState({
    ...{
      name: before?.name ?? host,
      contact: before?.contact ?? '',
      purpose: before?.purpose ?? '',
      region: before?.region ?? '',
    },
    ...{ fields: before?.fields.join(', ') ?? '', hosts: before?.hosts.join(', ') ?? host, note: before?.note ?? '' },
    ...{ contractFrom: before?.contractFrom ?? '', contractUntil: before?.contractUntil ?? '' },
  });
  const [role, setRole] = useState<ProcessorFields['role']>(before?.role ?? 'entrusted');
  const [abroad, setAbroad] = useState<ProcessorFields['crossBorder']>(before?.crossBorder ?? 'none');
  const [ended, setEnded] = useState(before?.ended ?? false);
  const put = useAction(putProcessor, [listProcessors, listAssessments]);
  const field = (name: keyof typeof text, label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <Input
          {...wiring}
          maxLength={name === 'note' || name === 'purpose' ? 1_000 : 400}
          value={text[name]}
          onChange={(event) => setText({ ...text, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const save = (): void => {
    const { fields, hosts, contractFrom, contractUntil, ...rest } = text;
    put.mutate(
      {
        params: { id: known?.id ?? newId(host) },
        body: {
          version: known?.version ?? 0,
          fields: {
            ...{ ...rest, role, crossBorder: abroad, ended, fields: splitList(fields), hosts: splitList(hosts) },
            contractFrom: contractFrom === '' ? null : contractFrom,
            contractUntil: contractUntil === '' ? null : contractUntil,
          },
        },
      },
      { onSuccess: close },
    );
  };
  return (
    <ConfirmDialog
      open
      title={t(known === null ? 'processors.add' : 'processors.edit')}
      consequence={t('processors.dialogText')}
      confirm={t('processors.save')}
      busy={put.isPending}
      error={put.error}
      onConfirm={save}
      onClose={close}
    >
      {field('name', t('processors.name'))}
      <Field label={t('processors.role')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={role}
            onChange={setRole}
            options={(['entrusted', 'shared'] as const).map((value) => ({ value, label: t(`processors.role.${value}`) }))}
          />
        )}
      </Field>
      {field('purpose', t('processors.purpose'))}
      {field('fields', t('consents.fields'), t('processors.listHint'))}
      {field('hosts', t('processors.hosts'), t('processors.listHint'))}
      {field('contact', t('processors.contact'))}
      {field('region', t('processors.region'))}
      <Field label={t('processors.crossBorder')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={abroad}
            onChange={setAbroad}
            options={crossBorder.map((value) => ({ value, label: t(`processors.crossBorder.${value}`) }))}
          />
        )}
      </Field>
      {field('contractFrom', t('processors.from'), '2026-01-31')}
      {field('contractUntil', t('processors.until'), '2026-12-31')}
      {field('note', t('privacy.note'))}
      <Checkbox checked={ended} onChange={(event) => setEnded(event.target.checked)}>
        {t('processors.ended')}
      </Checkbox>
    </ConfirmDialog>
  );
}
