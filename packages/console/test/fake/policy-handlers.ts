import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

/** Policies as written, tried out, published and asked about. */
export function policyHandlers(world: () => World): readonly FakeHandler[] {
  const uids = (from: number, to: number): string[] =>
    world()
      .company.people.slice(from, to)
      .map(({ uid }) => uid);
  const busy = (): boolean => world().company.people.length > 0;
  return [
    bind(contract.listPolicies, () => ({
      files: busy() ? [{ name: 'portal.cedar', text: policyText }] : [],
      policies: busy()
        ? [
            {
              id: 'portal-own-record-read',
              effect: 'permit' as const,
              file: 'portal.cedar',
              line: 2,
              annotations: { id: 'portal-own-record-read' },
            },
            {
              id: 'colleague-masked',
              effect: 'permit' as const,
              file: 'portal.cedar',
              line: 10,
              annotations: { id: 'colleague-masked', mask: 'phone, bank.card' },
            },
            {
              id: 'forbid-profile-of-others',
              effect: 'forbid' as const,
              file: 'portal.cedar',
              line: 19,
              annotations: { id: 'forbid-profile-of-others' },
            },
          ]
        : [],
      schema: { text: 'namespace Menshen {\n  entity User in [Department, Role];\n}\n', generated: true },
      version: 'v1',
      warnings: busy()
        ? [
            {
              file: 'portal.cedar',
              line: 19,
              column: 1,
              zh: '策略提示：此策略永远不会命中。',
              en: 'Policy warning: this policy can never match.',
            },
          ]
        : [],
      questions: 412,
    })),
    bind(contract.checkPolicies, ({ body }) => {
      const broken = body.files.some(({ text }) => text.includes('permitt'));
      return {
        ok: !broken,
        problems: broken
          ? [{ file: 'portal.cedar', line: 2, column: 1, zh: '应为 permit 或 forbid。', en: 'Expected permit or forbid.' }]
          : [],
        warnings: [],
        policies: broken
          ? []
          : [{ id: 'portal-own-record-read', effect: 'permit' as const, file: 'portal.cedar', line: 2, annotations: {} }],
      };
    }),
    bind(contract.tryPolicies, () => ({
      ok: true,
      problems: [],
      report: {
        questions: 412,
        allowedBefore: 390,
        allowedAfter: 371,
        allowedToRefused: 19,
        refusedToAllowed: 0,
        groups: [
          {
            change: 'allowed_to_refused' as const,
            cause: 'forbid_added',
            policy: 'office-hours',
            count: 19,
            examples: uids(0, 2).map((id) => ({
              principal: { type: 'Menshen::User', id },
              action: { type: 'Menshen::Action', id: 'payroll.export' },
              resource: { type: 'Menshen::App', id: 'portal' },
              reference: null,
            })),
          },
        ],
      },
    })),
    bind(contract.publishPolicies, ({ approval }) => {
      if (approval === undefined) throw new contract.MenshenError('approval_required');
      return { version: 'v2', at: now };
    }),
    bind(contract.explainDecision, ({ body }) => ({
      allow: false,
      question: {
        principal: { type: 'Menshen::User', id: 'uid' in body ? body.uid : 'zhou.004' },
        action: { type: 'Menshen::Action', id: 'profile.update' },
        resource: { type: 'Menshen::User', id: 'wang.002' },
        context: { app: 'portal', assurance: 1 },
      },
      determining: ['forbid-profile-of-others'],
      errors: [],
      policies: [
        {
          id: 'portal-own-record-update',
          effect: 'permit' as const,
          matched: false,
          determining: false,
          reason: { code: 'when_false' as const, text: 'principal == resource', message: null },
        },
        {
          id: 'forbid-profile-of-others',
          effect: 'forbid' as const,
          matched: true,
          determining: true,
          reason: { code: 'matched' as const, text: null, message: null },
        },
      ],
      otherActions: 7,
    })),
    bind(contract.getPolicyChange, () => ({
      current: true,
      loads: true,
      policies: {
        added: [
          {
            id: 'office-hours',
            effect: 'forbid' as const,
            file: 'hours.cedar',
            before: null,
            after: hoursText.trimEnd(),
          },
        ],
        removed: [],
        changed: [
          {
            id: 'colleague-masked',
            effect: 'permit' as const,
            file: 'portal.cedar',
            before: maskedText('phone, bank.card'),
            after: maskedText('phone, bank.card, email'),
          },
        ],
        same: 2,
      },
      files: [
        { name: 'hours.cedar', before: null, after: hoursText },
        { name: 'portal.cedar', before: policyText, after: policyText.replace('bank.card"', 'bank.card, email"') },
      ],
    })),
  ];
}

const hoursText = `@id("office-hours")
forbid (principal, action == Menshen::Action::"payroll.export", resource)
unless { context.weekday <= 5 && context.minuteOfDay >= 540 && context.minuteOfDay < 1080 };
`;

const maskedText = (fields: string): string => `@id("colleague-masked")
@mask("${fields}")
permit (
  principal is Menshen::User,
  action == Menshen::Action::"portal.employee.read",
  resource is Menshen::User
)
when { principal.kind == "employee" };`;

/** What is in force, with one policy that the engine warns of. */
export const policyText = `// Employees read their own record.
@id("portal-own-record-read")
permit (
  principal is Menshen::User,
  action == Menshen::Action::"portal.employee.read",
  resource is Menshen::User
)
when { principal == resource };

@id("colleague-masked")
@mask("phone, bank.card")
permit (
  principal is Menshen::User,
  action == Menshen::Action::"portal.employee.read",
  resource is Menshen::User
)
when { principal.kind == "employee" };

@id("forbid-profile-of-others")
forbid (principal, action == Menshen::Action::"profile.update", resource)
unless { principal == resource };
`;
