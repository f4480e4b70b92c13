import type { FindingSeverity } from '@menshen/contract';

export interface ProbeRule {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly cwe: readonly number[];
  /** Requirements of OWASP ASVS 5.0; put together from memory, to be held against the text. */
  readonly asvs: readonly string[];
  readonly title: { readonly zh: string; readonly en: string };
  readonly description: { readonly zh: string; readonly en: string };
  readonly fix: { readonly zh: string; readonly en: string };
}

const rules = [
  {
    ...{ id: 'MP-PRB-001', severity: 'high', cwe: [306], asvs: ['8.2.1'] },
    title: { zh: '不登录就能访问', en: 'Reached without signing in' },
    description: {
      zh: '不带任何凭证的请求得到了与登录用户一样的数据。地址不是秘密：解包小程序就能看到全部接口。',
      en: 'A request without any credential got the data that a signed-in user gets. Addresses are no secret: the package of a mini program shows them all.',
    },
    fix: {
      zh: '默认要求登录，只对确实公开的接口例外；在网关的路由里写 auth: session，后端再验证身份头。',
      en: 'Ask for a session by default and except what is really public; say auth: session in the gateway’s route, and verify the identity header in the backend.',
    },
  },
  {
    ...{ id: 'MP-PRB-002', severity: 'high', cwe: [639, 284], asvs: ['8.2.2'] },
    title: { zh: '可以读取别人的数据（水平越权）', en: 'Somebody else’s data can be read (horizontal escalation)' },
    description: {
      zh: '用账号乙的凭证，把编号换成账号甲的，就得到了账号甲的数据；而不存在的编号得不到数据，说明这不是公开内容。',
      en: 'With the credential of account B and a number of account A, the data of A was answered; a number that does not exist is not, so it is no public content.',
    },
    fix: {
      zh: '查询条件里加上会话中的用户，或取出后核对归属；也可以在网关策略里声明 resource 的归属属性。',
      en: 'Put the user of the session into the condition of the query, or check whose it is; or declare the owner of the resource in the gateway’s policy.',
    },
  },
  {
    ...{ id: 'MP-PRB-003', severity: 'high', cwe: [269, 285], asvs: ['8.2.1'] },
    title: {
      zh: '普通账号能用管理接口（垂直越权）',
      en: 'An ordinary account reaches interfaces of administrators (vertical escalation)',
    },
    description: {
      zh: '管理接口对普通账号返回了数据。只在界面上隐藏入口，挡不住直接发请求的人。',
      en: 'An interface for administrators answered an ordinary account with data. Hiding the entry in the page stops nobody who sends the request.',
    },
    fix: {
      zh: '在服务端按角色判断每个管理接口，默认拒绝；在网关策略中只允许管理角色执行该 action。',
      en: 'Decide by role on the server for each of them, and refuse by default; permit the action to the role in the gateway’s policies alone.',
    },
  },
  {
    ...{ id: 'MP-PRB-004', severity: 'high', cwe: [915], asvs: ['15.3.3'] },
    title: { zh: '可以改不该改的字段（批量赋值）', en: 'Fields can be set that should not be (mass assignment)' },
    description: {
      zh: '更新请求里多带一个接口没有声明的字段，它真的被保存了。攻击者用同样的方法给自己加余额、改角色。',
      en: 'An update with a field that the interface does not declare was stored with it. So a balance or a role can be set by whoever it belongs to.',
    },
    fix: {
      zh: '只取允许修改的字段再写库，不要把整个请求体交给 ORM；在网关路由上声明 schema，多余字段会被拒绝。',
      en: 'Take the fields that may change and write those; never hand a whole body to the ORM. With a schema on the gateway’s route what is too much is refused.',
    },
  },
  {
    ...{ id: 'MP-PRB-005', severity: 'medium', cwe: [770, 307], asvs: ['2.4.1'] },
    title: { zh: '没有频率限制', en: 'There is no rate limit' },
    description: {
      zh: '同一账号连续请求没有被限速。可以被用来遍历编号、撞库或拖走数据。',
      en: 'Requests of one account in a row were never limited. Numbers can be tried one by one, passwords guessed and data drawn off.',
    },
    fix: {
      zh: '按账号与地址限制频率，登录、短信等接口更严；网关的 limit 可直接声明。',
      en: 'Limit by account and address, and sign-in and SMS more than others; the gateway’s limit can be declared.',
    },
  },
  {
    ...{ id: 'MP-PRB-006', severity: 'high', cwe: [79], asvs: ['1.2.1'] },
    title: { zh: '输入被原样写进网页（反射型 XSS）', en: 'Input is written into a page as it is (reflected script)' },
    description: {
      zh: '参数中的标签未经转义出现在 HTML 响应里。在 web-view 中打开的页面会执行它。',
      en: 'Markup of a parameter appears in an HTML answer unescaped. A page that is opened in a web-view runs it.',
    },
    fix: {
      zh: '按输出位置转义；接口返回 JSON 时声明 application/json 与 nosniff。',
      en: 'Escape for the place where it is written; answer JSON as application/json with nosniff.',
    },
  },
  {
    ...{ id: 'MP-PRB-007', severity: 'critical', cwe: [89], asvs: ['1.2.4'] },
    title: { zh: '一个引号引出了 SQL 错误', en: 'A quote brings up an SQL error' },
    description: {
      zh: '参数里加一个单引号，响应中出现数据库的语法错误，说明参数被拼接进了 SQL。',
      en: 'With a quote in a parameter the answer holds a syntax error of the database: the parameter is put into SQL as text.',
    },
    fix: {
      zh: '一律用参数化查询；不要用字符串拼接条件和排序。',
      en: 'Use parameters throughout; never build conditions or orders out of text.',
    },
  },
  {
    ...{ id: 'MP-PRB-008', severity: 'medium', cwe: [209], asvs: ['16.5.1'] },
    title: { zh: '错误信息过于详细', en: 'Errors say too much' },
    description: {
      zh: '响应里有调用栈、文件路径或框架的调试页，告诉攻击者代码结构和版本。',
      en: 'An answer holds a stack trace, paths of files or a framework’s debug page, and so the structure and versions of the code.',
    },
    fix: {
      zh: '关闭调试模式；对外只返回错误码，细节写进日志。',
      en: 'Turn the debug mode off; answer a code, and write the details into the log.',
    },
  },
  {
    ...{ id: 'MP-PRB-009', severity: 'low', cwe: [693], asvs: ['3.4.4'] },
    title: { zh: '缺少安全响应头', en: 'Security headers are missing' },
    description: {
      zh: '响应没有声明浏览器应遵守的安全规则，例如 nosniff、HSTS，或网页的 CSP。',
      en: 'Answers do not state the rules that a browser should keep, such as nosniff, HSTS, or a policy for pages.',
    },
    fix: { zh: '在网关或反向代理统一添加。', en: 'Add them once, at the gateway or the reverse proxy.' },
  },
  {
    ...{ id: 'MP-PRB-010', severity: 'high', cwe: [295, 319, 326], asvs: ['12.1.1', '12.2.1'] },
    title: { zh: '传输加密不合格', en: 'Transport is not well encrypted' },
    description: {
      zh: '接口用明文 HTTP、旧版本 TLS，或证书无效、即将过期。',
      en: 'The interface speaks clear HTTP, an old TLS, or has a certificate that is not valid or soon will not be.',
    },
    fix: {
      zh: '只提供 TLS 1.2 以上，证书自动续期；HTTP 一律跳转到 HTTPS。',
      en: 'Offer TLS 1.2 and later alone, renew certificates automatically, and send HTTP to HTTPS.',
    },
  },
  {
    ...{ id: 'MP-PRB-011', severity: 'high', cwe: [942], asvs: ['3.4.2'] },
    title: { zh: '跨域策略允许任何网站携带凭证', en: 'Any site may read answers with credentials (CORS)' },
    description: {
      zh: '响应把请求中的 Origin 原样放进 Access-Control-Allow-Origin，并允许携带凭证。别的网站可以以用户身份读取数据。',
      en: 'Answers repeat the Origin of a request and allow credentials. Another site can read data as the user.',
    },
    fix: {
      zh: '只列出自己的来源；小程序请求不需要 CORS。',
      en: 'List your own origins alone; requests of mini programs need no CORS at all.',
    },
  },
] as const satisfies readonly ProbeRule[];

/** What the probe looks for. Numbers are never given to another rule. */
export const probeRules: ReadonlyMap<string, ProbeRule> = new Map(rules.map((rule) => [rule.id, rule]));
export type ProbeRuleId = (typeof rules)[number]['id'];
export const probeRuleIds: readonly ProbeRuleId[] = rules.map(({ id }) => id);
