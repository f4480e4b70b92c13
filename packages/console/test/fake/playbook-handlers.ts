import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const runId = `pr_${'a'.repeat(22)}`;
const approvalId = `p_${'q'.repeat(16)}`;
const words = (zh: string, en: string): contract.Bilingual => ({ zh, en });
const stolen = words('登录凭据被盗', 'Stolen credential');

const run = (change: Partial<contract.PlaybookRunSummary> = {}): contract.PlaybookRunSummary => ({
  ...{ id: runId, playbook: 'stolen-credential', name: stolen, version: 1, state: 'waiting', trigger: 'alert' },
  ...{
    alert: `a_${'g'.repeat(22)}`,
    uid: 'zhang',
    started: now - 12 * minute,
    startedBy: 'playbook:stolen-credential',
    ended: null,
  },
  problem: null,
  ...change,
});

const summary = (change: Partial<contract.PlaybookSummary> = {}): contract.PlaybookSummary => ({
  ...{
    id: 'stolen-credential',
    version: 1,
    name: stolen,
    origin: 'shipped',
    mode: 'on',
    modeBy: null,
    modeAt: null,
    steps: 8,
    asks: 1,
  },
  description: words(
    '账号疑似被他人使用时，立即终止该人的全部会话并要求重新验证身份，收集证据；锁定账号由安全管理员决定。',
    'When somebody else seems to use an account, all its sessions end and a second factor is demanded at once.',
  ),
  triggers: [
    {
      ...{ kind: 'alert', severity: 'high', everySeconds: null },
      rules: [
        { rule: 'account_takeover', title: words('账号可能被他人使用', 'Somebody else may be using the account') },
        { rule: 'session_hijack', title: words('会话可能被盗用', 'A session may be in other hands') },
        { rule: 'impossible_travel', title: words('两地之间的移动快得不可能', 'Two places in less time than anybody travels') },
      ],
    },
    { kind: 'manual', rules: null, severity: null, everySeconds: null },
  ],
  ...{ runs: 3, last: run() },
  ...change,
});

const step = (
  key: string,
  name: contract.Bilingual,
  change: Partial<contract.PlaybookStepView> = {},
): contract.PlaybookStepView => ({
  ...{
    key,
    parent: null,
    branch: 0,
    kind: 'action',
    name,
    action: null,
    summary: null,
    when: null,
    condition: null,
    parameters: [],
  },
  ...{ approval: null, risk: null, retries: 2, lifted: false, mayFail: false },
  ...change,
});

const same = (text: string): contract.Bilingual => words(text, text);
const steps: readonly contract.PlaybookStepView[] = [
  step('end-sessions', words('终止全部会话', 'End all sessions'), {
    ...{ action: 'stop session', summary: words('终止会话', 'End sessions'), risk: 'high' },
    parameters: [{ name: 'person', value: same('${alert.person}') }],
  }),
  step('gather', words('取证与通知', 'Evidence and notice'), { kind: 'parallel' }),
  step('evidence', words('收集近三天的日志', 'Collect three days of the log'), {
    ...{ parent: 'gather', action: 'investigate evidence', summary: words('收集证据', 'collect evidence'), mayFail: true },
    parameters: [{ name: 'hours', value: same('72') }],
  }),
  step('tell', words('通知安全管理员', 'Tell security'), {
    ...{ parent: 'gather', branch: 1, action: 'create notice', summary: words('通知相关人员', 'tell people') },
  }),
  step('serious', words('情况严重？', 'Is it critical?'), { kind: 'if', condition: 'alert.severity == "critical"' }),
  step('block', words('封禁来源地址', 'Block the address'), {
    ...{ parent: 'serious', action: 'deny address', summary: words('封禁地址', 'Block addresses'), risk: 'medium', lifted: true },
    when: 'present(alert.address)',
  }),
  step('note', words('记录', 'Write it down'), {
    ...{
      parent: 'serious',
      branch: 1,
      action: 'update incident',
      summary: words('记入事件时间线', 'add to the timeline of an incident'),
    },
  }),
  step('lock', words('锁定账号', 'Lock the account'), {
    ...{ action: 'deny account', summary: words('锁定账号', 'Lock accounts'), risk: 'high', lifted: true },
    approval: { power: 'security', withinSeconds: 28_800, otherwise: 'skip' },
    parameters: [{ name: 'for', value: same('24h') }],
  }),
];

const filled: Readonly<Record<string, contract.PlaybookFilled>> = {
  'end-sessions': [{ name: 'person', value: same('zhang') }],
  evidence: [{ name: 'hours', value: same('72') }],
  lock: [
    { name: 'person', value: same('zhang') },
    { name: 'for', value: same('24h') },
  ],
};

type StepRecord = contract.PlaybookRunDetail['steps'][number]['record'];
const record = (change: Partial<NonNullable<StepRecord>>): StepRecord => ({
  ...{
    state: 'done',
    attempts: 1,
    started: now - 12 * minute,
    ended: now - 12 * minute + 800,
    due: now,
    outputs: [],
    problem: null,
  },
  approval: null,
  ...change,
});
const records: Readonly<Record<string, StepRecord>> = {
  'end-sessions': record({
    outputs: [
      { name: 'affected', value: 2 },
      { name: 'measure', value: 'm_1' },
    ],
  }),
  gather: record({}),
  evidence: record({ state: 'failed', attempts: 3, problem: 'parameter_missing person', ended: now - 11 * minute }),
  tell: record({ outputs: [{ name: 'notice', value: 'n_1' }] }),
  serious: record({ outputs: [{ name: 'met', value: true }] }),
  block: record({ outputs: [{ name: 'until', value: now + 50 * minute }] }),
  lock: record({ state: 'approval', attempts: 0, ended: null, due: now + 460 * minute, approval: approvalId }),
};

/** Playbooks: one that waits for somebody, one that asks each time, one that is off; a file that is broken. */
export function playbookHandlers(world: () => World): readonly FakeHandler[] {
  const empty = () => world().company.people.length === 0;
  const ok = { ok: true as const };
  return [
    bind(contract.listPlaybooks, () => ({
      playbooks: empty()
        ? []
        : [
            summary(),
            summary({
              ...{
                id: 'brute-force',
                name: words('暴力破解登录', 'Brute force'),
                mode: 'ask',
                modeBy: 'security',
                modeAt: now - 90 * minute,
              },
              ...{
                asks: 0,
                last: run({ id: `pr_${'b'.repeat(22)}`, state: 'done', started: now - 300 * minute, ended: now - 299 * minute }),
              },
              description: words(
                '封禁正在猜测密码或验证码的来源地址一小时。',
                'Blocks the address that guesses passwords for an hour.',
              ),
            }),
            summary({
              ...{
                id: 'lost-phone',
                name: words('手机丢失', 'Lost phone'),
                origin: 'own',
                mode: 'off',
                runs: 0,
                last: null,
                steps: 2,
                asks: 0,
              },
              description: words('员工报失手机时终止其会话。', 'Ends the sessions of somebody who has lost their phone.'),
              triggers: [{ kind: 'schedule', rules: null, severity: null, everySeconds: 86_400 }],
            }),
          ],
      waiting: empty()
        ? []
        : [
            {
              ...{ run: runId, playbook: 'stolen-credential', name: stolen, step: 'lock', since: now - 11 * minute },
              ...{ stepName: words('锁定账号', 'Lock the account'), approval: approvalId },
            },
          ],
      broken: empty()
        ? []
        : [
            {
              file: 'night-export.yaml',
              problems: [
                { line: 14, column: 5, field: 'steps[1].do', text: words('没有这个动作。', 'there is no such action.') },
              ],
            },
          ],
      now,
    })),
    bind(contract.getPlaybook, () => ({
      playbook: summary(),
      inputs: [{ name: 'person', type: 'person' as const, label: words('账号', 'Account'), required: true }],
      when: 'present(alert.person)',
      once: { by: '${alert.person}', withinSeconds: 3_600 },
      steps: [...steps],
      yaml: 'id: stolen-credential\nversion: 1\nsteps:\n  - id: end-sessions\n    do: stop session\n    with: { person: "${alert.person}" }\n',
      runs: [
        run(),
        run({
          id: `pr_${'c'.repeat(22)}`,
          state: 'failed',
          problem: 'evidence parameter_missing person',
          ended: now - 700 * minute,
        }),
      ],
    })),
    bind(contract.exportPlaybook, () => ({ cacao: { type: 'playbook', spec_version: 'cacao-2.0' } })),
    bind(contract.setPlaybookMode, () => ok),
    bind(contract.startPlaybook, () => ({ run: runId })),
    bind(contract.testPlaybook, () => ({
      ...{ from: now - 30 * 1_440 * minute, to: now, alerts: 214, matched: 9, unmet: 1, folded: 2, runs: 6, truncated: false },
      steps: steps.map(({ key, approval }) => ({
        ...{ key, done: 6, skipped: 0, asked: approval === null ? 0 : 6, failed: 0, problem: null },
        stops: key === 'lock' ? { requests: 48, persons: 3, honest: 0 } : null,
      })),
      examples: [
        {
          ...{ alert: `a_${'g'.repeat(22)}`, title: words('账号可能被他人使用', 'Somebody else may be using the account') },
          ...{
            at: now - 900 * minute,
            uid: 'zhang',
            address: '203.0.113.9',
            steps: ['end-sessions', 'tell', 'lock'],
            asked: ['lock'],
          },
        },
      ],
    })),
    bind(contract.getApproval, () => ({
      ...{
        id: approvalId,
        endpoint: 'continuePlaybookRun',
        summary: words('剧本步骤：请批准后继续', 'A step of a playbook: goes on when approved'),
      },
      ...{
        method: 'POST',
        path: '/api/v1/playbook-runs/{id}/continue',
        params: { id: runId },
        query: {},
        body: { step: 'lock', power: 'security', with: { person: 'zhang', for: '24h' } },
      },
      told: {
        by: words('剧本“登录凭据被盗”', 'Playbook “Stolen credential”'),
        act: words('锁定账号（人员 zhang，为期 24h）', 'Lock the account (Person zhang, For 24h)'),
        why: words('剧本在等待：批准后执行这一步。', 'The playbook waits: it does this once it is approved.'),
      },
      ...{ digest: 'a'.repeat(64), reason: 'stolen-credential', state: 'pending' as const, requestedAt: now - 11 * minute },
      ...{
        requestedBy: { id: 'playbook:stolen-credential', username: 'playbook:stolen-credential' },
        expiresAt: now + 460 * minute,
      },
      ...{
        notBefore: null,
        approvers: ['security' as const],
        decidedBy: null,
        decidedAt: null,
        note: null,
        spentAt: null,
        problem: null,
      },
      ...{ breakGlass: false, review: null, mine: false, mayDecide: true, mayReview: false, deviation: null },
    })),
    bind(contract.listPlaybookRuns, () => ({ runs: [run()] })),
    bind(contract.getPlaybookRun, () => ({
      ...{ run: run(), mode: 'on' as const, inputs: [], liftable: false, now },
      steps: steps.map((one) => ({ step: one, filled: filled[one.key] ?? null, record: records[one.key] ?? null })),
    })),
    bind(contract.abortPlaybookRun, () => ok),
    bind(contract.compensatePlaybookRun, () => ok),
    bind(contract.continuePlaybookRun, () => ok),
  ];
}
