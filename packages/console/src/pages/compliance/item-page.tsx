import {
  type ComplianceProof,
  excludeComplianceItem,
  getCompliance,
  getComplianceItem,
  includeComplianceItem,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PathLink } from '../../components/path-link.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EvidenceList } from '../risk/evidence-list.tsx';
import { AttestationsPanel } from './attestations-panel.tsx';
import styles from './compliance.module.css';
import type { ComplianceItem } from './model.ts';
import { proofTones, stateTones } from './states.ts';
import { UntilField, usualUntil } from './until-field.tsx';

const route = getRouteApi('/shell/compliance/$id');
const refreshMs = 30_000;

/** One requirement: what is asked, what shows it, what closes it, and what was decided. */
export function ComplianceItemPage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const { subject = 'all' } = route.useSearch();
  const item = useEndpoint(getComplianceItem, { input: { params: { id }, query: { subject } }, refetchMs: refreshMs });
  const { data } = item;
  const back = {
    ...(data === undefined || data.framework === 'mlps' ? {} : { framework: data.framework }),
    ...(subject === 'all' ? {} : { subject }),
  };
  return (
    <Page
      title={
        data === undefined
          ? t('compliance.item')
          : t('compliance.itemOf', { clause: data.clause, section: data.sectionName[language] })
      }
      question={data?.text[language] ?? t('compliance.itemQuestion')}
      trail={
        <Link to="/compliance" search={back}>
          {t('compliance.back')}
        </Link>
      }
    >
      <Loadable query={item} lines={12}>
        {(found) => (
          <>
            <StatePanel item={found} />
            <ProofsPanel item={found} />
            <AttestationsPanel item={found} />
            <MappedPanel item={found} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

interface Of {
  readonly item: ComplianceItem;
}

function StatePanel({ item }: Of) {
  const { t, language, format } = useLanguage();
  const may = useMay();
  const [excluding, setExcluding] = useState(false);
  const [including, setIncluding] = useState(false);
  const { state, step, until, exclusion } = item;
  const excluded = exclusion !== null && exclusion.state === 'valid';
  return (
    <Panel
      title={t('compliance.stateTitle')}
      actions={
        excluded
          ? may(includeComplianceItem) && <Button onClick={() => setIncluding(true)}>{t('compliance.include')}</Button>
          : may(excludeComplianceItem) && <Button onClick={() => setExcluding(true)}>{t('compliance.exclude')}</Button>
      }
    >
      <Facts
        columns={2}
        facts={[
          {
            label: t('compliance.stateTitle'),
            value: <Status tone={stateTones[state]}>{t(`compliance.state.${state}`)}</Status>,
          },
          { label: t('compliance.standard'), value: item.name[language] },
          { label: t('compliance.kindTitle'), value: t(`compliance.kind.${item.kind}`) },
          {
            label: t('compliance.levelTitle'),
            value: item.level === null ? null : t('compliance.levelFrom', { level: item.level }),
          },
          { label: t('compliance.until'), value: until === null ? null : format.minute(until) },
          {
            label: t('compliance.next'),
            value: step === null ? null : <PathLink to={step.path}>{step.text[language]}</PathLink>,
          },
          { label: t('compliance.reach'), value: item.note === null ? null : item.note[language] },
          { label: t('compliance.source'), value: item.checked ? null : t('compliance.unchecked') },
          {
            label: t('compliance.state.not_applicable'),
            value:
              exclusion === null
                ? null
                : t('compliance.exclusionOf', {
                    reason: exclusion.reason,
                    by: exclusion.by,
                    approver: exclusion.approver ?? '–',
                    time: format.minute(exclusion.until),
                    state: t(`compliance.exclusion.${exclusion.state}`),
                  }),
          },
        ]}
      />
      {excluding ? <ExcludeDialog item={item} close={() => setExcluding(false)} /> : null}
      {including ? <IncludeDialog item={item} close={() => setIncluding(false)} /> : null}
    </Panel>
  );
}

interface DialogProps extends Of {
  readonly close: () => void;
}

function ExcludeDialog({ item, close }: DialogProps) {
  const { t } = useLanguage();
  const [until, setUntil] = useState(usualUntil);
  const exclude = useAction(excludeComplianceItem, [getComplianceItem, getCompliance]);
  return (
    <ConfirmDialog
      open
      title={t('compliance.exclude')}
      consequence={t('compliance.excludeText')}
      confirm={t('compliance.exclude')}
      reasonLength={8}
      busy={exclude.isPending}
      error={exclude.error}
      onConfirm={(reason) => exclude.mutate({ params: { id: item.id }, body: { reason, until } }, { onSuccess: close })}
      onClose={close}
    >
      <UntilField days={item.attestationDays} value={until} change={setUntil} />
    </ConfirmDialog>
  );
}

function IncludeDialog({ item, close }: DialogProps) {
  const { t } = useLanguage();
  const include = useAction(includeComplianceItem, [getComplianceItem, getCompliance]);
  return (
    <ConfirmDialog
      open
      title={t('compliance.include')}
      consequence={t('compliance.includeText')}
      confirm={t('compliance.include')}
      reasonLength={4}
      busy={include.isPending}
      error={include.error}
      onConfirm={(reason) => include.mutate({ params: { id: item.id }, body: { reason } }, { onSuccess: close })}
      onClose={close}
    />
  );
}

function ProofsPanel({ item }: Of) {
  const { t } = useLanguage();
  return (
    <Panel title={t('compliance.evidence')} note={t('compliance.evidenceNote')}>
      {item.proofs.length === 0 ? (
        <EmptyState title={t('compliance.byHand')}>{t('compliance.byHandText')}</EmptyState>
      ) : (
        item.proofs.map((proof) => <ProofItem key={proof.id} proof={proof} />)
      )}
    </Panel>
  );
}

function ProofItem({ proof }: { readonly proof: ComplianceProof }) {
  const { t, language, format } = useLanguage();
  const { name, shownBy, state, places, fresh, until, evidence, problems, step } = proof;
  return (
    <div className={styles.proof}>
      <div className={styles.proofHead}>
        <strong>{name[language]}</strong>
        <Status tone={proofTones[state]}>{t(`compliance.proof.${state}`)}</Status>
        <span className="quiet">
          {places === 0 ? null : t('compliance.places', { fresh, count: places })}
          {until === null ? null : ` ${t('compliance.holdsUntil', { time: format.minute(until) })}`}
        </span>
      </div>
      <p className="quiet">{t('compliance.wanted', { what: shownBy[language] })}</p>
      <EvidenceList evidence={evidence} none={t('compliance.noEvidence')} />
      {problems.length > 0 ? (
        <ul className={styles.problems}>
          {problems.map(({ title, fix, path }) => (
            <li key={`${path} ${title.en}`}>
              {title[language]} <PathLink to={path}>{fix[language]}</PathLink>
            </li>
          ))}
        </ul>
      ) : step === null ? null : (
        <p>
          {t('compliance.close')} <PathLink to={step.path}>{step.text[language]}</PathLink>
        </p>
      )}
    </div>
  );
}

function MappedPanel({ item }: Of) {
  const { t, language } = useLanguage();
  if (item.mapped.length === 0) return null;
  return (
    <Panel title={t('compliance.mapped')} note={t('compliance.mappedNote')}>
      <ul className={styles.cells}>
        {item.mapped.map(({ id, framework, clause, text, state }) => (
          <li key={id} className={styles.cell}>
            <Link to="/compliance/$id" params={{ id }} title={text[language]}>
              {t('compliance.mappedOf', {
                framework: t(`compliance.framework.${framework}`),
                clause,
                state: t(`compliance.state.${state}`),
              })}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
