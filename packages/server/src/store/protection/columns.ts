import type { Schema } from '../schema.ts';
import type { ProtectionKind } from './rule.ts';

type Columns = { readonly [Table in keyof Schema]?: { readonly [Column in keyof Schema[Table]]?: ProtectionKind } };

const sealed = 'sealed';
const bound = 'bound';
const searchable = 'searchable';
const person = 'person';

/**
 * Which columns hold what names or tells of a person, and how each is kept. What gives somebody power is bound to its row: whom an account is, from
 * where it may be used, what is approved, whom a measure reaches, what a playbook acts upon. A test holds every column of text in the store against this list and
 * against the list of those that may lie clear, so that a new column is decided upon and not forgotten.
 */
export const protectedColumns = {
  // Administrators
  administrators: { username: bound, name_key: searchable, addresses: bound },
  admin_approvals: {
    ...{ call: bound, reason: sealed, note: sealed, review_note: sealed },
    ...{ requester_name: sealed, decider_name: sealed, reviewer_name: sealed },
  },
  admin_attempts: { key: searchable },
  admin_identities: { subject: searchable, bound_by: sealed },
  admin_invitations: { username: sealed, created_by: sealed },
  admin_known_addresses: { address: searchable },
  admin_passkeys: { name: sealed },
  admin_sessions: { csrf: sealed, address: sealed, user_agent: sealed },
  api_tokens: { name: bound, addresses: bound, created_by: sealed, last_address: sealed },
  approval_cards: { userid: searchable },
  switches: { set_by: sealed, reason: sealed },

  // People and their sessions
  people: { uid: person },
  person_roles: { uid: person },
  person_logins: { uid: person },
  customers: { uid: person },
  departments: { name: sealed },
  directory_records: { key: searchable, uid: person },
  directory_sources: { state: sealed },
  directory_state: { value: sealed },
  directory_held: { made_by: sealed, summary: sealed },
  role_assignments: { uid: person, made_by: sealed },
  delegations: { from_uid: person, to_uid: person, reason: sealed, made_by: sealed },
  identities: { uid: person, bound_by: sealed },
  accounts: { uid: person },
  company_codes: { uid: person },
  sessions: { uid: person, risk: sealed },
  sightings: { uid: person, device: searchable, city: searchable, place: sealed },
  risk_failures: { uid: person },
  factors: { uid: person, label: sealed },
  factor_approvals: { uid: person },
  factor_budgets: { uid: person, source: searchable },
  factor_challenges: { uid: person, subject: sealed },
  factor_devices: { uid: person },
  factor_recovery_codes: { uid: person },
  factor_sends: { subject: searchable },
  revocations: { subject: sealed, detail: sealed },

  // Guards, lists, protection of data
  phone_answers: { uid: person },
  phone_passes: { uid: person },
  access_list: { value: searchable, reason: sealed, owner: sealed, created_by: sealed },
  guard_grants: { person: person, device: searchable },
  guard_keys: { person: person },
  guard_disclosed: { person: person, object: searchable },
  guard_states: { object: searchable },
  guard_totals: { who: searchable },
  guard_violations: { id: searchable, person: person, address: sealed, expected: sealed, seen: sealed },
  guard_campaigns: { stopped_by: sealed, stop_reason: sealed },
  guard_batches: { label: sealed, created_by: sealed, revoked_by: sealed, revoke_reason: sealed },
  media_checks: { uid: person },
  data_keys: { subject: searchable, created_by: sealed },
  data_corrections: { owner: sealed, note: sealed, changed_by: sealed },
  proof_keys: { created_by: sealed },
  inspection_exceptions: { owner: sealed, reason: sealed, created_by: sealed, revoked_by: sealed },
  inspection_feedback: { note: sealed, by: sealed },
  inspection_settings: { by: sealed },
  learned_profiles: { profile: sealed },
  learned_schemas: { schemas: sealed, fields: sealed, decided_by: sealed, reason: sealed },

  // Detection, incidents, measures
  app_secrets: { staged_by: sealed, by: sealed },
  alerts: {
    ...{ entity: sealed, uid: person, address: searchable, device: sealed, session: sealed, facts: sealed },
    ...{ note: sealed, judged_by: sealed },
  },
  detection_tunings: { subject: sealed, reason: sealed, created_by: sealed, revoked_by: sealed },
  notices: { matter: searchable, texts: sealed, path: sealed, acknowledged_by: sealed },
  containment_measures: {
    ...{ target: bound, reason: sealed, by: sealed, approved_by: sealed, ended_by: sealed, end_reason: sealed },
  },
  playbook_runs: {
    ...{ once_key: searchable, cause: searchable, uid: person, facts: bound, started_by: sealed, aborted_by: sealed },
  },
  playbook_steps: { output: sealed },
  playbook_modes: { set_by: sealed, reason: sealed },
  incidents: { owner: searchable },
  incident_actions: { owner: searchable, created_by: sealed, done_by: sealed },
  incident_clocks: { by: sealed },
  incident_duties: { by: sealed },
  incident_entries: { by: sealed, facts: sealed },
  incident_evidence: { by: sealed },
  incident_judgements: { by: sealed },
  incident_postmortems: { by: sealed },
  incident_recovery: { by: sealed },
  incident_sources: { path: sealed },
  recovery_runs: { by: sealed },
  app_versions: { set_by: sealed },
  releases: { registered_by: sealed, reason: sealed },

  // Privacy
  privacy_consents: { by: sealed },
  privacy_registers: { by: sealed, signed_by: sealed },
  privacy_requests: { owner: sealed, origin: searchable },
  privacy_retention_runs: { by: sealed },
  privacy_steps: { by: sealed },

  // Risk, compliance, findings
  compliance_attestations: { by: sealed },
  compliance_exclusions: { reason: sealed, by: sealed, approver: sealed },
  reports: { reason: sealed, by: sealed, summary: sealed },
  report_schedules: { by: sealed },
  report_files: { content: sealed },
  risk_acceptances: { reason: sealed, accepted_by: sealed, approver: sealed },
  risk_businesses: { owner: searchable, changed_by: sealed },
  risk_imports: { by: sealed },
  risk_owners: { owner: searchable, changed_by: sealed },
  risk_treatments: { owner: searchable, plan: sealed, created_by: sealed },
  risk_versions: { by: sealed, content: sealed },
  trend_basis: { content: sealed },
  scans: { by: sealed },
  scan_findings: { owner: searchable, reason: sealed, approver: sealed },
  scan_finding_events: { by: sealed, value: searchable, text: sealed },
  scan_sources: { requested_by: sealed },

  // Training
  training_assignments: { target: sealed, reason: sealed, created_by: sealed, ended_by: sealed },
  training_attempts: { uid: person },
  training_bounced_mailboxes: { uid: person },
  training_bulletin_deliveries: { uid: person },
  training_bulletins: { draft: sealed, created_by: sealed, scheduled_by: sealed },
  training_certificates: { uid: person, revoked_by: sealed, revoked_reason: sealed },
  training_contest_answers: { uid: person, address: sealed },
  training_contest_players: { uid: person, team: searchable, disqualified_by: sealed, disqualified_reason: sealed },
  training_contests: { plan: sealed, created_by: sealed, result: sealed },
  training_courses: { saved_by: sealed, published_by: sealed },
  training_drill_mails: { uid: person },
  training_drills: { target: sealed, reason: sealed, created_by: sealed, approved_by: sealed, sender: sealed },
  training_duties: { uid: person },
  training_flows: { bound: sealed },
  training_lab_places: { uid: person },
  training_labs: { uid: person },
  training_learners: { uid: person },
  training_mails: { uid: person },
  training_memory: { uid: person },
  training_progress: { uid: person },
  training_sessions: { uid: person, csrf: sealed },
} as const satisfies Columns;
