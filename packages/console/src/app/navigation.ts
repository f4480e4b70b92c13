import type { ComponentType } from 'react';
import {
  AdministratorsIcon,
  AlertsIcon,
  AssessmentsIcon,
  AuditIcon,
  CampaignsIcon,
  ComplianceIcon,
  ConsentsIcon,
  ContainmentIcon,
  DataIcon,
  ErasureIcon,
  FieldTypesIcon,
  FindingsIcon,
  IncidentsIcon,
  InspectionIcon,
  KeysIcon,
  LimitsIcon,
  LockIcon,
  NoticesIcon,
  PeopleIcon,
  PlaybooksIcon,
  PoliciesIcon,
  PrivacyRequestsIcon,
  ProcessorsIcon,
  RecoveryIcon,
  ReleasesIcon,
  ReportsIcon,
  RisksIcon,
  SwitchesIcon,
  SystemIcon,
  TodayIcon,
  TrafficIcon,
  TrainingIcon,
} from '../ds/icon.ts';

export type PagePath =
  | '/'
  | '/traffic'
  | '/alerts'
  | '/audit'
  | '/notices'
  | '/people'
  | '/policies'
  | '/campaigns'
  | '/inspection'
  | '/field-types'
  | '/data'
  | '/incidents'
  | '/releases'
  | '/training'
  | '/findings'
  | '/risk'
  | '/compliance'
  | '/reports'
  | '/privacy/requests'
  | '/privacy/consents'
  | '/privacy/erasure'
  | '/privacy/processors'
  | '/privacy/assessments'
  | '/containment'
  | '/playbooks'
  | '/limits'
  | '/switches'
  | '/recovery'
  | '/system'
  | '/keys'
  | '/tokens'
  | '/administrators';

type PageName =
  | 'today'
  | 'traffic'
  | 'alerts'
  | 'audit'
  | 'notices'
  | 'people'
  | 'policies'
  | 'campaigns'
  | 'inspection'
  | 'fieldTypes'
  | 'data'
  | 'incidents'
  | 'releases'
  | 'training'
  | 'findings'
  | 'risks'
  | 'compliance'
  | 'reports'
  | 'privacyRequests'
  | 'consents'
  | 'erasure'
  | 'processors'
  | 'assessments'
  | 'containment'
  | 'playbooks'
  | 'limits'
  | 'switches'
  | 'recovery'
  | 'system'
  | 'keys'
  | 'tokens'
  | 'administrators';

export interface PageEntry {
  readonly to: PagePath;
  readonly title: `${PageName}.title`;
  readonly question: `${PageName}.question`;
  readonly icon: ComponentType;
  /** Other addresses that belong to the page. */
  readonly also?: readonly string[];
}

export interface VerbGroup {
  readonly verb: 'verb.see' | 'verb.decide' | 'verb.act' | 'verb.prove' | 'verb.protect' | null;
  readonly pages: readonly PageEntry[];
}

/** The verbs under which every page stands; what belongs to none stands at the bottom. */
export const verbGroups: readonly VerbGroup[] = [
  {
    verb: 'verb.see',
    pages: [
      { to: '/', title: 'today.title', question: 'today.question', icon: TodayIcon },
      { to: '/alerts', title: 'alerts.title', question: 'alerts.question', icon: AlertsIcon },
      { to: '/traffic', title: 'traffic.title', question: 'traffic.question', icon: TrafficIcon },
      { to: '/audit', title: 'audit.title', question: 'audit.question', icon: AuditIcon },
      { to: '/notices', title: 'notices.title', question: 'notices.question', icon: NoticesIcon },
    ],
  },
  {
    verb: 'verb.decide',
    pages: [
      { to: '/people', title: 'people.title', question: 'people.question', icon: PeopleIcon, also: ['/sessions', '/sources'] },
      { to: '/policies', title: 'policies.title', question: 'policies.question', icon: PoliciesIcon },
      { to: '/campaigns', title: 'campaigns.title', question: 'campaigns.question', icon: CampaignsIcon },
      { to: '/inspection', title: 'inspection.title', question: 'inspection.question', icon: InspectionIcon },
      {
        to: '/field-types',
        title: 'fieldTypes.title',
        question: 'fieldTypes.question',
        icon: FieldTypesIcon,
        also: ['/uploads', '/rich-text'],
      },
      { to: '/data', title: 'data.title', question: 'data.question', icon: DataIcon },
      { to: '/releases', title: 'releases.title', question: 'releases.question', icon: ReleasesIcon },
    ],
  },
  {
    verb: 'verb.act',
    pages: [
      { to: '/incidents', title: 'incidents.title', question: 'incidents.question', icon: IncidentsIcon },
      { to: '/containment', title: 'containment.title', question: 'containment.question', icon: ContainmentIcon },
      { to: '/playbooks', title: 'playbooks.title', question: 'playbooks.question', icon: PlaybooksIcon },
      { to: '/limits', title: 'limits.title', question: 'limits.question', icon: LimitsIcon, also: ['/lists'] },
      { to: '/switches', title: 'switches.title', question: 'switches.question', icon: SwitchesIcon },
      { to: '/recovery', title: 'recovery.title', question: 'recovery.question', icon: RecoveryIcon },
    ],
  },
  {
    verb: 'verb.prove',
    pages: [
      {
        to: '/findings',
        title: 'findings.title',
        question: 'findings.question',
        icon: FindingsIcon,
        also: ['/scans', '/scans/comparison'],
      },
      { to: '/risk', title: 'risks.title', question: 'risks.question', icon: RisksIcon },
      { to: '/compliance', title: 'compliance.title', question: 'compliance.question', icon: ComplianceIcon },
      { to: '/reports', title: 'reports.title', question: 'reports.question', icon: ReportsIcon },
      {
        to: '/training',
        title: 'training.title',
        question: 'training.question',
        icon: TrainingIcon,
        also: ['/contests', '/drills', '/bulletins'],
      },
    ],
  },
  {
    verb: 'verb.protect',
    pages: [
      {
        to: '/privacy/requests',
        title: 'privacyRequests.title',
        question: 'privacyRequests.question',
        icon: PrivacyRequestsIcon,
      },
      { to: '/privacy/consents', title: 'consents.title', question: 'consents.question', icon: ConsentsIcon },
      { to: '/privacy/erasure', title: 'erasure.title', question: 'erasure.question', icon: ErasureIcon },
      { to: '/privacy/processors', title: 'processors.title', question: 'processors.question', icon: ProcessorsIcon },
      { to: '/privacy/assessments', title: 'assessments.title', question: 'assessments.question', icon: AssessmentsIcon },
    ],
  },
  {
    verb: null,
    pages: [
      { to: '/system', title: 'system.title', question: 'system.question', icon: SystemIcon },
      { to: '/keys', title: 'keys.title', question: 'keys.question', icon: LockIcon },
      { to: '/tokens', title: 'tokens.title', question: 'tokens.question', icon: KeysIcon },
      {
        to: '/administrators',
        title: 'administrators.title',
        question: 'administrators.question',
        icon: AdministratorsIcon,
        also: ['/approvals'],
      },
    ],
  },
];

/** Pages that stand in no list: the palette knows them too. */
export const pagesApart = [
  { to: '/scans', title: 'scans.title', question: 'scans.question' },
  { to: '/lists', title: 'lists.title', question: 'lists.question' },
  { to: '/uploads', title: 'uploads.title', question: 'uploads.question' },
  { to: '/rich-text', title: 'richText.title', question: 'richText.question' },
  { to: '/sources', title: 'sources.title', question: 'sources.question' },
  { to: '/approvals', title: 'approvals.title', question: 'approvals.question' },
  { to: '/account', title: 'account.title', question: 'account.question' },
] as const;

/** Whether an address belongs to a page: the page itself, or what lies beneath it. */
export function isCurrent(page: PageEntry, path: string): boolean {
  if (page.to === '/') return path === '/';
  return path === page.to || path.startsWith(`${page.to}/`) || page.also?.includes(path) === true;
}
