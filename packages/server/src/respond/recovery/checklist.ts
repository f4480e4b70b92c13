import {
  type Bilingual,
  MenshenError,
  type RecoveryBox,
  type RecoveryBoxView,
  type RecoveryChecklist,
  type RecoveryEvidenceKind,
  recoveryBoxes,
} from '@menshen/contract';
import { clocksOf, type Incident, isEnded } from '../incidents/model.ts';
import type { IncidentService } from '../incidents/service.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { createProver, kindsOf, type Proving, type RecoverySources } from './evidence.ts';
import { boxNames, type RecoveryGate } from './gate.ts';
import type { FilledBox, Filling, RecoveryChecklistStore } from './store.ts';

export type BoxAnswer =
  | { readonly how: 'evidence'; readonly kind: RecoveryEvidenceKind; readonly ref: string }
  | { readonly how: 'statement'; readonly who: string; readonly reason: string }
  | { readonly how: 'not_needed' | 'withdraw'; readonly reason: string };

export interface RecoveryChecklists extends RecoveryGate {
  /** @throws MenshenError `not_found` */
  of(incident: string): Promise<RecoveryChecklist>;
  /** @throws MenshenError `not_found`, `incident_ended`, `recovery_evidence` with `problem`, `audit_unwritable` */
  fill(incident: string, box: RecoveryBox, answer: BoxAnswer, by: string): Promise<RecoveryChecklist>;
}

export interface ChecklistParts {
  readonly incidents: Pick<IncidentService, 'find' | 'write'>;
  readonly store: RecoveryChecklistStore;
  readonly clocks: Pick<IncidentStore, 'clocks'>;
  readonly sources: RecoverySources;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** The checklist between contained and recovered: each box by evidence that is looked at anew each time, or by the word of somebody with a name. */
export function createRecoveryChecklists(parts: ChecklistParts): RecoveryChecklists {
  const { incidents, store, sources, clock, random } = parts;
  const prover = createProver(sources, clock);

  const aboutOf = async ({ id, opened, subjects }: Incident): Promise<Proving> => ({
    incident: id,
    since: clocksOf(await parts.clocks.clocks([id])).detected ?? opened,
    apps: subjects.flatMap(({ kind, value }) => (kind === 'app' ? [value] : [])),
  });

  const newest = (rows: readonly FilledBox[], box: RecoveryBox): FilledBox | null =>
    rows.findLast((row) => row.box === box && row.filling.how !== 'exception') ?? null;

  const empty = (box: RecoveryBox): RecoveryBoxView => ({
    ...{ box, state: 'open', how: null, evidence: null, problem: null, who: null, reason: '', by: null, at: null },
    candidates: [],
  });

  const boxOf = async (box: RecoveryBox, row: FilledBox | null, about: Proving): Promise<RecoveryBoxView> => {
    const given: Filling | null = row?.filling ?? null;
    const filled = row === null ? {} : { by: row.by, at: row.at };
    if (given?.how === 'statement')
      return { ...empty(box), ...filled, state: 'filled', how: 'statement', who: given.who, reason: given.reason };
    if (given?.how === 'not_needed')
      return { ...empty(box), ...filled, state: 'filled', how: 'not_needed', reason: given.reason };
    if (given?.how === 'evidence') {
      // What proved it may have come undone since: a fault that is back, a release that was taken back.
      const proof = await prover.prove(given.evidence.kind, given.evidence.ref, about);
      return 'evidence' in proof
        ? { ...empty(box), ...filled, state: 'filled', how: 'evidence', evidence: proof.evidence }
        : { ...empty(box), ...filled, state: 'lapsed', how: 'evidence', evidence: given.evidence, problem: proof.problem };
    }
    if (box !== 'reopened') return empty(box);
    const proof = await prover.prove('measures', about.incident, about);
    return 'evidence' in proof
      ? { ...empty(box), state: 'filled', how: 'computed', evidence: proof.evidence }
      : { ...empty(box), problem: proof.problem };
  };

  const boxesOf = async (incident: Incident): Promise<{ boxes: RecoveryBoxView[]; about: Proving; rows: FilledBox[] }> => {
    const [about, rows] = await Promise.all([aboutOf(incident), store.of(incident.id)]);
    const boxes = await Promise.all(recoveryBoxes.map((box) => boxOf(box, newest(rows, box), about)));
    return { boxes, about, rows };
  };

  const of = async (id: string): Promise<RecoveryChecklist> => {
    const { boxes, about, rows } = await boxesOf(await incidents.find(id));
    const shown = await Promise.all(
      boxes.map(async (box) => (box.state === 'filled' ? box : { ...box, candidates: await prover.candidates(box.box, about) })),
    );
    const last = rows.findLast(({ filling }) => filling.how === 'exception');
    const exception =
      last?.filling.how === 'exception'
        ? { at: last.at, by: last.by, missing: [...last.filling.missing], reason: last.filling.reason }
        : null;
    return { boxes: shown, complete: boxes.every(({ state }) => state === 'filled'), exception };
  };

  const rowOf = (incident: string, box: RecoveryBox, filling: Filling, by: string): FilledBox => ({
    ...{ id: `x_${Buffer.from(random(16)).toString('base64url')}`, incident, box, at: clock(), by, filling },
  });

  return {
    of,
    async missing(incident) {
      return (await boxesOf(incident)).boxes.flatMap(({ box, state }) => (state === 'filled' ? [] : [box]));
    },
    async fill(id, box, answer, by) {
      const incident = await incidents.find(id);
      if (isEnded(incident.state) || incident.mergedInto !== null) throw new MenshenError('incident_ended');
      let filling: Filling;
      let index: number | null = null;
      if (answer.how === 'evidence') {
        if (!kindsOf[box].includes(answer.kind)) throw new MenshenError('recovery_evidence', { problem: 'wrong_box' });
        const proof = await prover.prove(answer.kind, answer.ref, await aboutOf(incident));
        if (!('evidence' in proof)) throw new MenshenError('recovery_evidence', { problem: proof.problem });
        filling = { how: 'evidence', evidence: proof.evidence };
        index = proof.evidence.index;
      } else filling = answer;
      const row = rowOf(id, box, filling, by);
      await incidents.write(
        id,
        {
          ...{ kind: 'recovery', by, text: textOf(box, filling), facts: { box, how: filling.how } },
          ...(index === null ? {} : { events: [index] }),
          ...(filling.how === 'evidence' ? { path: filling.evidence.path } : {}),
        },
        () => ({ more: (tx) => store.add(tx, row) }),
      );
      return await of(id);
    },
    exception: (id, missing, reason, by) =>
      rowOf(id, missing[0] ?? 'repaired', { how: 'exception', missing: [...missing], reason }, by),
  };
}

function textOf(box: RecoveryBox, filling: Filling): Bilingual {
  const { zh, en } = boxNames[box];
  switch (filling.how) {
    case 'evidence':
      return { zh: `恢复清单「${zh}」：${filling.evidence.label.zh}`, en: `Recovery, ${en}: ${filling.evidence.label.en}` };
    case 'statement':
      return {
        zh: `恢复清单「${zh}」：${filling.who} 说明：${filling.reason}`,
        en: `Recovery, ${en}: ${filling.who} states: ${filling.reason}`,
      };
    case 'not_needed':
      return { zh: `恢复清单「${zh}」：不适用：${filling.reason}`, en: `Recovery, ${en}: not needed: ${filling.reason}` };
    case 'withdraw':
      return { zh: `恢复清单「${zh}」：撤回：${filling.reason}`, en: `Recovery, ${en}: withdrawn: ${filling.reason}` };
    case 'exception':
      return { zh: `恢复清单例外：${filling.reason}`, en: `Exception of the checklist: ${filling.reason}` };
  }
}
