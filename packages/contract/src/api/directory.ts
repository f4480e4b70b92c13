import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { bilingual, ok, time } from './common.ts';
import { onPeople, sourceId } from './directory-model.ts';

const counts = z.object({
  departments: z.number(),
  people: z.number(),
  added: z.number(),
  changed: z.number(),
  left: z.number(),
  disabled: z.number(),
  conflicts: z.number(),
});
const conflict = z.object({ key: z.string(), reason: z.string() });
export const syncReport = counts.extend({ source: z.string(), sessionsEnded: z.number() });

export const directorySource = z.object({
  id: z.string(),
  kind: z.enum(['wecom', 'ldap', 'csv', 'scim', 'local']),
  /** Whether the configuration names it; files, SCIM and people entered by hand need no name there. */
  configured: z.boolean(),
  running: z.boolean(),
  /** Active people whom it owns. */
  people: z.number(),
  startedAt: time.nullable(),
  syncedAt: time.nullable(),
  error: z.string().nullable(),
  counts: counts.nullable(),
  conflicts: z.array(conflict),
});
export type DirectorySource = z.output<typeof directorySource>;

export const heldChange = z.object({
  id: z.string(),
  source: z.string(),
  /** `guard`: a run that would take away too much; `preview`: a file that was read and not yet applied. */
  kind: z.enum(['guard', 'preview']),
  by: z.string(),
  at: time,
  mode: z.enum(['full', 'partial']),
  totals: counts,
  /** At most 1,000 of each. */
  diff: z.object({
    departmentsRemoved: z.array(z.string()),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    left: z.array(z.string()),
    disabled: z.array(z.string()),
    conflicts: z.array(conflict),
    activeBefore: z.number(),
  }),
});
export type HeldDirectoryChange = z.output<typeof heldChange>;

export const listDirectorySources = defineEndpoint({
  ...onPeople,
  id: 'listDirectorySources',
  method: 'GET',
  path: '/api/v1/directory/sources',
  powers: ['security', 'system', 'audit'],
  scopes: ['people:read', 'people:write'],
  summary: { zh: '通讯录来源及其状态', en: 'Directory sources and how they fare' },
  response: z.object({ sources: z.array(directorySource), held: z.number() }),
  errors: [],
});

export const syncDirectorySource = defineEndpoint({
  ...onPeople,
  id: 'syncDirectorySource',
  method: 'POST',
  path: '/api/v1/directory/sources/{source}/sync',
  powers: ['security', 'system'],
  scopes: ['people:write'],
  summary: { zh: '立即同步一个来源', en: 'Read one source now' },
  params: z.object({ source: sourceId }),
  response: syncReport,
  errors: ['not_found', 'directory_change_held', 'directory_sync_running', 'directory_source_failed', 'audit_unwritable'],
});

export const listHeldChanges = defineEndpoint({
  ...onPeople,
  id: 'listHeldChanges',
  method: 'GET',
  path: '/api/v1/directory/changes',
  powers: ['security', 'audit'],
  summary: { zh: '等待确认的通讯录变更', en: 'Directory changes that wait for confirmation' },
  response: z.object({ changes: z.array(heldChange) }),
  errors: [],
});

const changeId = z.string().regex(/^h_[A-Za-z0-9_-]{16}$/);

export const confirmHeldChange = defineEndpoint({
  ...onPeople,
  id: 'confirmHeldChange',
  method: 'POST',
  path: '/api/v1/directory/changes/{id}/confirm',
  summary: { zh: '确认并执行一项变更', en: 'Confirm a change and carry it out' },
  stepUpSeconds: freshSeconds,
  /** A machine applies its own files only, and none that takes away more than a run may. */
  scopes: ['people:write'],
  params: z.object({ id: changeId }),
  /** The number of leavers that was seen: if it would be another by now, nothing happens. */
  body: z.strictObject({ left: z.int().min(0) }),
  response: syncReport,
  errors: ['not_found', 'conflict', 'directory_change_held', 'step_up_required', 'audit_unwritable'],
});

export const discardHeldChange = defineEndpoint({
  ...onPeople,
  id: 'discardHeldChange',
  method: 'DELETE',
  path: '/api/v1/directory/changes/{id}',
  summary: { zh: '放弃一项变更', en: 'Throw a change away' },
  params: z.object({ id: changeId }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

/** A file of at most 8 MB in base64. */
const file = z.base64().max(11_200_000);

export const previewCsv = defineEndpoint({
  ...onPeople,
  id: 'previewCsv',
  method: 'POST',
  path: '/api/v1/directory/csv',
  summary: {
    zh: '读取人员与部门文件并预览变更，不执行',
    en: 'Read files of people and departments and show what would change; nothing is applied',
  },
  bodyBytes: 23_000_000,
  scopes: ['people:write'],
  body: z.strictObject({
    people: file.optional(),
    departments: file.optional(),
    encoding: z.enum(['auto', 'utf-8', 'gb18030']).default('auto'),
    /** `replace`: who is not in the people file leaves. */
    mode: z.enum(['merge', 'replace']).default('merge'),
  }),
  response: z.object({
    /** To be applied with confirmHeldChange; null while the files have mistakes. */
    change: heldChange.nullable(),
    encodings: z.array(z.enum(['utf-8', 'gb18030'])),
    problemCount: z.number(),
    problems: z.array(
      z.object({
        file: z.enum(['people', 'departments']),
        line: z.number(),
        column: z.string().nullable(),
        code: z.string(),
        message: bilingual,
      }),
    ),
  }),
  errors: ['validation_failed', 'body_too_large', 'audit_unwritable'],
});
