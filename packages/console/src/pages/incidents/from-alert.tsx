import { type AlertDetail, listIncidents, openFromAlert } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { incidentName } from './incident-marks.tsx';

interface FromAlertProps {
  readonly alert: string;
  /** The incident that it led to already. */
  readonly incident: AlertDetail['incident'];
}

/** Leads to the incident of an alert, or makes one of it. */
export function FromAlert({ alert, incident }: FromAlertProps) {
  const { t } = useLanguage();
  const may = useMay();
  const open = useAction(openFromAlert, [listIncidents]);
  if (incident !== null)
    return (
      <Link to="/incidents/$id" params={{ id: incident.id }}>
        {t('incidents.ofAlert', { name: incidentName(incident.number) })}
      </Link>
    );
  if (!may(openFromAlert)) return null;
  if (open.data !== undefined)
    return (
      <Link to="/incidents/$id" params={{ id: open.data.id }}>
        {t('incidents.alertOpened', { name: incidentName(open.data.number) })}
      </Link>
    );
  return (
    <>
      <Button loading={open.isPending} onClick={() => open.mutate({ body: { alert } })}>
        {t('incidents.fromAlert')}
      </Button>
      {open.error === null ? null : <ErrorState error={open.error} />}
    </>
  );
}
