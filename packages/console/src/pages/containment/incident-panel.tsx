import {
  applyMeasure,
  type IncidentDetail,
  listMeasures,
  type Measured,
  type MeasureView,
  measureWords,
  targetWords,
} from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ContainLinks } from '../../components/contain-links.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

const refreshMs = 15_000;
const mostShown = 20;

/** In the room of an incident: what was done to contain it, what still stands, and the measures that fit whom it names. */
export function IncidentMeasuresPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const measures = useEndpoint(listMeasures, {
    input: { query: { incident: incident.id, limit: mostShown } },
    refetchMs: refreshMs,
  });
  const rows = measures.data?.measures ?? [];
  if (rows.length === 0 && !may(applyMeasure)) return null;
  const of = (kind: 'user' | 'address'): string | undefined => incident.subjects.find((subject) => subject.kind === kind)?.value;
  return (
    <Panel
      title={t('containment.ofIncident')}
      actions={
        may(applyMeasure) ? (
          <Link to="/containment" search={{ incident: incident.id }}>
            {t('containment.board')}
          </Link>
        ) : null
      }
    >
      {rows.length === 0 ? (
        <p className="quiet">{t('containment.ofIncidentNone')}</p>
      ) : (
        <ul className={styles.waiting}>
          {rows.map((measure) => (
            <Line key={measure.id} measure={measure} now={measures.data?.now ?? 0} />
          ))}
        </ul>
      )}
      <ContainLinks person={of('user')} address={of('address')} incident={incident.id} />
    </Panel>
  );
}

function Line({ measure, now }: { readonly measure: MeasureView; readonly now: number }) {
  const { t, format, language } = useLanguage();
  const { kind, target, state, until, endedAt } = measure;
  const stands = state === 'active' || state === 'working';
  return (
    <li>
      <strong>{measureWords[kind].name[language]}</strong> {targetWords({ kind, target } as Measured)[language]}
      <div>
        <Status tone={stands ? 'danger' : 'quiet'}>{t(`containment.state.${state}`)}</Status>{' '}
        <span className="quiet">{stands ? format.relative(until, now) : format.minute(endedAt ?? until)}</span>
      </div>
    </li>
  );
}
