import { type ApprovalView, applyMeasure, type Language, measureLine, measureRequest, publishPolicies } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { actName } from '../../components/act-name.ts';
import { PolicyChange } from '../../components/policy-change.tsx';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Fact, Facts } from '../../ds/facts.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { ApprovalAct } from './approval-dialog.tsx';
import { ApprovalState } from './approval-state.tsx';
import styles from './approvals.module.css';
import { describeCall, type Told } from './described-call.ts';

interface ApprovalCardProps {
  readonly approval: ApprovalView;
  readonly now: number;
  readonly nameOf: (administrator: string) => string;
  readonly choose: (act: ApprovalAct) => void;
}

/** One request: what exactly will happen, who wants it and why, and what the reader can do about it. */
export function ApprovalCard({ approval, now, nameOf, choose }: ApprovalCardProps) {
  const { t, format, language } = useLanguage();
  const { review, reason, requestedBy, requestedAt, told } = approval;
  const forced = review !== null;
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h2 className={styles.title}>{titleOf(approval, language)}</h2>
        <div className={styles.states}>
          {forced ? <Status tone="danger">{t('approvals.forced')}</Status> : null}
          <ApprovalState approval={approval} />
        </div>
      </div>
      <p className={styles.by}>
        {t('approvals.by', { name: told?.by[language] ?? requestedBy.username, time: format.relative(requestedAt, now) })}
        {' · '}
        <Deadline approval={approval} />
      </p>
      <div className={styles.columns}>
        <div>
          <h3 className={styles.sub}>{t(forced ? 'approvals.did' : 'approvals.will')}</h3>
          <CallFacts approval={approval} nameOf={nameOf} />
        </div>
        <div>
          <h3 className={styles.sub}>{t('approvals.reason')}</h3>
          <p className={styles.reason}>{told?.why[language] ?? reason}</p>
        </div>
      </div>
      {showsChange(approval) ? (
        <div>
          <h3 className={styles.sub}>{t('policyChange.title')}</h3>
          <PolicyChange approval={approval.id} />
        </div>
      ) : null}
      <details className={styles.exact}>
        <summary>
          {t('approvals.exact')} <span className="quiet">{t('approvals.exactNote')}</span>
        </summary>
        <CodeBlock label={t('approvals.exact')} text={exactCall(approval)} copyLabel={t('approvals.copyExact')} />
      </details>
      <Acts approval={approval} now={now} choose={choose} />
    </li>
  );
}

/** A measure of containment is named by what it does to whom. */
function titleOf({ endpoint, body, summary, told }: ApprovalView, language: Language): string {
  if (told !== null) return told.act[language];
  const measure = endpoint === applyMeasure.id ? measureRequest.safeParse(body) : null;
  return measure?.success === true ? measureLine(measure.data)[language] : actName(summary, language);
}

/** Of a publication that is still to come, what it changes is shown and not all that it holds; the exact call shows every text. */
function showsChange({ endpoint, spentAt }: ApprovalView): boolean {
  return endpoint === publishPolicies.id && spentAt === null;
}

function exactCall({ method, path, params, query, body, digest }: ApprovalView): string {
  return [`${method} ${path}`, JSON.stringify({ params, query, body }, null, 2), `sha256 ${digest}`].join('\n');
}

function Deadline({ approval }: { readonly approval: ApprovalView }) {
  const { t, format } = useLanguage();
  if (approval.state === 'waiting' && approval.notBefore !== null)
    return t('approvals.readyAt', { time: format.clock(approval.notBefore) });
  if (approval.review !== null) return t('approvals.state.spent');
  return t('approvals.until', { time: format.minute(approval.expiresAt) });
}

function CallFacts({ approval, nameOf }: { readonly approval: ApprovalView; readonly nameOf: (id: string) => string }) {
  const { t, format, language } = useLanguage();
  const { told, params } = approval;
  if (told !== null)
    return (
      <p className={styles.reason}>
        {told.act[language]}{' '}
        <Link to="/playbooks/runs/$id" params={{ id: String(params['id']) }}>
          {t('approvals.openRun')}
        </Link>
      </p>
    );
  const words = ({ value }: Told): ReactNode => {
    if (value.kind === 'files') return value.files.map(({ name, text }) => <CodeBlock key={name} label={name} text={text} />);
    if (value.kind === 'text') return value.text;
    if (value.kind === 'administrator') return nameOf(value.id);
    return format.list(value.keys.map((key) => t(key as 'param.none')));
  };
  const facts = describeCall(approval)
    .filter(({ value }) => value.kind !== 'files' || !showsChange(approval))
    .map(
      (told): Fact => ({ label: 'text' in told.label ? told.label.text : t(told.label.key as 'param.none'), value: words(told) }),
    );
  // A call without parameters does just what its name says.
  return facts.length === 0 ? <p className={styles.reason}>{actName(approval.summary, language)}</p> : <Facts facts={facts} />;
}

function Acts({
  approval,
  now,
  choose,
}: {
  readonly approval: ApprovalView;
  readonly now: number;
  readonly choose: (act: ApprovalAct) => void;
}) {
  const { t, format } = useLanguage();
  const { mine, mayDecide, mayReview, review, state, notBefore } = approval;
  const who = format.list(approval.approvers.map((power) => t(`power.${power}`)));
  const ready = state === 'approved' || (state === 'waiting' && notBefore !== null && notBefore <= now);
  if (review !== null)
    return (
      <div className={styles.acts}>
        {mayReview ? (
          <>
            <Button type="primary" onClick={() => choose('justified')}>
              {t('approvals.justified')}
            </Button>
            <Button danger onClick={() => choose('unjustified')}>
              {t('approvals.unjustified')}
            </Button>
          </>
        ) : (
          <span className="quiet">{t('approvals.mineWaits')}</span>
        )}
      </div>
    );
  return (
    <div className={styles.acts}>
      {mine && ready ? (
        <Button type="primary" onClick={() => choose('carryOut')}>
          {t('approvals.carryOut')}
        </Button>
      ) : null}
      {mayDecide ? (
        <>
          <Button type="primary" onClick={() => choose('approve')}>
            {t('approvals.approve')}
          </Button>
          <Button danger onClick={() => choose('refuse')}>
            {t('approvals.refuse')}
          </Button>
        </>
      ) : null}
      {mine ? <Button onClick={() => choose('withdraw')}>{t('approvals.withdraw')}</Button> : null}
      <span className="quiet">
        {mine && state === 'pending' ? t('approvals.mineWaits') : null}
        {!mine && !mayDecide ? [t('approvals.notYours'), t('approvals.whoMay', { who })].join(' ') : null}
      </span>
    </div>
  );
}
