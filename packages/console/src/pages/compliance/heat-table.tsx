import type { ComplianceRow, getCompliance } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './compliance.module.css';
import { ageOf } from './states.ts';

type Data = Output<typeof getCompliance>;
const ages = ['day', 'week', 'month', 'older'] as const;
const others = ['stale', 'gap', 'manual', 'not_applicable'] as const;

/** Every requirement as a cell: green only while its evidence is fresh, and paler the older it is. Word and border tell it too. */
export function HeatTable({ data, shown }: { readonly data: Data; readonly shown: ReadonlySet<string> }) {
  const { t, language } = useLanguage();
  const sections = Map.groupBy(
    data.items.filter(({ id }) => shown.has(id)),
    ({ section }) => section,
  );
  return (
    <>
      <div className={styles.heat}>
        {data.sections.map(({ id, name }) => {
          const own = sections.get(id);
          return own === undefined ? null : (
            <Section
              key={id}
              title={/^[0-9V]/.test(id) ? t('compliance.sectionOf', { id, name: name[language] }) : name[language]}
              items={own}
              data={data}
            />
          );
        })}
      </div>
      <ul className={styles.legend} aria-label={t('compliance.legend')}>
        {ages.map((age) => (
          <li key={age}>
            <Swatch kind={age} />
            {t(`compliance.age.${age}`)}
          </li>
        ))}
        {others.map((state) => (
          <li key={state}>
            <Swatch kind={state} />
            {t(`compliance.state.${state}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

const grounds: Readonly<
  Record<(typeof ages)[number] | (typeof others)[number], { background?: string; borderBlockEnd: string }>
> = {
  day: { background: 'color-mix(in srgb, var(--jade) 26%, transparent)', borderBlockEnd: '3px solid var(--jade)' },
  week: { background: 'color-mix(in srgb, var(--jade) 17%, transparent)', borderBlockEnd: '3px solid var(--jade)' },
  month: { background: 'color-mix(in srgb, var(--jade) 10%, transparent)', borderBlockEnd: '3px solid var(--jade)' },
  older: { background: 'color-mix(in srgb, var(--jade) 4%, transparent)', borderBlockEnd: '3px solid var(--jade)' },
  stale: { background: 'color-mix(in srgb, var(--amber) 14%, transparent)', borderBlockEnd: '3px solid var(--amber)' },
  gap: { borderBlockEnd: '3px solid var(--cinnabar)' },
  manual: { borderBlockEnd: '3px dashed var(--slate)' },
  not_applicable: { borderBlockEnd: '1px dotted var(--slate)' },
};

function Swatch({ kind }: { readonly kind: keyof typeof grounds }) {
  return <span className={styles.swatch} style={grounds[kind]} aria-hidden="true" />;
}

function Section({
  title,
  items,
  data,
}: {
  readonly title: string;
  readonly items: readonly ComplianceRow[];
  readonly data: Data;
}) {
  const { t, language } = useLanguage();
  return (
    <>
      <h3 className={styles.section}>{title}</h3>
      <ul className={styles.cells} aria-label={title}>
        {items.map(({ id, clause, section, text, state, seen }) => {
          const age = ageOf(state, seen, data.at);
          return (
            <li key={id} className={classNames(styles.cell, styles[state], age !== null && styles[age])}>
              <Link
                to="/compliance/$id"
                params={{ id }}
                search={data.subject === 'all' ? {} : { subject: data.subject }}
                title={text[language]}
                aria-label={t('compliance.cellOf', { clause, text: text[language], state: t(`compliance.state.${state}`) })}
              >
                {shortOf(clause, section)}
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** The clause without the part that stands at the head of the row. */
const shortOf = (clause: string, section: string): string =>
  clause.startsWith(`${section}.`) ? clause.slice(section.length + 1) : clause;
