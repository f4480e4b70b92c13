import { type PlaybookFilled, type PlaybookStepView, playbookParameterName } from '@menshen/contract';
import type { ReactNode } from 'react';
import cards from '../../components/cards.module.css';
import { classNames } from '../../ds/class-names.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './playbooks.module.css';

interface FlowProps {
  readonly steps: readonly PlaybookStepView[];
  /** What a run says of a step, under its name. */
  readonly state?: (step: PlaybookStepView) => ReactNode;
  readonly waits?: (step: PlaybookStepView) => boolean;
  /** What a run does a step with; its parameters as they are written where absent. */
  readonly filled?: (step: PlaybookStepView) => PlaybookFilled;
}

/** The steps of a playbook from top to bottom; what runs beside each other, and the two sides of a condition, stand side by side. */
export function Flow({ steps, state, waits, filled }: FlowProps) {
  const sequence = (parent: string | null, branch: number): ReactNode => (
    <ol className={styles.flow}>
      {steps
        .filter((step) => step.parent === parent && step.branch === branch)
        .map((step) => (
          <li key={step.key} id={step.key}>
            <div className={classNames(styles.step, waits?.(step) === true && styles.waits)}>
              <StepHead step={step} filled={filled?.(step) ?? null} />
              {state?.(step)}
              <Inside step={step} steps={steps} sequence={sequence} />
            </div>
          </li>
        ))}
    </ol>
  );
  return sequence(null, 0);
}

/** The sequences inside a step. */
function Inside({
  step,
  steps,
  sequence,
}: {
  readonly step: PlaybookStepView;
  readonly steps: readonly PlaybookStepView[];
  readonly sequence: (parent: string, branch: number) => ReactNode;
}) {
  const { t } = useLanguage();
  const branches = [...new Set(steps.filter(({ parent }) => parent === step.key).map(({ branch }) => branch))].sort();
  if (branches.length === 0) return null;
  const nameOf = (branch: number): string | null => {
    if (step.kind === 'if') return t(branch === 0 ? 'playbooks.ifTrue' : 'playbooks.ifFalse');
    return null;
  };
  return (
    <div className={styles.branches}>
      {branches.map((branch) => {
        const name = nameOf(branch);
        return (
          <div key={branch} className={styles.branch}>
            {name === null ? null : <p className={styles.branchName}>{name}</p>}
            {sequence(step.key, branch)}
          </div>
        );
      })}
    </div>
  );
}

function StepHead({ step, filled }: { readonly step: PlaybookStepView; readonly filled: PlaybookFilled }) {
  const { t, format, language } = useLanguage();
  const { kind, name, action, summary, when, condition, approval, risk, lifted, mayFail } = step;
  const parameters = filled ?? step.parameters;
  const what = kind === 'playbook' ? t('playbooks.runs', { playbook: action ?? '' }) : (summary?.[language] ?? null);
  const quiet = [
    ...(kind === 'parallel' ? [t('playbooks.beside')] : []),
    ...(risk === null ? [] : [t(`playbooks.risk.${risk}`)]),
    ...(lifted ? [t('playbooks.lifted')] : []),
    ...(mayFail ? [t('playbooks.mayFail')] : []),
  ];
  return (
    <>
      <div className={cards.row}>
        <strong>{name[language]}</strong>
        {what === null ? null : <span>{what}</span>}
        {kind === 'action' && action !== null ? <code>{action}</code> : null}
      </div>
      {when === null ? null : (
        <div className="quiet">
          <code>{t('playbooks.when', { condition: when })}</code>
        </div>
      )}
      {condition === null ? null : (
        <div>
          <code>{t('playbooks.condition', { condition })}</code>
        </div>
      )}
      {approval === null ? null : (
        <div className={cards.row}>
          <Status tone="warning">{t('playbooks.asksFirst')}</Status>
          <span>
            {t('playbooks.asked', {
              power: t(`power.${approval.power}`),
              time: format.span(approval.withinSeconds * 1_000),
              otherwise: t(`playbooks.otherwise.${approval.otherwise}`),
            })}
          </span>
        </div>
      )}
      {quiet.length === 0 ? null : <div className="quiet">{quiet.join(' · ')}</div>}
      {parameters.length === 0 ? null : (
        <dl className={styles.parameters}>
          {parameters.map(({ name: parameter, value }) => (
            <div key={parameter}>
              <dt>{playbookParameterName(parameter)[language]}</dt>
              <dd>{value[language]}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
