import { join } from 'node:path';
import type { Config } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import { nodeFiles } from '../audit/log/files.ts';
import { WITNESSED_FILE } from '../audit/witness/check.ts';
import { createSubmitter, type Submitter, type WitnessState } from '../audit/witness/submitter.ts';
import type { Closers } from './closers.ts';
import type { Foundation } from './foundation.ts';
import type { Outbound } from './outbound.ts';

const intervalMs = 1_000;

/** What stands in the alarm when a witness refuses; a witness that does not answer is one too, because the log then goes on unwatched. */
const alarms = {
  unreachable: ['audit_witness_silent', 'high', 'a witness of the audit log does not answer'],
  rolled_back: [
    'audit_log_rolled_back',
    'critical',
    'a witness has seen more of the audit log than there is: it was rolled back',
  ],
  forked: ['audit_log_forked_witness', 'critical', 'what a witness has seen is no part of the audit log: it was rewritten'],
  unknown_log: ['audit_witness_refused', 'high', 'a witness does not know the audit log or its key'],
  signature_invalid: ['audit_witness_refused', 'high', 'an answer in the name of a witness is not signed with its key'],
} as const;

/** Shows each checkpoint to the witnesses of `audit.witnesses`; `file` of the log's folder holds the last that enough have signed. Null where there are none. */
export function startWitnesses(
  { audit, metrics, tlogFolder, clock }: Foundation,
  config: Config,
  closers: Closers,
  fetch: Outbound,
): (Submitter & { readonly file: string }) | null {
  const { witnesses, witnessQuorum } = config.audit;
  if (witnesses.length === 0) return null;
  const submitter = createSubmitter({
    directory: tlogFolder,
    witnesses,
    quorum: witnessQuorum ?? witnesses.length,
    fetch,
    clock,
    publish(note) {
      const path = join(tlogFolder, WITNESSED_FILE);
      nodeFiles.create(`${path}.new`, note);
      nodeFiles.rename(`${path}.new`, path);
    },
    onProblem(state) {
      if (state.problem === null) return;
      const [rule, severity, title] = alarms[state.problem];
      const detail = { witness: state.name, recorded: state.recorded ?? 0 };
      audit
        .record(detectionEvent({ time: clock(), rule, severity, title, detail }))
        .catch(() => metrics.add('menshen_audit_failures_total'));
    },
  });
  metrics.gauge('menshen_audit_witnesses_refusing', 'Witnesses that do not sign the audit log.', () =>
    refusing(submitter.states()),
  );
  metrics.gauge(
    'menshen_audit_witnessed_size',
    'Entries under the last witnessed checkpoint.',
    () => submitter.witnessed()?.size ?? 0,
  );
  // A log that several processes write is shown by its owner alone.
  const timer = setInterval(() => void (audit.owner() && submitter.submit()), intervalMs);
  timer.unref();
  closers.add(() => clearInterval(timer));
  return { ...submitter, file: WITNESSED_FILE };
}

const refusing = (states: readonly WitnessState[]): number => states.filter(({ problem }) => problem !== null).length;
