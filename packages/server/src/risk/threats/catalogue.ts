import type { Bilingual } from '@menshen/contract';
import type { ControlId } from '../controls/catalogue.ts';
import type { AssetKind, Grade } from '../model.ts';
import { threatTexts } from './texts.ts';

/** Where a threat comes from. */
export type ThreatSource = 'external' | 'internal' | 'supplier' | 'environment';
export type Harm = 'confidentiality' | 'integrity' | 'availability';

/** A threat as GB/T 20984-2022 describes one, with what of it can be computed. */
export interface Threat {
  readonly id: string;
  readonly name: Bilingual;
  readonly text: Bilingual;
  readonly source: ThreatSource;
  /** Of those who do it, and how often it happens to companies like this before anything was seen here. */
  readonly capability: Grade;
  readonly frequency: Grade;
  readonly on: readonly AssetKind[];
  /** It needs an asset with one of these tags; any asset of its kinds when empty. */
  readonly tags: readonly string[];
  readonly harms: readonly Harm[];
  /** Kinds of weakness that it uses. */
  readonly weaknesses: readonly string[];
  /** What it finds where nothing concrete is known: nothing that is reachable is without weakness. */
  readonly base: { readonly ease: Grade; readonly impact: Grade };
  /** Controls in its way, and controls that limit what it does. */
  readonly prevents: readonly ControlId[];
  readonly protects: readonly ControlId[];
  /** Signs by which it is seen. */
  readonly signals: readonly string[];
}

type Row = Omit<Threat, 'name' | 'text'>;
const all: readonly Harm[] = ['confidentiality', 'integrity', 'availability'];
const secrecy: readonly Harm[] = ['confidentiality'];
const truth: readonly Harm[] = ['integrity'];
const injection = { on: ['route'], tags: [], base: { ease: 3, impact: 4 }, source: 'external' } as const;
const watching = ['leak_guard', 'detection'] as const;

const rows = [
  {
    ...{ id: 'credential_theft', source: 'external', capability: 3, frequency: 3, on: ['route'], tags: ['signed-in'] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['second-factor-missing', 'auth-missing', 'signing-optional', 'access'],
    },
    ...{
      base: { ease: 4, impact: 3 },
      prevents: ['second_factor', 'step_up', 'request_signing'],
      protects: ['masking', 'detection'],
    },
    signals: ['alert:account_takeover', 'alert:impossible_travel', 'alert:new_device_new_city', 'alert:session_hijack'],
  },
  {
    ...{ id: 'credential_guessing', source: 'external', capability: 2, frequency: 4, on: ['app'], tags: [] },
    ...{ harms: ['confidentiality', 'integrity'], weaknesses: ['second-factor-missing', 'rate-limit-missing'] },
    ...{ base: { ease: 3, impact: 3 }, prevents: ['authentication', 'rate_limit', 'bot_defence'], protects: ['detection'] },
    signals: [
      'login:refused',
      'alert:brute_force',
      'alert:brute_force_slow',
      'alert:credential_stuffing',
      'alert:password_spray',
    ],
  },
  {
    ...{ id: 'session_hijack', source: 'external', capability: 3, frequency: 2, on: ['route'], tags: ['signed-in'] },
    ...{ harms: ['confidentiality', 'integrity'], weaknesses: ['signing-optional', 'tls-missing', 'xss'] },
    ...{
      base: { ease: 3, impact: 3 },
      prevents: ['request_signing', 'encrypted_channel', 'gateway_tls'],
      protects: ['detection'],
    },
    signals: ['alert:session_hijack', 'alert:signature_forgery', 'refused:signature_invalid'],
  },
  {
    ...{
      id: 'sql_injection',
      ...injection,
      capability: 3,
      frequency: 3,
      harms: all,
      weaknesses: ['sql', 'injection', 'inspection-off', 'schema-missing'],
    },
    ...{ prevents: ['inspection', 'schema', 'authentication'], protects: [...watching, 'field_encryption'] },
    signals: ['attack:sqli', 'attack:nosqli', 'alert:scanner'],
  },
  {
    ...{
      id: 'command_injection',
      ...injection,
      capability: 4,
      frequency: 2,
      harms: all,
      weaknesses: ['command', 'injection', 'inspection-off', 'schema-missing'],
    },
    ...{ prevents: ['inspection', 'schema', 'authentication'], protects: ['detection', 'backup_drill'] },
    signals: ['attack:rce', 'attack:ssti', 'attack:deserialisation', 'attack:php', 'attack:ssi', 'attack:prototype_pollution'],
  },
  {
    ...{ id: 'file_access', ...injection, capability: 3, frequency: 2, harms: secrecy, weaknesses: ['path', 'inspection-off'] },
    ...{
      prevents: ['inspection', 'schema', 'authentication'],
      protects: watching,
      signals: ['attack:lfi', 'attack:rfi', 'attack:xxe'],
    },
  },
  {
    ...{
      id: 'server_side_request',
      ...injection,
      capability: 3,
      frequency: 2,
      harms: secrecy,
      weaknesses: ['ssrf', 'inspection-off', 'schema-missing'],
    },
    ...{ tags: ['write'], prevents: ['inspection', 'schema', 'authentication'], protects: watching, signals: ['attack:ssrf'] },
  },
  {
    ...{ id: 'stored_script', source: 'external', capability: 3, frequency: 3, on: ['route'], tags: ['write', 'rich-text'] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['xss', 'inspection-off', 'schema-missing'],
      base: { ease: 3, impact: 3 },
    },
    ...{ prevents: ['inspection', 'rich_text', 'schema'], protects: ['detection'], signals: ['attack:xss'] },
  },
  {
    ...{ id: 'object_enumeration', source: 'external', capability: 2, frequency: 3, on: ['route'], tags: ['object'] },
    ...{ harms: secrecy, weaknesses: ['access', 'auth-missing', 'mask-missing'], base: { ease: 4, impact: 3 } },
    ...{ prevents: ['authorization', 'rate_limit'], protects: ['masking', 'detection'] },
    signals: ['alert:id_enumeration', 'alert:ownership_probing', 'refused:not_permitted'],
  },
  {
    ...{ id: 'privilege_escalation', source: 'internal', capability: 3, frequency: 2, on: ['route'], tags: ['write'] },
    ...{ harms: ['confidentiality', 'integrity'], weaknesses: ['access', 'auth-missing'], base: { ease: 3, impact: 4 } },
    ...{ prevents: ['authorization', 'second_factor'], protects: ['audit_log', 'detection'] },
    signals: ['alert:privilege_escalation', 'refused:not_permitted'],
  },
  {
    ...{ id: 'parameter_tampering', source: 'external', capability: 3, frequency: 3, on: ['route'], tags: ['write'] },
    ...{ harms: truth, weaknesses: ['schema-missing', 'validation', 'signing-optional'], base: { ease: 4, impact: 3 } },
    ...{ prevents: ['schema', 'request_signing', 'campaign_bounds'], protects: ['audit_log'] },
    signals: ['refused:schema_mismatch', 'alert:amount_tampering'],
  },
  {
    ...{ id: 'replay', source: 'external', capability: 2, frequency: 2, on: ['route'], tags: ['write'] },
    ...{ harms: truth, weaknesses: ['signing-optional'], base: { ease: 3, impact: 3 } },
    ...{
      prevents: ['request_signing', 'campaign_bounds'],
      protects: ['audit_log'],
      signals: ['refused:request_replayed', 'alert:replay'],
    },
  },
  {
    ...{ id: 'coupon_fraud', source: 'external', capability: 3, frequency: 4, on: ['route'], tags: ['campaign'] },
    ...{ harms: truth, weaknesses: ['schema-missing', 'validation', 'business-logic'], base: { ease: 5, impact: 4 } },
    ...{ prevents: ['campaign_bounds', 'schema', 'request_signing'], protects: ['detection'] },
    signals: ['alert:amount_tampering', 'guard:refused'],
  },
  {
    ...{ id: 'coupon_farming', source: 'external', capability: 3, frequency: 4, on: ['route'], tags: ['campaign'] },
    ...{ harms: ['integrity', 'availability'], weaknesses: ['rate-limit-missing'], base: { ease: 5, impact: 3 } },
    ...{ prevents: ['campaign_bounds', 'rate_limit', 'bot_defence'], protects: ['detection'] },
    signals: ['alert:coupon_farming', 'refused:bot_refused', 'refused:rate_limited'],
  },
  {
    ...{ id: 'payment_forgery', source: 'external', capability: 3, frequency: 2, on: ['route'], tags: ['payment'] },
    ...{ harms: truth, weaknesses: ['auth-missing', 'crypto'], base: { ease: 4, impact: 5 } },
    ...{ prevents: ['payment_signature'], protects: ['audit_log'], signals: ['refused:payment_signature_invalid'] },
  },
  {
    ...{ id: 'malicious_upload', source: 'external', capability: 3, frequency: 2, on: ['route'], tags: ['upload'] },
    ...{ harms: all, weaknesses: ['upload', 'inspection-off'], base: { ease: 4, impact: 4 } },
    ...{
      prevents: ['upload_checks', 'authentication'],
      protects: ['detection'],
      signals: ['refused:upload_infected', 'refused:upload_content_refused'],
    },
  },
  {
    ...{ id: 'scraping', source: 'external', capability: 2, frequency: 3, on: ['route'], tags: ['read'] },
    ...{ harms: secrecy, weaknesses: ['rate-limit-missing', 'auth-missing', 'mask-missing'], base: { ease: 4, impact: 2 } },
    ...{ prevents: ['rate_limit', 'authentication', 'bot_defence'], protects: ['masking'] },
    signals: ['refused:rate_limited', 'refused:bot_refused', 'alert:rate_spike'],
  },
  {
    ...{ id: 'eavesdropping', source: 'external', capability: 3, frequency: 2, on: ['app', 'backend'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['tls-missing', 'backend-clear', 'crypto'],
      base: { ease: 2, impact: 4 },
    },
    ...{ prevents: ['gateway_tls', 'backend_tls', 'encrypted_channel'], protects: [], signals: [] },
  },
  {
    ...{
      id: 'denial_of_service',
      source: 'external',
      capability: 3,
      frequency: 3,
      on: ['app', 'route', 'backend'],
      tags: ['system', 'public', 'backend'],
    },
    ...{ harms: ['availability'], weaknesses: ['rate-limit-missing', 'schema-missing'], base: { ease: 4, impact: 3 } },
    ...{
      prevents: ['rate_limit', 'bot_defence'],
      protects: ['detection'],
      signals: ['refused:rate_limited', 'refused:overloaded', 'alert:rate_spike'],
    },
  },
  {
    ...{ id: 'reconnaissance', source: 'external', capability: 2, frequency: 5, on: ['app'], tags: [] },
    ...{ harms: secrecy, weaknesses: ['monitor-mode', 'configuration'], base: { ease: 3, impact: 2 } },
    ...{
      prevents: ['inspection', 'authorization'],
      protects: ['detection'],
      signals: ['alert:scanner', 'refused:route_undeclared'],
    },
  },
  {
    ...{ id: 'insider_export', source: 'internal', capability: 3, frequency: 3, on: ['route'], tags: ['personal', 'export'] },
    ...{ harms: secrecy, weaknesses: ['second-factor-missing', 'mask-missing', 'access'], base: { ease: 4, impact: 3 } },
    ...{ prevents: ['second_factor', 'authorization', 'rate_limit'], protects: ['masking', 'detection', 'audit_log'] },
    signals: [
      'alert:mass_export',
      'alert:mass_read',
      'alert:export_without_permission',
      'alert:slow_exfiltration',
      'alert:off_hours',
    ],
  },
  {
    ...{ id: 'database_theft', source: 'external', capability: 4, frequency: 2, on: ['data'], tags: [] },
    ...{ harms: secrecy, weaknesses: ['field-unsealed', 'crypto', 'key-old'], base: { ease: 3, impact: 5 } },
    ...{ prevents: ['inspection'], protects: ['field_encryption', 'key_rotation'], signals: ['attack:sqli'] },
  },
  {
    ...{ id: 'unlawful_processing', source: 'internal', capability: 2, frequency: 2, on: ['data'], tags: [] },
    ...{
      harms: secrecy,
      weaknesses: ['assessment-missing', 'retention-due', 'privacy', 'mask-missing'],
      base: { ease: 3, impact: 3 },
    },
    ...{ prevents: ['authorization'], protects: ['retention', 'masking'], signals: [] },
  },
  {
    ...{ id: 'administrator_abuse', source: 'internal', capability: 4, frequency: 2, on: ['people'], tags: ['administrator'] },
    ...{ harms: all, weaknesses: ['single-operator', 'dormant-admin', 'token-broad'], base: { ease: 3, impact: 5 } },
    ...{ prevents: ['separation'], protects: ['audit_log', 'log_witness', 'detection'], signals: ['alert:privilege_escalation'] },
  },
  {
    ...{ id: 'administrator_takeover', source: 'external', capability: 4, frequency: 2, on: ['people'], tags: ['administrator'] },
    ...{ harms: all, weaknesses: ['admin-factor-missing', 'dormant-admin', 'token-broad'], base: { ease: 4, impact: 5 } },
    ...{
      prevents: ['admin_second_factor', 'separation'],
      protects: ['audit_log', 'detection'],
      signals: [],
    },
  },
  {
    ...{ id: 'leaver_access', source: 'internal', capability: 2, frequency: 3, on: ['people'], tags: ['staff'] },
    ...{ harms: secrecy, weaknesses: ['directory-stale', 'dormant-account'], base: { ease: 3, impact: 3 } },
    ...{ prevents: ['directory_sync'], protects: ['detection'], signals: ['alert:dormant_account', 'refused:account_disabled'] },
  },
  {
    ...{ id: 'phishing', source: 'external', capability: 3, frequency: 4, on: ['people'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['admin-factor-missing', 'second-factor-missing'],
      base: { ease: 4, impact: 3 },
    },
    ...{
      prevents: ['training', 'admin_second_factor'],
      protects: ['detection'],
      signals: ['alert:account_takeover', 'alert:new_device_new_city'],
    },
  },
  {
    ...{ id: 'vulnerable_dependency', source: 'supplier', capability: 3, frequency: 3, on: ['version', 'dependency'], tags: [] },
    ...{ harms: all, weaknesses: ['dependency'], base: { ease: 3, impact: 3 } },
    ...{ prevents: ['source_scan', 'inspection'], protects: ['detection'], signals: [] },
  },
  {
    ...{ id: 'malicious_release', source: 'supplier', capability: 4, frequency: 2, on: ['version', 'backend'], tags: [] },
    ...{ harms: all, weaknesses: ['release-unsigned', 'release-drift'], base: { ease: 3, impact: 5 } },
    ...{ prevents: ['release_signing', 'source_scan'], protects: ['audit_log'], signals: ['release:drift'] },
  },
  {
    ...{ id: 'flawed_code', source: 'internal', capability: 2, frequency: 3, on: ['version'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: [
        'scan-missing',
        'release-findings',
        'sql',
        'xss',
        'injection',
        'access',
        'crypto',
        'path',
        'ssrf',
        'validation',
        'command',
      ],
    },
    ...{ base: { ease: 3, impact: 3 }, prevents: ['source_scan', 'inspection'], protects: ['detection'], signals: [] },
  },
  {
    ...{ id: 'leaked_secret', source: 'internal', capability: 3, frequency: 3, on: ['key', 'version'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['secret', 'key-old', 'scan-missing'],
      base: { ease: 3, impact: 4 },
    },
    ...{ prevents: ['source_scan'], protects: ['key_rotation', 'detection'], signals: [] },
  },
  {
    ...{ id: 'key_loss', source: 'environment', capability: 1, frequency: 2, on: ['key'], tags: ['data-key'] },
    ...{ harms: ['availability'], weaknesses: ['backup-undrilled', 'backup-old', 'copy-behind'], base: { ease: 3, impact: 5 } },
    ...{ prevents: ['separation'], protects: ['backup_drill', 'backups', 'second_place'], signals: [] },
  },
  {
    ...{ id: 'third_party_leak', source: 'supplier', capability: 3, frequency: 2, on: ['third_party'], tags: [] },
    ...{ harms: secrecy, weaknesses: ['processor-unnamed', 'contract-ended'], base: { ease: 3, impact: 4 } },
    ...{ prevents: ['processors'], protects: [], signals: [] },
  },
  {
    ...{ id: 'ransomware', source: 'external', capability: 4, frequency: 2, on: ['platform', 'backend'], tags: [] },
    ...{
      harms: ['availability', 'integrity'],
      weaknesses: ['backup-undrilled', 'backup-old', 'copy-behind', 'admin-factor-missing'],
      base: { ease: 3, impact: 5 },
    },
    ...{
      prevents: ['admin_second_factor', 'inspection'],
      protects: ['backup_drill', 'backups', 'second_place', 'audit_log'],
      signals: ['attack:rce'],
    },
  },
  {
    ...{ id: 'lost_backup', source: 'environment', capability: 1, frequency: 3, on: ['platform'], tags: [] },
    ...{
      harms: ['availability'],
      weaknesses: ['backup-undrilled', 'backup-old', 'copy-behind'],
      base: { ease: 4, impact: 4 },
      prevents: ['backup_drill'],
      protects: [],
      signals: [],
    },
  },
  {
    ...{ id: 'node_failure', source: 'environment', capability: 1, frequency: 3, on: ['node', 'backend'], tags: [] },
    ...{ harms: ['availability'], weaknesses: ['single-node', 'backend-failing'], base: { ease: 3, impact: 3 } },
    ...{
      prevents: [],
      protects: ['backup_drill', 'notices'],
      signals: ['refused:backend_unreachable', 'refused:backend_timeout'],
    },
  },
  {
    ...{ id: 'log_tampering', source: 'internal', capability: 4, frequency: 1, on: ['platform'], tags: [] },
    ...{ harms: truth, weaknesses: ['log-unwitnessed', 'single-operator'], base: { ease: 3, impact: 4 } },
    ...{ prevents: ['audit_log', 'log_witness'], protects: ['separation'], signals: [] },
  },
  {
    ...{ id: 'misconfiguration', source: 'internal', capability: 2, frequency: 3, on: ['app', 'platform'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['monitor-mode', 'configuration', 'exception-wide', 'auth-missing'],
      base: { ease: 3, impact: 3 },
    },
    ...{ prevents: ['separation'], protects: ['notices', 'audit_log'], signals: [] },
  },
  {
    ...{ id: 'unseen_attack', source: 'external', capability: 3, frequency: 2, on: ['platform'], tags: [] },
    ...{
      harms: ['confidentiality', 'integrity'],
      weaknesses: ['detection-off', 'notices-undelivered', 'alerts-unjudged'],
      base: { ease: 3, impact: 4 },
    },
    ...{ prevents: ['detection'], protects: ['notices', 'audit_log'], signals: [] },
  },
] satisfies readonly Row[];

/** Threats to a company that lives by mini programs, in our own words. */
export const threats: readonly Threat[] = rows.map((row: Row) => {
  const [nameZh = '', nameEn = '', zh = '', en = ''] = threatTexts[row.id] ?? [];
  return { ...row, name: { zh: nameZh, en: nameEn }, text: { zh, en } };
});
