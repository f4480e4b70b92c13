import { fakeContest } from '../fake/contest-handlers.ts';
import { invitationToken } from '../fake/identity.ts';
import { busyWorld, emptyWorld, separatedWorld, setupToken, type World } from '../fake/world.ts';
import { compliancePlaces } from './compliance-places.ts';
import { incidentPlaces } from './incident-places.ts';
import { riskPlaces } from './risk-places.ts';

/** An address of the console in a scene, and words that it must show. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  /** Also looked at on the screen of a phone. */
  readonly narrow: boolean;
  world(): World;
}

type Words = readonly [path: string, zh: string, en: string];

const world = busyWorld();
const refused = world.entries.find((entry) => entry.traffic?.code === 'not_permitted')?.traffic?.requestId ?? '';
const misfit = world.entries.find((entry) => entry.traffic?.code === 'schema_mismatch')?.traffic?.requestId ?? '';
const attacked = world.entries.find((entry) => entry.traffic?.code === 'request_blocked')?.traffic?.requestId ?? '';
const failed = world.entries.find((entry) => entry.traffic?.outcome === 'failed')?.traffic?.requestId ?? '';
const signedIn = world.company.sessions[0]?.uid ?? '';

const place = (name: string, [path, zh, en]: Words, rest: Partial<Place> = {}): Place => ({
  name,
  path,
  zh,
  en,
  narrow: false,
  world: busyWorld,
  ...rest,
});
const narrow = { narrow: true };

const separated = { world: separatedWorld };

const bypassed = (): World => ({
  ...busyWorld(),
  mode: { ...world.mode, mode: 'bypass', source: 'console', since: 1_700_000_000_000, by: 'admin', reason: 'test' },
});

/** Every page on an ordinary day, and each state of it that looks otherwise. */
export const places: readonly Place[] = [
  place('today', ['/', '今天有什么需要我处理？', 'What needs me today?'], narrow),
  place('traffic', ['/traffic', '谁在访问，哪些被拒，为什么？', 'Who calls, what is refused, and why?']),
  place('traffic filtered', ['/traffic?outcome=refused&code=rate_limited&range=7d', '清除全部筛选', 'Clear all filters']),
  place('traffic of a span', ['/traffic?from=2026-11-24T08:00&to=2026-11-24T12:00', '自定义', 'Custom'], narrow),
  place('refused request', [`/traffic/${refused}`, '由「授权」阶段决定。', 'Decided at the stage "Authorize".'], narrow),
  place('misfit request', [`/traffic/${misfit}`, '为什么被拒绝，怎么办', 'Why, and what to do'], narrow),
  place('failed request', [`/traffic/${failed}`, '业务服务响应超时', 'The backend did not answer in time']),
  place('audit', ['/audit', '由服务器验证整个日志', 'Have the server verify the whole log'], narrow),
  place('audit entry', ['/audit/600', '已证明', 'Proved'], narrow),
  place('security event', ['/audit/30', '登录与退出', 'Sign-in or sign-out']),
  place('releases', ['/releases', 'src/campaign/amount.js', 'src/campaign/amount.js'], narrow),
  place('releases of a quiet day', ['/releases', '没有主机在监视', 'No host is watched'], { world: emptyWorld }),
  place('recovery', ['/recovery', '全部丢失时怎么恢复', 'When everything is lost'], narrow),
  place('recovery that nobody has set up', ['/recovery', '没有配置定时备份', 'No backups are scheduled'], { world: emptyWorld }),
  place('findings', ['/findings', '从这几处开始', 'Begin with these'], narrow),
  place('findings filtered', ['/findings?show=overdue', '1 处', '1 finding']),
  place('findings of a quiet day', ['/findings', '还没有扫描过', 'Nothing was scanned yet'], { world: emptyWorld }),
  place('finding', [`/findings/f_${'a'.repeat(22)}`, '到达数据库查询', 'reaches the query of the database'], narrow),
  place('scans', ['/scans', '每周六 03:00', 'Saturdays at 03:00'], narrow),
  place('scans of a quiet day', ['/scans', '没有定期扫描的目录', 'No folder is scanned by itself'], { world: emptyWorld }),
  place(
    'comparison of scans',
    [`/scans/comparison?before=s_${'b'.repeat(22)}&after=s_${'a'.repeat(22)}`, '不再出现', 'Gone'],
    narrow,
  ),
  ...incidentPlaces.map(([name, words]) => place(name, words, narrow)),
  ...compliancePlaces.map(([name, words]) => place(name, words, narrow)),
  ...riskPlaces.map(([name, words]) => place(name, words, narrow)),
  place('risks of a quiet day', ['/risk', '还没有风险', 'There are no risks yet'], { world: emptyWorld }),
  place('incidents of a quiet day', ['/incidents', '没有未结束的事件', 'No incident is open'], { world: emptyWorld }),
  place('containment', ['/containment', '203.0.113.0/24', '203.0.113.0/24'], narrow),
  place('containment of a quiet day', ['/containment', '没有生效中的措施', 'No measure is in force'], { world: emptyWorld }),
  place('training', ['/training', '上周发生的事建议这样学', 'What last week calls for'], narrow),
  place('training of a quiet day', ['/training', '没有进行中的指派', 'Nothing is assigned'], { world: emptyWorld }),
  place('training course', ['/training/our-rules', '一封改账号的邮件', '一封改账号的邮件'], narrow),
  place('contests', ['/contests', '网络安全宣传周竞赛', 'frozen'], narrow),
  place('contests of a quiet day', ['/contests', '还没有竞赛', 'There are no contests yet'], { world: emptyWorld }),
  place('contest', [`/contests/${fakeContest}`, '答对得比读题还快（6/9 题）', 'faster than anybody reads (6 of 9)'], narrow),
  place('drills', ['/drills', '门店运营中心', 'to be approved'], narrow),
  place('bulletins', ['/bulletins', '被退信的邮箱', 'Mailboxes that bounced'], narrow),
  place('no bulletin yet', ['/bulletins', '还没有写过安全提醒', 'No bulletin has been written yet'], { world: emptyWorld }),
  place('a bulletin that is written', [`/bulletins/tb_${'b'.repeat(22)}`, '内容与计划', 'Text and plan'], narrow),
  place('drills that are off', ['/drills', '钓鱼演练未启用', 'Phishing drills are off'], { world: emptyWorld }),
  place('new course', ['/training/new', '检查并预览', 'Check and preview']),
  place('alerts', ['/alerts', '短时间内多次登录失败', 'Many failed logins'], narrow),
  place('alerts of a quiet day', ['/alerts', '没有待判定的告警', 'Every alert has been judged'], { world: emptyWorld }),
  place('alert', [`/alerts/a_${'g'.repeat(22)}`, '来自陌生位置', 'from unknown places'], narrow),
  place('playbooks', ['/playbooks', '等待批准', 'Wait for approval'], narrow),
  place('playbook', ['/playbooks/stolen-credential', '锁定账号', 'Lock the account'], narrow),
  place('playbook run', [`/playbooks/runs/pr_${'a'.repeat(22)}`, '缺少参数', 'a parameter has no value'], narrow),
  place('notices', ['/notices', '无人确认则于', 'if nobody has seen it by'], narrow),
  place('notices of a quiet day', ['/notices', '没有配置渠道', 'There is no channel'], { world: emptyWorld }),
  place('people', ['/people', '共 64 人', '64 people'], narrow),
  place('people of a department', ['/people?department=9', '门店运营中心', '64']),
  place('person', [`/people/${signedIn}`, '终止全部会话', 'End all sessions'], narrow),
  place('sessions', ['/sessions', '谁正在登录', 'Who is signed in'], narrow),
  place('keys', ['/keys', '需要处理', 'Needs you'], narrow),
  place('keys of a quiet day', ['/keys', '还没有数据密钥', 'There are no data keys yet'], { world: emptyWorld }),
  place('limits', ['/limits', '正在被限速', 'Limited now'], narrow),
  place('limits of a quiet day', ['/limits', '现在没有人被限速', 'Nobody is limited now'], { world: emptyWorld }),
  place('lists', ['/lists', '即将到期的在前', 'those that end soon first'], narrow),
  place('lists filtered', ['/lists?list=allow&kind=person', '没有符合条件的条目', 'No entry like this']),
  place('switches', ['/switches', '切换到旁路', 'Switch to bypass']),
  place('system', ['/system', '修改有误，未生效', 'Faulty change, not in force'], narrow),
  place('bypass', ['/switches', '旁路模式：没有任何保护', 'Bypass mode: no protection at all'], {
    narrow: true,
    world: bypassed,
  }),
  place('unknown person', ['/people/nobody', '未找到。', 'Not found.']),
  place('missing page', ['/nothing/here', '没有这个页面', 'There is no such page']),
  place('login', ['/login', '使用管理员账号登录。', 'With an administrator account.']),
  place('set-up', [`/setup#token=${setupToken}`, '至少 12 个字符', 'At least 12 characters'], {
    narrow: true,
    world: () => ({ ...busyWorld(), setupNeeded: true, signedIn: false }),
  }),
  place('login with providers', ['/login', '用企业微信扫码登录', 'Sign in with WeCom'], separated),
  place('invitation', [`/invitation#token=${invitationToken}`, '监督所有人做过什么', 'Watches what everybody did'], narrow),
  place('used invitation', ['/invitation#token=0123456789abcdefXX', '邀请链接不能使用', 'The invitation cannot be used']),
  place('cancelled provider', ['/login/wecom?state=0123456789abcdefXX', '登录已取消', 'Sign-in was cancelled']),
  place('failed provider', ['/login/wecom?state=0123456789abcdefXX&code=x', '没有登录成功', 'Not signed in']),
  place('administrators', ['/administrators', '尚未绑定', 'None yet'], { ...separated, narrow: true }),
  place('single operator', ['/administrators', '改为三权分立', 'Separate the powers']),
  place('approvals', ['/approvals', '待复核', 'To be reviewed'], { ...separated, narrow: true }),
  place('tokens', ['/tokens', '即将到期', 'Ends soon'], { ...separated, narrow: true }),
  place('sources', ['/sources', '这次同步会让太多人离职，已暂停', 'This run would take away too many people'], narrow),
  place('policies', ['/policies', '生效的策略', 'Policies in force'], narrow),
  place('explained request', [`/policies?request=${refused}`, '决定了结果', 'decided it']),
  place('attack', [`/traffic/${attacked}`, '为什么被视为攻击', 'Why this is taken for an attack'], narrow),
  place('campaigns', ['/campaigns', '已自动停止', 'Has stopped itself'], narrow),
  place('stopped campaign', ['/campaigns/coupon/new-2026', '先查明并修复业务系统', 'repair the backend first'], narrow),
  place('quiet campaign', ['/campaigns/coupon/spring-2027', '还没有人领取', 'Nobody has claimed yet']),
  place('inspection', ['/inspection', '即将到期', 'Ends soon'], narrow),
  place('ended exceptions', ['/inspection?ended=true', '已撤销', 'Revoked']),
  place('field types', ['/field-types', '等待确认', 'Waits for you'], narrow),
  place(
    'field types of a route',
    [`/field-types/route?of=portal&match=${encodeURIComponent('POST /api/leave')}`, '与生效类型的差别', 'What changes'],
    narrow,
  ),
  place('field types without a proposal', [
    `/field-types/route?of=portal&match=${encodeURIComponent('PUT /api/me')}`,
    '立即生成提议',
    'Propose now',
  ]),
  place('uploads', ['/uploads', '微信内容检查', 'WeChat content check'], narrow),
  place('rich text', ['/rich-text', '最近一周清除的内容', 'Taken out in the last week'], narrow),
  place('data', ['/data', '2 个敏感字段未脱敏返回', '2 sensitive fields are shown in clear'], narrow),
  place(
    'data of a field',
    [
      `/data/field?of=portal&match=${encodeURIComponent('GET /api/people')}&field=${encodeURIComponent('data.items[].mobile')}`,
      '建议脱敏这个字段',
      'Mask this field',
    ],
    narrow,
  ),
  place('privacy requests', ['/privacy/requests', '1 个请求已逾期', '1 request is overdue'], narrow),
  place('privacy request', ['/privacy/requests/pr_AAAAAAAAAAAAAAAA', '删除个人信息', 'Erase personal data'], narrow),
  place('closed privacy request', ['/privacy/requests/pr_CCCCCCCCCCCCCCCC', '下载副本', 'Download the copy']),
  place('consents', ['/privacy/consents', '须重新同意', 'to consent anew'], narrow),
  place('privacy of a person', [`/privacy/people/${signedIn}`, '绑定与会话', 'Identities and sessions'], narrow),
  place('erasure', ['/privacy/erasure', '由日志自行归档清理', 'by the log itself'], narrow),
  place('processors', ['/privacy/processors', '可能漏登的', 'Perhaps missing'], narrow),
  place('assessments', ['/privacy/assessments', '缺少有效评估', 'no valid assessment'], narrow),
  place('account', ['/account', '登录着的地方', 'Where you are signed in'], narrow),
];

/** The pages of an installation that has seen nobody and nothing yet. */
export const emptyPlaces: readonly Place[] = (
  [
    ['today', ['/', '没有需要处理的事', 'Nothing needs you']],
    ['traffic', ['/traffic', '还没有请求', 'No requests yet']],
    ['audit', ['/audit', '没有符合条件的条目', 'No entry matches']],
    ['people', ['/people', '还没有部门', 'No departments yet']],
    ['sessions', ['/sessions', '还没有人登录', 'Nobody is signed in']],
    ['system', ['/system', '还没有应用', 'No apps yet']],
    ['sources', ['/sources', '还没有来源', 'No sources yet']],
    ['policies', ['/policies', '还没有策略', 'No policies yet']],
    ['campaigns', ['/campaigns', '还没有活动', 'No campaigns yet']],
    ['inspection', ['/inspection', '没有发现攻击', 'No attacks found']],
    ['data', ['/data', '还没有发现个人信息', 'No personal data was found yet']],
    ['privacy requests', ['/privacy/requests', '没有请求', 'No requests']],
    ['consents', ['/privacy/consents', '还没有处理目的', 'No purposes yet']],
    ['erasure', ['/privacy/erasure', '还没有删除过任何人', 'Nobody was erased yet']],
    ['processors', ['/privacy/processors', '还没有登记', 'Nobody is entered yet']],
    ['assessments', ['/privacy/assessments', '还没有评估', 'No assessments yet']],
    ['tokens', ['/tokens', '还没有令牌', 'No tokens yet']],
    ['approvals', ['/approvals', '没有等待处理的申请', 'Nothing waits']],
  ] as const
).map(([name, words]) => place(`nothing yet, ${name}`, words, { world: emptyWorld }));
