import { listMeasures, type Measured, type MeasureView, measureLine, mostMeasures } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../api/hooks.ts';
import { useMay } from '../api/may.ts';
import { Status } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';

const refreshMs = 30_000;

/** Says on the page of a thing that a measure holds it, which the thing itself does not know; nothing where none does. */
export function HeldNotice({ holds }: { readonly holds: (measured: Measured) => boolean }) {
  const may = useMay();
  return may(listMeasures) ? <Notice holds={holds} /> : null;
}

const measuredOf = ({ kind, target }: MeasureView): Measured => ({ kind, target }) as Measured;

function Notice({ holds }: { readonly holds: (measured: Measured) => boolean }) {
  const { t, format, language } = useLanguage();
  const active = useEndpoint(listMeasures, {
    input: { query: { show: 'active', limit: mostMeasures } },
    refetchMs: refreshMs,
  });
  const held = (active.data?.measures ?? []).filter((measure) => holds(measuredOf(measure)));
  return held.map((measure) => (
    <p key={measure.id} role="status">
      <Status tone="danger" filled>
        {t('containment.held', { measure: measureLine(measuredOf(measure))[language], time: format.minute(measure.until) })}
      </Status>{' '}
      <Link to="/containment">{t('containment.heldSee')}</Link>
    </p>
  ));
}
