/** What `menshen init` asks for; empty where it does not apply. */
export interface FirstAnswers {
  readonly app: string;
  readonly upstream: string;
  readonly appid: string;
  readonly audience: string;
  readonly corpid: string;
  readonly agentid: string;
  /** Address of the emulator that stands for both platforms; empty for the real ones. */
  readonly emulator: string;
}

/** Variables of the environment that the first configuration takes its secrets from. */
export function firstSecrets({ corpid }: FirstAnswers): readonly string[] {
  return corpid === '' ? ['MENSHEN_WECHAT_SECRET'] : ['MENSHEN_WECHAT_SECRET', 'MENSHEN_WECOM_SECRET'];
}

/** Whether an audience has people of the directory, who sign in through WeCom or prove who they are. */
export const hasStaff = (audience: string): boolean => /employee|partner/.test(audience);

const baseLine = (emulator: string): string =>
  emulator === ''
    ? ''
    : `      apiBase: ${emulator} # 模拟器；正式使用时删除此行 / the emulator; remove this line for real use\n`;

function wecomLines({ corpid, agentid, audience, emulator }: FirstAnswers): string {
  if (corpid !== '')
    return `    wecom: # 在企业微信中打开；人员与部门也从这里来 / opened in WeCom, and where people and departments come from
      corpid: ${corpid}
      agentid: ${agentid}
      secret: \${MENSHEN_WECOM_SECRET}
${baseLine(emulator)}`;
  if (!hasStaff(audience)) return '';
  return `    # 员工必须在通讯录中才能登录：在此加上 wecom，或用 directory 接入 LDAP、SCIM、CSV（docs/guides/people-and-departments.md）
    # Employees sign in only if the directory has them: add wecom here, or LDAP, SCIM or CSV under directory (docs/guides/people-and-departments.md)
`;
}

/** The emulator has no users whom a refusal could disturb. */
const modeLines = ({ emulator }: FirstAnswers): string =>
  emulator === ''
    ? `  # 先观察：没有登录、没有权限、带有攻击的请求只作记录，仍会到达后端；确认无误后改为 enforce。已有人使用的后端才需要观察，新后端直接写 enforce。
  # Watch first: requests without session, without permission or with attacks are only recorded and still reach the backend; then set enforce.
  # Watching is for a backend that people use already; a new one begins with enforce.
  mode: monitor
`
    : '  mode: enforce\n';

/** A first configuration that starts, refuses everything undeclared, and says what to fill in. */
export function firstConfig(answers: FirstAnswers): string {
  return `# 门神配置 / Menshen configuration. Secrets come from the environment (\${NAME}) or from files (file:PATH).
environment: production
data: ./data
gateway:
  listen: 127.0.0.1:8443
${modeLines(answers)}console:
  listen: 127.0.0.1:8480
store: file:menshen.db
coordination: "memory:"
policies: ./policies
audit:
  pseudonyms: true # 日志中以假名代替人员，可依法遗忘而不破坏日志 / people stand in the log under pseudonyms: they can be forgotten, and it stays whole
apps:
  - id: ${answers.app}
    basePath: /${answers.app} # 网关上的前缀，转发时保留 / prefix at the gateway; the backend gets it too
    audience: [${answers.audience}]
    wechat:
      appid: ${answers.appid}
      secret: \${MENSHEN_WECHAT_SECRET}
${baseLine(answers.emulator)}${wecomLines(answers)}    upstream: ${answers.upstream}
    routes:
      # 未声明的接口一律拒绝；写 match、action，再在 policies 中写允许谁 / what is not declared is refused; name match and action here, and in policies who may
      - match: GET /api/me
        auth: session
        action: ${answers.app}.me.read
`;
}

/**
 * The first policy, by file name: everybody who has a session may read their own page. There is no schema beside it: it is made from the routes, and
 * one that is written down would have to be changed with every route.
 */
export function firstPolicies({ app }: FirstAnswers): Readonly<Record<string, string>> {
  return {
    [`${app}.cedar`]: `// 没有策略允许的一律拒绝。写法与例子：docs/reference/policies.md
// What no policy permits is refused. How to write them, with examples: docs/reference/policies.md
@id("${app}-me")
permit (principal, action == Menshen::Action::"${app}.me.read", resource == Menshen::App::"${app}");
`,
  };
}
