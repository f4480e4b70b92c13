import * as contract from '@menshen/contract';
import { previewCsv } from '../../directory/csv/import.ts';
import { csvProblems } from '../../directory/csv/problems.ts';
import { dormantPeople } from '../../directory/dormant.ts';
import { csvSource, customerForm, localSource, uidForm } from '../../directory/model.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { HeldChange } from '../../directory/source-store.ts';
import type { IdentityService } from '../../identity/service.ts';
import { type Bound, bind } from '../bind.ts';

export interface DirectoryHandlerParts {
  readonly directory: DirectoryService;
  readonly identity: IdentityService;
  readonly dormantDays: () => number;
  readonly clock: () => number;
}

const heldView = ({ id, source, kind, by, at, summary }: HeldChange): contract.HeldDirectoryChange => {
  const { departments: _departments, people: _people, ...diff } = summary.diff;
  return { id, source, kind, by, at, mode: summary.mode, totals: summary.totals, diff };
};

/** Sources, held changes, files, people entered by hand, scoped roles, delegations, and who has been quiet. */
export function directoryHandlers({ directory, identity, dormantDays, clock }: DirectoryHandlerParts): readonly Bound[] {
  return [
    bind(contract.listDirectorySources, async () => ({
      sources: (await directory.sources()).map((source) => ({ ...source, conflicts: [...source.conflicts] })),
      held: (await directory.held()).length,
    })),
    bind(contract.syncDirectorySource, (call) => directory.sync(call.by, call.params.source)),
    bind(contract.listHeldChanges, async () => ({ changes: (await directory.held()).map(heldView) })),
    bind(contract.confirmHeldChange, (call) =>
      directory.changes.confirm(call.params.id, call.body.left, call.by, call.token === null ? 'administrator' : 'machine'),
    ),
    bind(contract.discardHeldChange, async (call) => {
      await directory.changes.discard(call.params.id, call.by);
      return { ok: true as const };
    }),
    bind(contract.previewCsv, async (call) => {
      const { people, departments, encoding, mode } = call.body;
      if (people === undefined && departments === undefined)
        throw new contract.MenshenError('validation_failed', { fields: ['people', 'departments'] });
      const bytes = (text: string | undefined): Uint8Array | null => (text === undefined ? null : Buffer.from(text, 'base64'));
      const files = { people: bytes(people), departments: bytes(departments), encoding };
      const { departments: known } = directory.snapshot();
      const preview = await previewCsv(files, mode, known, directory.changes, call.by);
      return {
        change: preview.change === null ? null : heldView(preview.change),
        encodings: [...preview.encodings],
        problemCount: preview.problemCount,
        problems: preview.problems.map((problem) => ({ ...problem, message: csvProblems[problem.code] })),
      };
    }),
    bind(contract.putLocalPerson, async (call) => {
      const { uid } = call.params;
      const known = directory.snapshot().person(uid);
      if (!uidForm.test(uid) || customerForm.test(uid)) throw new contract.MenshenError('validation_failed', { fields: ['uid'] });
      // Whom a source owns is changed there; files are overwritten with the next one.
      if (known !== undefined && known.source !== localSource && known.source !== csvSource)
        throw new contract.MenshenError('conflict');
      const {
        name,
        kind,
        departments = null,
        leads = null,
        position = null,
        phone = null,
        email = null,
        number = null,
      } = call.body;
      const unknown = [...(departments ?? []), ...(leads ?? [])].some((id) => !directory.snapshot().departments.has(id));
      if (unknown) throw new contract.MenshenError('validation_failed', { fields: ['departments'] });
      const report = await directory.put(
        localSource,
        [{ key: uid, uid, name, kind, departments, leads, position, phone, email, number, roles: [], status: 'active' }],
        [],
        call.by,
      );
      if (report.conflicts > 0) throw new contract.MenshenError('conflict');
      return { ok: true as const };
    }),
    bind(contract.removeLocalPerson, async (call) => {
      if (directory.snapshot().person(call.params.uid)?.source !== localSource) throw new contract.MenshenError('not_found');
      await directory.put(localSource, [], [call.params.uid], call.by);
      return { ok: true as const };
    }),
    bind(contract.blockPerson, async (call) => {
      const { status } = await directory.setBlocked(call.params.uid, call.body.blocked, call.body.reason, call.by);
      return { status };
    }),
    bind(contract.releasePerson, async (call) => {
      await directory.release(call.params.uid, call.body.source, call.by);
      return { ok: true as const };
    }),
    bind(contract.mergePeople, async (call) => {
      await identity.merge(call.body.from, call.params.uid, call.by);
      return { ok: true as const };
    }),
    bind(contract.listRoleAssignments, async (call) => ({
      assignments: directory.roles
        .assignments()
        .filter((one) => call.query.uid === undefined || one.uid === call.query.uid)
        .map((one) => ({ ...one })),
    })),
    bind(contract.assignRole, (call) => directory.roles.assign(call.body, call.by)),
    bind(contract.unassignRole, async (call) => {
      await directory.roles.unassign(call.params.id, call.by);
      return { ok: true as const };
    }),
    bind(contract.listDelegations, async (call) => ({
      delegations: directory.roles
        .delegations()
        .filter((one) => call.query.uid === undefined || one.from === call.query.uid || one.to === call.query.uid)
        .map((one) => ({ ...one })),
    })),
    bind(contract.createDelegation, (call) => directory.roles.delegate(call.body, call.by)),
    bind(contract.endDelegation, async (call) => {
      await directory.roles.undelegate(call.params.id, call.by);
      return { ok: true as const };
    }),
    bind(contract.listDormantPeople, async (call) => {
      const days = call.query.days ?? dormantDays();
      return {
        days,
        ...dormantPeople(directory.snapshot().people.values(), await identity.bound(), days, call.query.never, clock()),
      };
    }),
  ];
}
