import {
  adminSession,
  complianceFramework,
  complianceState,
  complianceSubject,
  findingSeverities,
  findingStates,
  grantState,
  incidentSeverity,
  listKind,
  listName,
  measureKindIds,
  outcome,
} from '@menshen/contract';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import * as z from 'zod';
import { ApiError } from '../api/api-error.ts';
import { queryClient, sessionQuery, whenSessionLost } from '../api/client.ts';
import { riskTabs } from '../pages/risk/tabs.ts';
import { ErrorPage, MissingPage } from './fallbacks.tsx';
import { isSignInPath } from './safe-target.ts';
import { lenient, scopeSearch } from './scope.ts';
import { Shell } from './shell.tsx';
import { parseSearch, stringifySearch } from './url-search.ts';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Which of the choices at the top concern the page. */
    readonly scope?: { readonly app?: true; readonly range?: true };
  }
  interface Register {
    router: typeof router;
  }
}

const text = (max: number) => lenient(z.string().min(1).max(max));

const rootRoute = createRootRoute({
  validateSearch: z.object({ lang: lenient(z.enum(['zh', 'en'])) }),
  search: { middlewares: [retainSearchParams(['lang'])] },
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: z.object({ next: text(2_000) }),
  component: lazyRouteComponent(() => import('../pages/sign-in/login-page.tsx'), 'LoginPage'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/sign-in/setup-page.tsx'), 'SetupPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../pages/sign-in/invitation-page.tsx'), 'InvitationPage'),
});

/** Where WeCom and identity providers lead back to. */
const externalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login/$provider',
  validateSearch: z.object({ code: text(2_000), state: text(200), iss: text(500) }),
  component: lazyRouteComponent(() => import('../pages/sign-in/external-page.tsx'), 'ExternalPage'),
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  validateSearch: scopeSearch,
  search: { middlewares: [retainSearchParams(['app', 'range', 'from', 'to'])] },
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'admin_session_missing') {
        throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
      }
      throw error;
    }
  },
});

const todayRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  staticData: { scope: { app: true } },
  component: lazyRouteComponent(() => import('../pages/today/today-page.tsx'), 'TodayPage'),
});

const trafficRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/traffic',
  staticData: { scope: { app: true, range: true } },
  validateSearch: z.object({
    outcome: lenient(outcome),
    code: text(64),
    uid: text(128),
    address: text(64),
    route: text(300),
    q: text(100),
  }),
  component: lazyRouteComponent(() => import('../pages/traffic/traffic-page.tsx'), 'TrafficPage'),
});

const requestRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/traffic/$requestId',
  component: lazyRouteComponent(() => import('../pages/request/request-page.tsx'), 'RequestPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  staticData: { scope: { range: true } },
  validateSearch: z.object({
    kind: lenient(z.enum(['requests', 'security'])),
    uid: text(128),
    address: text(64),
    object: text(200),
    objectType: text(200),
    code: text(64),
    q: text(100),
  }),
  component: lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
});

const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit/$index',
  component: lazyRouteComponent(() => import('../pages/audit-entry/entry-page.tsx'), 'EntryPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: z.object({
    department: text(64),
    q: text(64),
    kind: lenient(z.enum(['employee', 'partner', 'customer'])),
    online: lenient(z.enum(['true', 'false'])),
  }),
  component: lazyRouteComponent(() => import('../pages/people/people-page.tsx'), 'PeoplePage'),
});

const sessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions',
  staticData: { scope: { app: true } },
  validateSearch: z.object({ uid: text(128) }),
  component: lazyRouteComponent(() => import('../pages/sessions/sessions-page.tsx'), 'SessionsPage'),
});

const limitsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/limits',
  staticData: { scope: { app: true } },
  component: lazyRouteComponent(() => import('../pages/limits/limits-page.tsx'), 'LimitsPage'),
});

const listsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/lists',
  validateSearch: z.object({ list: lenient(listName), kind: lenient(listKind), q: text(100) }),
  component: lazyRouteComponent(() => import('../pages/lists/lists-page.tsx'), 'ListsPage'),
});

const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$uid',
  component: lazyRouteComponent(() => import('../pages/person/person-page.tsx'), 'PersonPage'),
});

const switchesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/switches',
  component: lazyRouteComponent(() => import('../pages/switches/switches-page.tsx'), 'SwitchesPage'),
});

const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/system',
  staticData: { scope: { app: true } },
  component: lazyRouteComponent(() => import('../pages/system/system-page.tsx'), 'SystemPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sources',
  component: lazyRouteComponent(() => import('../pages/sources/sources-page.tsx'), 'SourcesPage'),
});

const policiesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/policies',
  /** A request of the last day to explain, or a policy to stand at. */
  validateSearch: z.object({ request: text(40), policy: text(200) }),
  component: lazyRouteComponent(() => import('../pages/policies/policies-page.tsx'), 'PoliciesPage'),
});

const campaignsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/campaigns',
  staticData: { scope: { app: true } },
  component: lazyRouteComponent(() => import('../pages/campaigns/campaigns-page.tsx'), 'CampaignsPage'),
});

const campaignRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/campaigns/$app/$campaign',
  /** What of the ledger is shown. */
  validateSearch: z.object({ q: text(128), state: lenient(grantState), uncertain: lenient(z.literal('1')) }),
  component: lazyRouteComponent(() => import('../pages/campaign/campaign-page.tsx'), 'CampaignPage'),
});

const inspectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inspection',
  staticData: { scope: { app: true, range: true } },
  /** Shows exceptions that have ended too. */
  validateSearch: z.object({ ended: lenient(z.enum(['true'])) }),
  component: lazyRouteComponent(() => import('../pages/inspection/inspection-page.tsx'), 'InspectionPage'),
});

const fieldTypesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/field-types',
  component: lazyRouteComponent(() => import('../pages/field-types/field-types-page.tsx'), 'FieldTypesPage'),
});

const fieldTypesOfRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/field-types/route',
  /** The app and the route as its `match` is written. */
  validateSearch: z.object({ of: text(40), match: text(520) }),
  component: lazyRouteComponent(() => import('../pages/field-types/route-page.tsx'), 'FieldTypesRoutePage'),
});

const uploadsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/uploads',
  component: lazyRouteComponent(() => import('../pages/uploads/uploads-page.tsx'), 'UploadsPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/incidents',
  validateSearch: z.object({ view: lenient(z.enum(['open', 'all', 'figures', 'duties'])), severity: lenient(incidentSeverity) }),
  component: lazyRouteComponent(() => import('../pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/incidents/$id',
  validateSearch: z.object({
    tab: lenient(z.enum(['timeline', 'judgement', 'evidence', 'recovery', 'reports', 'postmortem'])),
  }),
  component: lazyRouteComponent(() => import('../pages/incidents/incident-page.tsx'), 'IncidentPage'),
});

const releasesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases',
  component: lazyRouteComponent(() => import('../pages/releases/releases-page.tsx'), 'ReleasesPage'),
});

const recoveryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/recovery',
  component: lazyRouteComponent(() => import('../pages/recovery/recovery-page.tsx'), 'RecoveryPage'),
});

const containmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/containment',
  validateSearch: z.object({
    kind: lenient(z.enum(measureKindIds)),
    person: text(128),
    address: text(64),
    incident: text(40),
  }),
  component: lazyRouteComponent(() => import('../pages/containment/containment-page.tsx'), 'ContainmentPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});

const alertRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('../pages/alerts/alert-page.tsx'), 'AlertPage'),
});

const findingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/findings',
  staticData: { scope: { app: true } },
  validateSearch: z.object({
    show: lenient(z.enum(['active', 'overdue', ...findingStates, 'suppressed', 'all'])),
    severity: lenient(z.enum(findingSeverities)),
    project: text(40),
    rule: text(120),
    owner: text(60),
    cwe: lenient(z.string().regex(/^\d{1,5}$/)),
    q: text(100),
  }),
  component: lazyRouteComponent(() => import('../pages/findings/findings-page.tsx'), 'FindingsPage'),
});

const findingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/findings/$id',
  component: lazyRouteComponent(() => import('../pages/findings/finding-page.tsx'), 'FindingPage'),
});

const scansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/scans',
  staticData: { scope: { app: true } },
  component: lazyRouteComponent(() => import('../pages/scans/scans-page.tsx'), 'ScansPage'),
});

const comparisonRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/scans/comparison',
  validateSearch: z.object({ before: text(40), after: text(40) }),
  component: lazyRouteComponent(() => import('../pages/scans/comparison-page.tsx'), 'ComparisonPage'),
});

const grade = z.coerce.number().int().min(1).max(5);
const riskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/risk',
  validateSearch: z.object({
    tab: lenient(z.enum(riskTabs)),
    business: text(64),
    asset: text(700),
    threat: text(60),
    level: lenient(grade),
    likelihood: lenient(grade),
    loss: lenient(grade),
    q: text(100),
  }),
  component: lazyRouteComponent(() => import('../pages/risk/risk-page.tsx'), 'RiskPage'),
});

const riskDetailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/risk/$id',
  component: lazyRouteComponent(() => import('../pages/risk/risk-detail-page.tsx'), 'RiskDetailPage'),
});

const playbooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/playbooks',
  component: lazyRouteComponent(() => import('../pages/playbooks/playbooks-page.tsx'), 'PlaybooksPage'),
});

const playbookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/playbooks/$id',
  component: lazyRouteComponent(() => import('../pages/playbooks/playbook-page.tsx'), 'PlaybookPage'),
});

const playbookRunRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/playbooks/runs/$id',
  component: lazyRouteComponent(() => import('../pages/playbooks/run-page.tsx'), 'RunPage'),
});

const complianceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compliance',
  validateSearch: z.object({
    framework: lenient(complianceFramework),
    subject: lenient(complianceSubject),
    state: lenient(complianceState),
    view: lenient(z.enum(['mapping'])),
  }),
  component: lazyRouteComponent(() => import('../pages/compliance/compliance-page.tsx'), 'CompliancePage'),
});

const complianceItemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compliance/$id',
  validateSearch: z.object({ subject: lenient(complianceSubject) }),
  component: lazyRouteComponent(() => import('../pages/compliance/item-page.tsx'), 'ComplianceItemPage'),
});

const reportsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/reports',
  component: lazyRouteComponent(() => import('../pages/reports/reports-page.tsx'), 'ReportsPage'),
});

const noticesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notices',
  component: lazyRouteComponent(() => import('../pages/notices/notices-page.tsx'), 'NoticesPage'),
});

const trainingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/training',
  component: lazyRouteComponent(() => import('../pages/training/training-page.tsx'), 'TrainingPage'),
});

const contestsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contests',
  component: lazyRouteComponent(() => import('../pages/contests/contests-page.tsx'), 'ContestsPage'),
});

const contestRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contests/$id',
  component: lazyRouteComponent(() => import('../pages/contests/contest-page.tsx'), 'ContestPage'),
});

const drillsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/drills',
  component: lazyRouteComponent(() => import('../pages/drills/drills-page.tsx'), 'DrillsPage'),
});

const bulletinsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/bulletins',
  component: lazyRouteComponent(() => import('../pages/bulletins/bulletins-page.tsx'), 'BulletinsPage'),
});

const bulletinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/bulletins/$id',
  component: lazyRouteComponent(() => import('../pages/bulletins/bulletin-page.tsx'), 'BulletinPage'),
});

const newCourseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/training/new',
  component: lazyRouteComponent(() => import('../pages/training/new-course-page.tsx'), 'NewCoursePage'),
});

const trainingCourseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/training/$id',
  component: lazyRouteComponent(() => import('../pages/training/course-page.tsx'), 'TrainingCoursePage'),
});

const richTextRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rich-text',
  component: lazyRouteComponent(() => import('../pages/rich-text/rich-text-page.tsx'), 'RichTextPage'),
});

const dataRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data',
  component: lazyRouteComponent(() => import('../pages/data/data-page.tsx'), 'DataPage'),
});

const dataFieldRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/field',
  /** The app, the route as its `match` is written, and the field. */
  validateSearch: z.object({ of: text(40), match: text(520), field: text(400) }),
  component: lazyRouteComponent(() => import('../pages/data/field-page.tsx'), 'DataFieldPage'),
});

const privacyRequestsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/requests',
  /** Shows requests that are closed too. */
  validateSearch: z.object({ closed: lenient(z.enum(['true'])) }),
  component: lazyRouteComponent(() => import('../pages/privacy/requests-page.tsx'), 'PrivacyRequestsPage'),
});

const privacyRequestRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/requests/$id',
  component: lazyRouteComponent(() => import('../pages/privacy/request-page.tsx'), 'PrivacyRequestPage'),
});

const consentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/consents',
  component: lazyRouteComponent(() => import('../pages/privacy/consents-page.tsx'), 'ConsentsPage'),
});

const personPrivacyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/people/$uid',
  component: lazyRouteComponent(() => import('../pages/privacy/person-page.tsx'), 'PersonPrivacyPage'),
});

const erasureRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/erasure',
  component: lazyRouteComponent(() => import('../pages/privacy/erasure-page.tsx'), 'ErasurePage'),
});

const processorsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/processors',
  component: lazyRouteComponent(() => import('../pages/privacy/processors-page.tsx'), 'ProcessorsPage'),
});

const assessmentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy/assessments',
  component: lazyRouteComponent(() => import('../pages/privacy/assessments-page.tsx'), 'AssessmentsPage'),
});

const administratorsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/administrators',
  component: lazyRouteComponent(() => import('../pages/administrators/administrators-page.tsx'), 'AdministratorsPage'),
});

const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('../pages/keys/keys-page.tsx'), 'KeysPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../pages/tokens/tokens-page.tsx'), 'TokensPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/account/account-page.tsx'), 'AccountPage'),
});

/** Whatever leads nowhere, with the navigation around it to go on from. */
const missingRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: MissingPage });

const routeTree = rootRoute.addChildren([
  loginRoute,
  setupRoute,
  invitationRoute,
  externalRoute,
  shellRoute.addChildren([
    todayRoute,
    trafficRoute,
    requestRoute,
    auditRoute,
    entryRoute,
    peopleRoute,
    personRoute,
    sessionsRoute,
    limitsRoute,
    listsRoute,
    switchesRoute,
    systemRoute,
    sourcesRoute,
    policiesRoute,
    campaignsRoute,
    campaignRoute,
    inspectionRoute,
    fieldTypesRoute,
    fieldTypesOfRoute,
    alertsRoute,
    alertRoute,
    findingsRoute,
    findingRoute,
    scansRoute,
    comparisonRoute,
    riskRoute,
    riskDetailRoute,
    complianceRoute,
    complianceItemRoute,
    reportsRoute,
    playbooksRoute,
    playbookRoute,
    playbookRunRoute,
    noticesRoute,
    incidentsRoute,
    incidentRoute,
    releasesRoute,
    recoveryRoute,
    trainingRoute,
    contestsRoute,
    contestRoute,
    drillsRoute,
    bulletinsRoute,
    bulletinRoute,
    newCourseRoute,
    trainingCourseRoute,
    containmentRoute,
    uploadsRoute,
    richTextRoute,
    dataRoute,
    dataFieldRoute,
    privacyRequestsRoute,
    privacyRequestRoute,
    consentsRoute,
    personPrivacyRoute,
    erasureRoute,
    processorsRoute,
    assessmentsRoute,
    administratorsRoute,
    approvalsRoute,
    keysRoute,
    tokensRoute,
    accountRoute,
    missingRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

whenSessionLost(() => {
  const { pathname, href } = router.state.location;
  queryClient.removeQueries({ queryKey: [adminSession.id] });
  if (isSignInPath(pathname)) return;
  void router.navigate({ to: '/login', search: { next: href } });
});
