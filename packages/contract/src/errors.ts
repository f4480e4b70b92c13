/** How loud an error is in the operator's log: `info` for the everyday, `warn` for attacks and faults of others, `error` for ours. */
export type ErrorLevel = 'info' | 'warn' | 'error';

interface ErrorEntry {
  readonly status: number;
  readonly level: ErrorLevel;
  readonly zh: string;
  readonly en: string;
}

const entry = (status: number, level: ErrorLevel, zh: string, en: string): ErrorEntry => ({ status, level, zh, en });

/**
 * Every refusal and failure that leaves the process, by its stable code. Clients branch on the code; the text is for people.
 * No text carries anything of the request. `docs/reference/errors.md` is generated from this table.
 */
export const errorCatalogue = {
  // Requests that cannot be read in exactly one way.
  bad_request: entry(400, 'info', '请求格式不正确。', 'The request is not well formed.'),
  header_malformed: entry(400, 'warn', '请求头格式不正确。', 'A request header is malformed.'),
  path_malformed: entry(400, 'warn', '请求路径格式不正确。', 'The request path is malformed.'),
  query_malformed: entry(400, 'warn', '查询参数格式不正确。', 'The query string is malformed.'),
  query_ambiguous: entry(400, 'warn', '查询参数重复或含义不唯一。', 'The query string can be read in more than one way.'),
  body_malformed: entry(400, 'info', '请求体格式不正确。', 'The request body is malformed.'),
  body_not_utf8: entry(400, 'warn', '请求体不是有效的 UTF-8 文本。', 'The request body is not valid UTF-8.'),
  body_ambiguous: entry(400, 'warn', '请求体中有重复字段或含义不唯一。', 'The request body can be read in more than one way.'),
  body_too_deep: entry(400, 'warn', '请求体嵌套过深。', 'The request body is nested too deeply.'),
  too_many_fields: entry(400, 'warn', '请求中的字段过多。', 'The request has too many fields.'),
  request_timeout: entry(408, 'info', '请求接收超时。', 'The request was not received in time.'),
  conflict: entry(
    409,
    'info',
    '数据已被他人修改，请刷新后重试。',
    'The data has changed since it was read; reload and try again.',
  ),
  body_too_large: entry(413, 'warn', '请求体过大。', 'The request body is too large.'),
  compression_ratio: entry(413, 'warn', '压缩数据展开后过大。', 'The compressed body expands too far.'),
  uri_too_long: entry(414, 'warn', '请求地址过长。', 'The request address is too long.'),
  content_type_unsupported: entry(415, 'info', '不支持的内容类型。', 'The content type is not supported here.'),
  charset_unsupported: entry(415, 'warn', '仅支持 UTF-8 编码。', 'Only UTF-8 is supported.'),
  body_encoding_unsupported: entry(415, 'warn', '不支持的内容编码。', 'The content encoding is not supported.'),
  schema_mismatch: entry(422, 'info', '请求内容不符合接口约定。', 'The request does not match the declared schema.'),
  // Files.
  upload_type_refused: entry(415, 'warn', '不接受此类文件。', 'Files of this type are not taken here.'),
  upload_content_refused: entry(
    422,
    'warn',
    '文件内容与类型不符或不安全。',
    'The content of the file does not fit its type or is not safe.',
  ),
  upload_name_refused: entry(422, 'warn', '文件名不安全。', 'The name of the file is not safe.'),
  upload_infected: entry(422, 'warn', '文件含有恶意程序。', 'The file holds malware.'),
  upload_not_scanned: entry(
    503,
    'error',
    '暂时无法检查文件，请稍后再试。',
    'The file cannot be scanned at the moment; try again later.',
  ),
  headers_too_large: entry(431, 'warn', '请求头过大。', 'The request headers are too large.'),

  // Who asks.
  session_missing: entry(401, 'info', '请先登录。', 'Sign in first.'),
  session_invalid: entry(401, 'warn', '登录凭证无效，请重新登录。', 'The session token is not valid; sign in again.'),
  session_expired: entry(401, 'info', '登录已过期，请重新登录。', 'The session has expired; sign in again.'),
  session_revoked: entry(401, 'info', '登录已被终止，请重新登录。', 'The session has been ended; sign in again.'),
  signature_required: entry(
    401,
    'warn',
    '本应用要求对请求签名，请重新登录。',
    'This app takes signed requests only; sign in again.',
  ),
  signature_invalid: entry(401, 'warn', '请求签名无效。', 'The request signature is not valid.'),
  clock_skew: entry(401, 'info', '请求时间与服务器相差过大。', "The time of the request is too far from the server's."),
  request_replayed: entry(401, 'warn', '请求已被使用过。', 'The request was already used.'),
  sealed_login_required: entry(
    403,
    'warn',
    '本应用要求加密登录，请更新小程序。',
    'This app takes sealed logins only; update the mini program.',
  ),
  sealed_login_invalid: entry(400, 'warn', '加密登录请求无法打开。', 'The sealed login cannot be opened.'),
  server_key_unknown: entry(
    403,
    'warn',
    '登录密钥已停用，请更新小程序。',
    'The login key is no longer in use; update the mini program.',
  ),
  transfer_ticket_invalid: entry(
    403,
    'warn',
    '上传或连接凭据无效或已过期，请重试。',
    'The ticket for an upload or a socket is not valid or has expired; try again.',
  ),
  socket_origin_refused: entry(403, 'warn', '不接受来自此处的连接。', 'Sockets are not taken from here.'),
  login_failed: entry(401, 'warn', '登录失败，请重试。', 'Sign-in failed; try again.'),
  code_invalid: entry(
    401,
    'warn',
    '登录凭据无效或已过期，请重新打开小程序。',
    'The login code is not valid or has expired; reopen the mini program.',
  ),
  code_used: entry(
    401,
    'warn',
    '登录凭据已被使用，请重新打开小程序。',
    'The login code was already used; reopen the mini program.',
  ),
  code_foreign: entry(401, 'warn', '登录凭据不属于本应用。', 'The login code belongs to another company or app.'),
  account_blocked: entry(
    403,
    'warn',
    '微信判定该账号存在风险，暂时无法登录。',
    'WeChat judges this account to be at risk; sign-in is refused for now.',
  ),
  account_locked: entry(
    403,
    'warn',
    '账号已被临时锁定，请联系管理员。',
    'The account is locked for the time being; contact your administrator.',
  ),
  account_disabled: entry(403, 'warn', '账号已停用，请联系管理员。', 'The account is disabled; contact your administrator.'),
  audience_refused: entry(403, 'warn', '本应用不对该身份开放。', 'This app does not serve this kind of user.'),
  binding_required: entry(403, 'info', '请先绑定员工身份。', 'Bind your employee identity first.'),
  binding_failed: entry(
    403,
    'warn',
    '绑定失败，请核对信息或联系管理员。',
    'Binding failed; check what you entered or contact your administrator.',
  ),
  ticket_invalid: entry(
    403,
    'warn',
    '绑定凭据无效或已过期，请重新登录。',
    'The binding ticket is not valid or has expired; sign in again.',
  ),
  mfa_required: entry(403, 'info', '此操作需要二次验证。', 'This operation needs a second factor.'),
  enrolment_proof_required: entry(
    403,
    'warn',
    '添加或更换验证方式需要公司发放的验证码，或先通过已有方式验证。',
    'Adding or replacing a second factor needs a code from your company, or a factor that you have just proved.',
  ),
  challenge_invalid: entry(
    403,
    'warn',
    '验证请求无效、已使用或已过期，请重新发起。',
    'The challenge is not valid, was used or has expired; start again.',
  ),
  factor_failed: entry(403, 'warn', '验证未通过，请核对后重试。', 'Verification failed; check what you entered and try again.'),
  factor_locked: entry(429, 'warn', '验证失败次数过多，请稍后再试。', 'Too many failed attempts; try again later.'),
  factor_disabled: entry(
    403,
    'warn',
    '该验证方式因多次失败已停用，请重新添加。',
    'This second factor was disabled after too many failures; enrol it anew.',
  ),
  factor_unavailable: entry(403, 'info', '此处不能使用该验证方式。', 'This second factor cannot be used here.'),
  sms_unavailable: entry(
    502,
    'error',
    '短信暂时无法发送，请换一种验证方式。',
    'The text message cannot be sent right now; use another factor.',
  ),
  login_unavailable: entry(
    502,
    'error',
    '暂时无法连接微信服务，请稍后重试。',
    'The WeChat service cannot be reached right now; try again later.',
  ),

  // What is asked.
  route_undeclared: entry(404, 'warn', '接口不存在。', 'There is no such endpoint.'),
  app_unknown: entry(404, 'warn', '应用不存在。', 'There is no such app.'),
  method_not_allowed: entry(405, 'info', '该接口不支持此方法。', 'The endpoint does not support this method.'),
  not_permitted: entry(403, 'warn', '没有权限执行此操作。', 'You are not permitted to do this.'),
  address_refused: entry(403, 'warn', '该网络地址不被允许访问。', 'This network address is not allowed.'),
  client_refused: entry(403, 'warn', '该账号或设备已被禁止访问。', 'This account or device is not allowed.'),
  risk_refused: entry(403, 'warn', '当前风险较高，暂不能进行此操作。', 'The risk is too high for this operation at the moment.'),
  bot_refused: entry(403, 'warn', '请求像是自动程序发出的，已被拒绝。', 'The request looks automated and was refused.'),
  challenge_required: entry(
    403,
    'info',
    '需要先完成一次验证（计算或手机号），再继续。',
    'A check must be done first: a short computation, or your phone number.',
  ),
  phone_code_refused: entry(
    403,
    'warn',
    '手机号验证没有通过，请重新点按钮验证。',
    'The phone check was not passed; press the button and try again.',
  ),
  phone_country_refused: entry(
    403,
    'info',
    '这里不接受该国家或地区的手机号。',
    'Phone numbers of this country or region are not taken here.',
  ),
  phone_number_overused: entry(
    403,
    'warn',
    '这个手机号近期已为过多账号验证，请换一个手机号或稍后再试。',
    'This phone number has answered for too many accounts lately; use another one or try again later.',
  ),
  phone_tries_exceeded: entry(429, 'warn', '手机号验证次数过多，请稍后再试。', 'Too many phone checks; try again later.'),
  phone_check_unavailable: entry(
    503,
    'error',
    '暂时无法验证手机号，请稍后再试。',
    'Phone numbers cannot be checked at the moment; try again later.',
  ),
  request_blocked: entry(403, 'warn', '请求包含不安全内容，已被拦截。', 'The request carries unsafe content and was blocked.'),
  inspection_budget: entry(
    403,
    'warn',
    '请求过于复杂，无法完成安全检查，已被拦截。',
    'The request is too complex to be inspected and was blocked.',
  ),
  rate_limited: entry(429, 'warn', '请求过于频繁，请稍后再试。', 'Too many requests; try again later.'),

  // What cannot be done now.
  backend_unreachable: entry(502, 'error', '业务服务暂时不可用，请稍后重试。', 'The backend cannot be reached; try again later.'),
  backend_answer_invalid: entry(502, 'error', '业务服务返回异常。', 'The backend gave an answer that cannot be passed on.'),
  envelope_required: entry(400, 'warn', '此接口要求加密通道。', 'This route is for encrypted requests only.'),
  envelope_invalid: entry(400, 'warn', '加密请求无法解开。', 'The encrypted request does not open.'),
  answer_withheld: entry(
    502,
    'error',
    '业务服务的返回包含不应显示的内容，已被拦下。',
    'The backend answered with what must not be shown; the answer was withheld.',
  ),
  answer_leak: entry(502, 'warn', '返回内容疑似泄露个人信息。', 'The answer seems to leak personal data.'),
  backend_timeout: entry(504, 'error', '业务服务响应超时，请稍后重试。', 'The backend did not answer in time; try again later.'),
  backend_circuit_open: entry(503, 'error', '业务服务正在恢复，请稍后重试。', 'The backend is recovering; try again shortly.'),
  audit_unwritable: entry(503, 'error', '审计日志不可写，服务已暂停。', 'The audit log cannot be written; service is suspended.'),
  seal_key_unavailable: entry(
    503,
    'error',
    '加密密钥暂时不可用，请稍后重试。',
    'The key of these fields is not available; try again later.',
  ),
  seal_field_undeclared: entry(404, 'warn', '该字段没有声明为加密字段。', 'This field is not declared as a sealed field.'),
  seal_not_granted: entry(403, 'warn', '令牌无权以此目的使用该字段。', 'The token is not good for this field and purpose.'),
  seal_limit: entry(429, 'warn', '字段解密数量超过限额。', 'More values were asked for than the field allows.'),
  key_in_use: entry(409, 'info', '密钥仍在使用，不能销毁。请先轮换。', 'The key still seals; rotate before destroying it.'),
  coordination_unavailable: entry(
    503,
    'error',
    '协调服务不可用，请稍后重试。',
    'The coordination service is unavailable; try again later.',
  ),
  store_unavailable: entry(503, 'error', '存储服务不可用，请稍后重试。', 'The store is unavailable; try again later.'),
  app_stopped: entry(
    503,
    'warn',
    '服务暂停，正在处理安全问题，请稍后再来。',
    'The service is paused for security reasons; come back later.',
  ),
  app_read_only: entry(
    503,
    'warn',
    '目前只能查看，暂时不能提交或修改。',
    'For the time being you can look, but nothing can be submitted.',
  ),
  app_version_refused: entry(
    403,
    'warn',
    '当前版本已停用，请从微信重新打开小程序以更新。',
    'This version is no longer accepted; reopen the mini program from WeChat to update it.',
  ),
  route_stopped: entry(503, 'warn', '该功能已暂停，请稍后再试。', 'This function is paused; try again later.'),
  backend_isolated: entry(503, 'warn', '服务暂停，请稍后再来。', 'The service is paused; come back later.'),
  maintenance: entry(503, 'info', '系统维护中，请稍后再试。', 'Under maintenance; try again later.'),
  overloaded: entry(503, 'warn', '系统繁忙，请稍后重试。', 'The system is busy; try again later.'),
  shutting_down: entry(503, 'info', '服务正在重启，请稍后重试。', 'The service is restarting; try again shortly.'),
  internal_error: entry(500, 'error', '内部错误，已记录。', 'An internal error occurred and was recorded.'),

  // The control plane.
  setup_closed: entry(
    403,
    'warn',
    '初始化已完成，或链接已失效：每次启动（包括其他节点）都会打印新链接，之前的随即失效。请用最新的一个。',
    'Set-up is complete, or the link is no longer valid: each start, also of another node, prints a new one and ends those before. Use the latest.',
  ),
  admin_login_failed: entry(401, 'warn', '用户名或密码不正确。', 'The user name or password is not correct.'),
  admin_session_missing: entry(401, 'info', '请登录控制台。', 'Sign in to the console.'),
  admin_locked: entry(429, 'warn', '尝试次数过多，请稍后再试。', 'Too many attempts; try again later.'),
  admin_factor_failed: entry(401, 'warn', '验证未通过，请重试。', 'The factor was not accepted; try again.'),
  external_login_failed: entry(
    401,
    'warn',
    '外部登录未成功，或该身份未绑定管理员。',
    'The external sign-in failed, or the identity is bound to no administrator.',
  ),
  invitation_invalid: entry(403, 'warn', '邀请链接无效或已失效。', 'The invitation link is not valid any more.'),
  username_taken: entry(409, 'info', '用户名已被使用。', 'The user name is taken.'),
  power_not_held: entry(403, 'warn', '您的管理权限不包含此操作。', 'Your administrative power does not cover this.'),
  power_conflict: entry(
    403,
    'warn',
    '三权分立：此操作须由其他权限的管理员完成。',
    'Powers are separated: an administrator of another power has to do this.',
  ),
  own_account: entry(403, 'warn', '不能对自己的账号或申请执行此操作。', 'Nobody may do this to their own account or request.'),
  last_factor: entry(409, 'info', '不能删除最后一种二次验证方式。', 'The last second factor cannot be removed.'),
  step_up_required: entry(
    403,
    'info',
    '请再次证明是您本人：完成二次验证；没有绑定时输入密码。',
    'Prove again that it is you: by your second factor, or by your password where you have none.',
  ),
  approval_required: entry(403, 'info', '此操作须经他人批准。', 'This act needs the approval of another administrator.'),
  approval_invalid: entry(
    403,
    'warn',
    '批准不存在、已失效，或与此操作不符。',
    'The approval does not exist, is over, or is for another act.',
  ),
  approval_not_needed: entry(422, 'info', '此操作无须批准。', 'This act needs no approval.'),
  break_glass_refused: entry(403, 'warn', '此操作不能强制执行。', 'This act cannot be forced.'),
  token_invalid: entry(401, 'warn', '接口令牌无效、已过期或已吊销。', 'The API token is not valid, has expired or was revoked.'),
  token_scope: entry(403, 'warn', '接口令牌的权限不包含此操作。', 'The scopes of the API token do not cover this.'),
  csrf_refused: entry(403, 'warn', '请求来源校验失败。', 'The request did not come from the console.'),
  password_weak: entry(422, 'info', '密码过短或过于常见，请更换。', 'The password is too short or too common; choose another.'),
  not_found: entry(404, 'info', '未找到。', 'Not found.'),
  directory_change_held: entry(
    409,
    'warn',
    '本次同步中离开的人员或部门过多，已暂存，请管理员核对后确认。',
    'Too many people or departments would leave at once; the change is held until an administrator has confirmed it.',
  ),
  directory_sync_running: entry(
    409,
    'info',
    '该来源正在同步，请稍后再试。',
    'This source is being read already; try again later.',
  ),
  directory_source_failed: entry(
    502,
    'error',
    '通讯录来源读取失败，通讯录未作改动。',
    'The directory source could not be read; the directory has not changed.',
  ),
  validation_failed: entry(422, 'info', '提交的内容不符合要求。', 'What was submitted does not meet the requirements.'),

  // Notifications of WeChat Pay.
  payment_unsigned: entry(401, 'warn', '支付通知缺少签名。', 'The payment notification is not signed.'),
  payment_expired: entry(
    401,
    'warn',
    '支付通知的时间不在允许范围内。',
    'The payment notification is too old or from the future.',
  ),
  payment_serial_unknown: entry(
    401,
    'warn',
    '支付通知由未配置的证书签名。',
    'The payment notification is signed by a certificate that is not configured.',
  ),
  payment_signature_invalid: entry(401, 'warn', '支付通知的签名不正确。', 'The signature of the payment notification is wrong.'),
  payment_malformed: entry(422, 'warn', '支付通知无法读取。', 'The payment notification cannot be read.'),
  payment_in_flight: entry(409, 'info', '同一支付通知正在处理。', 'The same payment notification is under way.'),
  // Releases.
  release_unsigned: entry(
    422,
    'warn',
    '清单没有该应用所信任的密钥的签名。',
    'No key that the app trusts has signed the manifest.',
  ),
  release_gate: entry(
    409,
    'warn',
    '扫描结果超过了该应用允许的级别，需要两人确认后放行。',
    'The scan found more than the app lets pass; two people must take it in spite of that.',
  ),
  secret_refused: entry(
    422,
    'warn',
    '平台不接受这个密钥，请核对后重新录入。',
    'The platform does not take this secret; check it and enter it again.',
  ),
  release_known: entry(409, 'info', '这个构建已经登记。', 'This build has been registered.'),
  release_version_revoked: entry(
    409,
    'warn',
    '这个版本号的发布已被撤销，不能再登记；请改用新的版本号。',
    'A release of this version was revoked: its number is not taken again. Sign the build under a new version.',
  ),
  scan_unreadable: entry(
    422,
    'info',
    '扫描结果无法识别：应为 menshen scan --json 的输出或 SARIF 2.1.0，且发现不超过 20000 处。',
    'The scan result cannot be read: it must be the output of menshen scan --json or SARIF 2.1.0, with at most 20,000 findings.',
  ),
  // Training.
  course_faulty: entry(422, 'info', '课程文本有误，请先检查。', 'The text of the course is faulty; check it first.'),
  learner_sign_in_failed: entry(403, 'warn', '登录没有成功，请重试。', 'Signing in did not work; try again.'),
  attempts_used_up: entry(
    429,
    'info',
    '今天的测验次数已用完，请明天再试。',
    'The attempts of today are used up; try again tomorrow.',
  ),
  attempt_over: entry(409, 'info', '测验已结束，请重新开始。', 'This attempt is over; begin another.'),
  drills_off: entry(
    409,
    'info',
    '钓鱼演练未启用：请在 training.drills 中启用，并指定批准人、邮箱域名与发信通道。',
    'Phishing drills are off: switch them on in training.drills, with approvers, domains and a mail channel.',
  ),
  drill_sender_unknown: entry(
    409,
    'info',
    '配置中没有这个演练发件人：请在 training.drills.senders 中设置名称、地址与链接主机。',
    'The configuration has no such sender of drills: name it in training.drills.senders, with its address and the host of its links.',
  ),
  drill_not_approved: entry(
    403,
    'warn',
    '这次演练没有得到 training.drills.approvers 中指定人员的批准。',
    'Nobody who is named in training.drills.approvers has approved this drill.',
  ),
  bulletin_unreachable: entry(
    409,
    'info',
    '没有可用的发送方式：请配置企业微信应用，或 training.mailChannel。',
    'There is no way to send it: configure a WeCom app, or training.mailChannel.',
  ),
  bounce_unreadable: entry(
    422,
    'info',
    '这不是退信报告（RFC 3464），或者过长、格式有误。',
    'This is no delivery status notification (RFC 3464), or it is too long or malformed.',
  ),
  bounce_unknown: entry(
    404,
    'info',
    '退信与最近三十天发出的邮件对不上。',
    'The report is about no mail of the last thirty days.',
  ),
  unsubscribe_invalid: entry(
    400,
    'info',
    '退订链接无效，请使用邮件中的完整链接。',
    'This link is not valid; use the whole link of the mail.',
  ),
  labs_off: entry(409, 'info', '动手实验未启用：请在 training.labs 中启用。', 'Labs are off: switch them on in training.labs.'),
  labs_full: entry(503, 'info', '实验环境都在使用中，请过几分钟再来。', 'All sandboxes are in use; come back in a few minutes.'),
  lab_over: entry(409, 'info', '实验环境已结束，请重新启动。', 'The sandbox has ended; start another.'),
  lab_broken: entry(502, 'error', '实验环境没有应答，请重新启动。', 'The sandbox does not answer; start another.'),
  lab_unreachable: entry(
    503,
    'error',
    '运行实验环境的节点没有应答，请过一分钟再试。',
    'The node that runs your sandbox does not answer; try again in a minute.',
  ),
  contest_closed: entry(409, 'info', '竞赛现在不接受报名或作答。', 'The contest takes no players or answers now.'),
  // Incidents.
  incident_ended: entry(409, 'info', '事件已结束，请先重新打开。', 'The incident has ended; open it again first.'),
  incident_step: entry(409, 'info', '事件当前的状态不允许这一步。', 'The state of the incident does not allow this step.'),
  incident_reason: entry(422, 'info', '更正已有的记录需要说明理由。', 'To correct what was recorded, give a reason.'),
  incident_recovery_incomplete: entry(
    409,
    'info',
    '恢复清单尚未完成：请补齐各项，或写明例外的理由。',
    'The checklist of recovery is not complete: fill its boxes, or give a reason for an exception.',
  ),
  recovery_evidence: entry(
    422,
    'info',
    '该证据不成立，或早于事件发现。',
    'This proves nothing here, or it is older than the discovery of the incident.',
  ),
  incident_reports_exhausted: entry(
    429,
    'warn',
    '今天上报的次数已满，请直接联系安全部门。',
    'You have reported as often as a day allows; call the security department.',
  ),
  evidence_full: entry(
    422,
    'info',
    '证据文件过大，或该事件的证据文件已达上限。',
    'The file is too large, or the incident holds as many files as it may.',
  ),
  evidence_known: entry(409, 'info', '该事件已有内容相同的证据文件。', 'The incident holds a file of the same content already.'),
  evidence_type: entry(
    415,
    'info',
    '不接受此类证据文件；其他类型请先打包为 zip。',
    'Files of this type are not taken as evidence; put others into a zip first.',
  ),
  evidence_altered: entry(
    500,
    'error',
    '证据文件的内容与登记的哈希不符，未予提供。',
    'The evidence is not what was put in: its hash differs, and it is not handed out.',
  ),
  // Compliance and reports.
  attestation_full: entry(
    422,
    'info',
    '佐证文件过大，或该项要求的佐证文件已达上限。',
    'The file is too large, or the requirement holds as many files as it may.',
  ),
  // Guards on business rules.
  guard_campaign_unknown: entry(422, 'warn', '没有这个活动。', 'There is no such campaign.'),
  guard_campaign_closed: entry(422, 'info', '活动不在开放时间内。', 'The campaign is not open now.'),
  guard_campaign_stopped: entry(422, 'warn', '活动已暂停。', 'The campaign has been stopped.'),
  guard_value_missing: entry(
    422,
    'warn',
    '缺少必要的内容，或其格式不正确。',
    'A value that is needed is missing or of the wrong form.',
  ),
  guard_amount_out_of_bounds: entry(422, 'warn', '金额超出允许范围。', 'The amount is outside what is allowed.'),
  guard_place_mismatch: entry(422, 'warn', '地点与二维码或活动不符。', 'The place does not fit the code or the campaign.'),
  guard_code_invalid: entry(422, 'warn', '二维码无效。', 'The scanned code is not valid.'),
  guard_code_expired: entry(422, 'info', '二维码已过期或已作废。', 'The scanned code has expired or was revoked.'),
  guard_code_used: entry(422, 'info', '二维码已被使用。', 'The scanned code was already used.'),
  guard_device_unknown: entry(422, 'info', '无法识别此设备，请更新小程序。', 'The device is not known; update the mini program.'),
  guard_quota_exceeded: entry(422, 'info', '已达到可领取的次数。', 'No more may be claimed.'),
  guard_budget_exhausted: entry(422, 'info', '活动名额或预算已用完。', 'The budget of the campaign is used up.'),
  guard_answer_mismatch: entry(
    502,
    'error',
    '业务系统的结果不符合活动规则，已拦截。',
    "The backend's answer breaks the rules of the campaign and was withheld.",
  ),
  guard_not_granted: entry(422, 'warn', '此优惠券不是经由本活动发放的。', 'This coupon was not granted by the campaign.'),
  guard_amount_mismatch: entry(422, 'warn', '金额与发放时不一致。', 'The amount differs from what was granted.'),
  guard_not_owner: entry(422, 'warn', '此优惠券属于他人。', 'This coupon belongs to somebody else.'),
  guard_already_redeemed: entry(422, 'info', '此优惠券已被使用。', 'This coupon was already redeemed.'),
  guard_not_redeemed: entry(
    422,
    'info',
    '此优惠券尚未使用，不能退款。',
    'This coupon was not redeemed, so there is nothing to refund.',
  ),
  guard_coupon_void: entry(422, 'info', '此优惠券已作废。', 'This coupon is void.'),
  guard_coupon_expired: entry(422, 'info', '此优惠券已过期。', 'This coupon has expired.'),
  guard_reservation_unknown: entry(404, 'info', '没有这个预留，或已超时。', 'There is no such reservation, or its time is over.'),
  guard_key_missing: entry(400, 'info', '请求需要幂等键。', 'The request needs an idempotency key.'),
  guard_key_malformed: entry(400, 'info', '幂等键格式不正确。', 'The idempotency key is malformed.'),
  guard_key_reused: entry(409, 'warn', '同一幂等键已用于另一请求。', 'The idempotency key was used with another request.'),
  guard_in_flight: entry(409, 'info', '同一请求正在处理，请稍候。', 'The same request is under way; wait a moment.'),
  guard_keys_exhausted: entry(429, 'warn', '使用中的幂等键过多。', 'Too many idempotency keys are in use.'),
  guard_number_out_of_range: entry(422, 'warn', '数值超出允许范围。', 'A number is outside what is allowed.'),
  guard_list_size: entry(422, 'warn', '列表的项数不在允许范围内。', 'A list is longer or shorter than allowed.'),
  guard_state_backwards: entry(422, 'warn', '状态只能向前变化。', 'The state may only move forward.'),
  guard_not_owned: entry(403, 'warn', '引用了不属于你的对象。', 'The request names an object that is not yours.'),
  guard_total_exceeded: entry(422, 'info', '已达到此时段的累计上限。', 'The total for this period is used up.'),
  // Privacy duties.
  consent_required: entry(
    403,
    'info',
    '此操作需要您先同意个人信息的处理。',
    'This needs your consent to the processing of personal data first.',
  ),
  purpose_unknown: entry(404, 'info', '没有这个处理目的。', 'There is no such purpose.'),
  purpose_outdated: entry(409, 'info', '告知内容已更新，请重新阅读。', 'The text has changed; read it again.'),
  privacy_request_closed: entry(409, 'info', '请求已经办结。', 'The request is closed already.'),
  privacy_requests_exhausted: entry(429, 'info', '未办结的请求过多，请等待处理。', 'Too many requests are open; wait for them.'),
  privacy_unverified: entry(409, 'info', '尚未核实请求人的身份。', 'Who asks has not been verified yet.'),
  person_still_listed: entry(
    409,
    'info',
    '此人仍在通讯录来源中，请先在来源中移除。',
    'A source of the directory still lists this person; remove them there first.',
  ),
  person_administers: entry(
    409,
    'info',
    '此人绑定着在用的管理员账号，请先停用账号或解除绑定。',
    'An administrator account at work is bound to this person; disable it or unbind it first.',
  ),
  subject_data_failed: entry(502, 'warn', '业务后端没有回应个人信息请求。', 'The backend did not answer for its personal data.'),
  retention_running: entry(409, 'info', '清理正在进行。', 'Retention is being carried out already.'),
} as const satisfies Record<string, ErrorEntry>;

/** Every stable error code. */
export type ErrorCode = keyof typeof errorCatalogue;

export type Language = 'zh' | 'en';

/** The text of a code in a language. */
export function errorText(code: ErrorCode, language: Language): string {
  return errorCatalogue[code][language];
}

/** The HTTP status of a code. */
export function errorStatus(code: ErrorCode): number {
  return errorCatalogue[code].status;
}

/** Narrows a string to a known code. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/**
 * The one error that services throw for expected failures. `details` are of our own making (a field name, a limit), never input.
 */
export class MenshenError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;
  constructor(
    code: ErrorCode,
    details: Readonly<Record<string, string | number | readonly string[]>> = {},
    options?: ErrorOptions,
  ) {
    super(errorCatalogue[code].en, options);
    this.name = 'MenshenError';
    this.code = code;
    this.details = details;
  }
  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** Picks the language of an answer from `Accept-Language`: English where it is asked for first, Chinese otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'zh';
  return /^\s*en\b/i.test(acceptLanguage.slice(0, 64)) ? 'en' : 'zh';
}
