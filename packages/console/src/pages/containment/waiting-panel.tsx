import { type ApprovalView, applyMeasure, listApprovals, measureLine, measureRequest } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

const refreshMs = 5_000;
const mostShown = 50;

/** Measures that wait for the second person; nothing where none does. */
export function WaitingPanel() {
  const { t } = useLanguage();
  const open = useEndpoint(listApprovals, { input: { query: { show: 'open', limit: mostShown } }, refetchMs: refreshMs });
  const waiting = (open.data?.approvals ?? []).filter(
    ({ endpoint, state }) => endpoint === applyMeasure.id && (state === 'pending' || state === 'waiting'),
  );
  if (waiting.length === 0) return null;
  return (
    <Panel title={t('containment.waiting')} note={t('containment.waitingNote')}>
      <ul className={styles.waiting}>
        {waiting.map((approval) => (
          <Waiting key={approval.id} approval={approval} now={open.dataUpdatedAt} />
        ))}
      </ul>
    </Panel>
  );
}

function Waiting({ approval, now }: { readonly approval: ApprovalView; readonly now: number }) {
  const { t, format, language } = useLanguage();
  const { body, requestedBy, requestedAt, reason, mayDecide, mine } = approval;
  const read = measureRequest.safeParse(body);
  return (
    <li className={styles.wait}>
      <div>
        <strong>{read.success ? measureLine(read.data)[language] : approval.summary[language]}</strong>
        <div className="quiet">
          {t('containment.askedBy', { name: requestedBy.username, time: format.relative(requestedAt, now), reason })}
        </div>
      </div>
      {mayDecide ? (
        <Link to="/approvals">{t('containment.decide')}</Link>
      ) : (
        <Status tone="warning">{t(mine ? 'containment.yoursWaits' : 'containment.othersDecide')}</Status>
      )}
    </li>
  );
}
