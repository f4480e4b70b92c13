/** What `menshen init` asks for. */
export interface FirstAnswers {
  readonly app: string;
  readonly upstream: string;
  readonly appid: string;
  readonly audience: string;
}

/** A first configuration that starts, refuses everything undeclared, and says what to fill in. */
export function firstConfig(answers: FirstAnswers): string {
  return `# 门神配置 / Menshen configuration. Secrets come from the environment (\${NAME}) or from files (file:PATH).
environment: production
data: ./data
gateway:
  listen: 127.0.0.1:8443
  mode: monitor # 先观察，确认无误后改为 enforce / watch first, then set enforce
console:
  listen: 127.0.0.1:8480
store: file:menshen.db
coordination: "memory:"
policies: ./policies
audit:
  pseudonyms: true # 日志中以化名代替人员，可依法遗忘而不破坏日志 / people stand in the log under pseudonyms: they can be forgotten, and it stays whole
apps:
  - id: ${answers.app}
    basePath: /${answers.app}
    audience: [${answers.audience}]
    wechat:
      appid: ${answers.appid}
      secret: \${MENSHEN_WECHAT_SECRET}
    upstream: ${answers.upstream}
    routes:
      # 未声明的接口一律拒绝 / what is not declared is refused
      - match: GET /api/me
        auth: session
        action: ${answers.app}.me.read
`;
}

/** Schema and first policy for the first configuration, by file name: everybody who has a session may read their own page. */
export function firstPolicies({ app }: FirstAnswers): Readonly<Record<string, string>> {
  const entities = `  // 由门神提供 / provided by Menshen
  entity Department in [Department] = { name: String };
  entity Role;
  entity User in [Department, Role] = { uid: String, kind: String, departments: Set<Department>, leads: Set<Department>, position?: String };
  entity Guest = { kind: String };
  entity App;
  type Request = { app: String, channel: String, assurance: Long, address: String, method: String, time: Long };`;
  return {
    'schema.cedarschema': `namespace Menshen {
${entities}

  // 每个动作一行 / one line for each action
  action "${app}.me.read" appliesTo { principal: [User, Guest], resource: [App], context: Request };
}
`,
    [`${app}.cedar`]: `// 没有策略允许的一律拒绝 / what no policy permits is refused
@id("${app}-me")
permit (principal, action == Menshen::Action::"${app}.me.read", resource == Menshen::App::"${app}");
`,
  };
}
