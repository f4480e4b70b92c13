import type { ConfigInput } from '@menshen/contract';
import { demoAccounts } from '../credentials.ts';

export type AppInput = NonNullable<ConfigInput['apps']>[number];
type ResourceInput = NonNullable<NonNullable<AppInput['routes']>[number]['resource']>;

/** The person whose uid the path names, with their departments. */
const personInPath: ResourceInput = { type: 'Menshen::User', id: 'path.uid', from: 'directory' };

/** A JSON object with exactly these properties. */
const object = (properties: Record<string, unknown>, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const text = (maxLength: number, minLength = 1) => ({ type: 'string', minLength, maxLength });
const date = { type: 'string', pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]$' };

/** What the backend's records hold and no page shows: masked for everybody. Who has just passed a second factor may see their own bank card. */
const cards: NonNullable<NonNullable<AppInput['routes']>[number]['mask']> = [
  { field: 'idNumber', as: 'identity_card' },
  { field: 'bankCard', as: 'bank_card', reveal: { action: 'portal.bankcard.reveal' } },
];

/** The employee portal: for employees only, through WeChat and WeCom. */
export function portalApp(emulatorUrl: string, backendUrl: string): AppInput {
  return {
    id: 'portal',
    name: { zh: '员工门户', en: 'Employee portal' },
    basePath: '/portal',
    audience: ['employee'],
    wechat: { appid: demoAccounts.appid, secret: demoAccounts.appSecret, apiBase: emulatorUrl, push: demoAccounts.push },
    wecom: {
      corpid: demoAccounts.corpid,
      agentid: demoAccounts.agentid,
      secret: demoAccounts.agentSecret,
      contactsSecret: demoAccounts.contactsSecret,
      callback: demoAccounts.callback,
      apiBase: emulatorUrl,
    },
    upstream: { url: backendUrl, timeoutMs: 5_000 },
    session: { idleSeconds: 1_800, absoluteSeconds: 43_200, perPerson: 3 },
    binding: ['phone', 'company_code'],
    routes: [
      {
        match: 'GET /api/me',
        action: 'portal.me.read',
        resource: { type: 'Menshen::User', id: 'principal', from: 'directory' },
        mask: cards,
      },
      {
        match: 'GET /api/employees',
        action: 'portal.employee.list',
        resource: { type: 'Menshen::Department', id: 'query.dept', from: 'directory' },
        limit: { per: 'person', requests: 30, windowSeconds: 60 },
      },
      {
        match: 'GET /api/employees/:uid',
        action: 'portal.employee.read',
        resource: personInPath,
        mask: cards,
        limit: { per: 'person', requests: 60, windowSeconds: 60 },
      },
      {
        match: 'PUT /api/employees/:uid',
        action: 'portal.employee.update',
        resource: personInPath,
        schema: {
          ...object({ phone: { type: 'string', pattern: '^1[0-9]{10}$' }, address: text(100), bio: text(500, 0) }, []),
          minProperties: 1,
        },
        mask: cards,
        body: { maxBytes: 8_192 },
        limit: { per: 'person', requests: 10, windowSeconds: 60 },
      },
      {
        match: 'PUT /api/employees/:uid/bank-card',
        auth: { mfa: { maxAgeSeconds: 300 } },
        action: 'portal.bankcard.update',
        resource: personInPath,
        schema: object({ bankCard: { type: 'string', pattern: '^[0-9]{16,19}$' } }, ['bankCard']),
        mask: cards,
        body: { maxBytes: 1_024 },
        limit: { per: 'person', requests: 3, windowSeconds: 3_600 },
      },
      {
        match: 'GET /api/employees/:uid/payslips',
        action: 'portal.payslip.read',
        resource: personInPath,
        limit: { per: 'person', requests: 30, windowSeconds: 60 },
      },
      {
        match: 'GET /api/employees/:uid/leave',
        action: 'portal.leave.read',
        resource: personInPath,
      },
      {
        match: 'POST /api/employees/:uid/leave/:id/decision',
        action: 'portal.leave.decide',
        resource: personInPath,
        schema: object({ approve: { type: 'boolean' } }, ['approve']),
        body: { maxBytes: 1_024 },
      },
      {
        match: 'POST /api/leave',
        action: 'portal.leave.create',
        schema: object({ kind: { enum: ['annual', 'sick', 'personal'] }, from: date, to: date, reason: text(500, 0) }, [
          'kind',
          'from',
          'to',
          'reason',
        ]),
        body: { maxBytes: 8_192 },
        limit: { per: 'person', requests: 10, windowSeconds: 3_600 },
      },
      {
        // Receipts and doctor's notes: read from end to end whatever they are called, and a photo loses where it was taken.
        match: 'POST /api/attachments',
        action: 'portal.attachment.create',
        uploads: { types: ['png', 'jpeg', 'pdf'], maxFiles: 1, maxBytes: 5_000_000, stripMetadata: true },
        body: { types: ['multipart'], maxBytes: 6_000_000 },
        limit: { per: 'person', requests: 20, windowSeconds: 3_600 },
      },
      { match: 'GET /api/announcements', action: 'portal.announcement.read' },
      {
        match: 'GET /api/announcements/:id',
        action: 'portal.announcement.read',
        // What was stored before the gateway came is cleaned when it is read.
        richText: [{ field: 'html', clean: 'out' }],
      },
      {
        match: 'POST /api/announcements',
        action: 'portal.announcement.publish',
        schema: object({ title: text(100), html: text(20_000) }, ['title', 'html']),
        richText: [{ field: 'html', clean: 'both' }],
        body: { maxBytes: 65_536 },
        limit: { per: 'person', requests: 10, windowSeconds: 3_600 },
      },
    ],
  };
}
