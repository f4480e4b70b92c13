import type { Bilingual } from './bilingual.ts';
import type { ErrorCode } from './errors.ts';

/** What a refusal means to whoever wrote the client or the backend, and what to do about it. */
export interface RefusalHelp {
  readonly why: Bilingual;
  readonly fix: Bilingual;
}

const help = (whyZh: string, fixZh: string, whyEn: string, fixEn: string): RefusalHelp => ({
  why: { zh: whyZh, en: whyEn },
  fix: { zh: fixZh, en: fixEn },
});

const signIn = help(
  '请求没有带有效的会话：没有带、已过期、已被终止，或者不是本网关签发的。',
  '客户端重新调用登录（SDK 会自动进行），并在 Authorization: Bearer 中带上新的会话。若刚登录就出现，查看「会话」页是谁终止了它。',
  'The request carries no session that is good: none at all, one that has ended, or one that this gateway has not issued.',
  'Have the client sign in again (the SDK does so by itself) and send the new session in Authorization: Bearer. Where that follows right after a sign-in, see on the page of sessions who ended it.',
);
const binding = help(
  '会话与登录时的手机绑定，每个请求都要签名：签名缺失、算错、时间差太大，或者同一请求发了第二次。',
  '用 SDK 发请求；自己实现的，按客户端协议逐字节核对被签名的文本，先用 hello 校准时间，每次用新的随机数。',
  'The session is bound to the phone that signed in, and each request is signed: the signature is missing or wrong, the clock is off, or the request came twice.',
  'Send requests by the SDK. With an implementation of your own, compare the text to be signed byte by byte with the client protocol, take the time from hello first, and use a new nonce each time.',
);
const ended = help(
  '管理员正在处置安全事件，这部分服务被暂停。',
  '在「应急遏制」或「开关」页查看是谁、为什么、到何时；恢复由有权限的管理员进行。',
  'Administrators are dealing with an incident, and this part of the service is stopped.',
  'See on the page of containment or of switches who stopped it, why and until when. Somebody with that power lets it go on.',
);
const backend = help(
  '请求通过了检查并已转发，但业务后端没有给出可用的回答：连不上、超时、回答不合格式，或连续失败后被暂时跳过。',
  '看后端自己的日志（请求头 X-Menshen-Request-Id 与本页编号相同），并核对 upstream 的地址与 timeoutMs。',
  'The request passed and was forwarded, but no usable answer came from the backend: no connection, too late, not well formed, or skipped for a while after many failures.',
  "Look into the backend's own log (X-Menshen-Request-Id is the id on this page), and compare the address and timeoutMs of upstream.",
);
const ours = help(
  '门神自己暂时无法完成这一步；没有把握时一律拒绝，不会放行。',
  '在「系统」页和 /readyz 查看哪一部分不可用。稍后重试是安全的。',
  'Menshen itself could not do this step for the moment. What it is not sure of it refuses.',
  'See on the page System and at /readyz which part is away. Trying again later is safe.',
);
const payment = help(
  '这个接口只接收微信支付的通知，通知的签名、时间或内容核对不上。',
  '核对 pay.platformKeys 中的平台公钥与序列号是否为最新，服务器时间是否准确；不是微信发来的请求应当被拒绝。',
  'This route takes notifications of WeChat Pay only, and the signature, time or content of this one does not hold.',
  'See that pay.platformKeys has the current key and serial, and that the clock is right. What does not come from WeChat is to be refused.',
);
const malformedBody = help(
  '请求体不符合它声明的格式：JSON 语法错误、表单编码不正确，或分段不完整。网关只转发每个程序都读成同一含义的内容。',
  '用 JSON.stringify 生成 JSON；不要手工拼接，不要带注释、尾随逗号或字节顺序标记，并确认 Content-Type 与内容一致。',
  'The body is not what it says it is: JSON with faults, a form that is not well coded, or parts that do not end. Only what every program reads alike is forwarded.',
  'Make JSON by JSON.stringify and not by hand: no comments, trailing commas or byte order marks; and see that Content-Type says what the body is.',
);
const upload = help(
  '文件的真实内容、名称或结构不在这个接口允许的范围内。类型由字节判断，扩展名和声明的类型必须与之一致。',
  '核对接口的 uploads.types、maxBytes 与 names；不要只改扩展名，请另存为允许的格式后再上传。',
  'Content, name or structure of the file is not what this route takes. The type is told by the bytes, and extension and declared type must agree with them.',
  'Compare uploads.types, maxBytes and names of the route. Do not rename a file: save it in a type that is taken.',
);
const uploadContent = help(
  '文件与它声明的类型不符，或其中有会被浏览器、服务器、Office 程序或解压程序运行的内容；每项发现及其位置列在请求页上。',
  '另存为干净的文件后再上传，不要只改扩展名；业务确需这一种内容时，在接口的 uploads.content 中放行，或从请求页建立例外。',
  'The file is not of the type that it says, or holds what a browser, a server, an Office program or an unpacker would run; the page of the request names each finding and where it stands.',
  'Save a clean file and do not merely rename it. Where the business needs such content, allow its kind in uploads.content of the route, or make an exception from the page of the request.',
);
const coupon = help(
  '台账中的这张券不允许这样使用：从未发放、金额或持有人不同、已用过、已退款、作废或过期。只有台账中真实发放过的券有效，后端另造的一文不值。',
  '在「活动」页按券号查台账：是谁、何时、以多少金额领取。若后端认为它有效而台账没有，请检查后端代码是否被改动。',
  'The ledger does not allow this with that coupon: it was never granted, is of another amount or person, was used or refunded, is void or has expired. Only what was really granted counts; what a backend made up is worthless.',
  'Look the coupon up in the ledger on the page of the campaign. Where the backend takes it for good and the ledger does not know it, see whether the backend was tampered with.',
);
const code = help(
  '活动要求扫描签名的一次性二维码：这个码的签名不对、已用过、已过期或已作废。',
  '小程序应原样传递 scene（32 个字符），不要截断或改变大小写；批次与有效期见「活动」页的二维码批次。',
  'The campaign takes signed single-use codes: this one is not signed by us, was used, has expired or was revoked.',
  'Pass the scene on as it is, all 32 characters, capitals kept. Batches and their end stand on the page of the campaign.',
);
const key = help(
  '幂等键（Idempotency-Key）缺失、格式不正确、已用于另一个请求，或者同一请求还在处理中。',
  '每次操作生成一个新的键，重试时用同一个键和完全相同的内容。',
  'The idempotency key is missing, malformed, was used with another request, or its request is still under way.',
  'Make a new key for each act, and repeat it with exactly the same content when you try again.',
);

/** Help for each code with which a request at the gateway can end. */
export const refusalHelp: Partial<Readonly<Record<ErrorCode, RefusalHelp>>> = {
  bad_request: help(
    '请求行或整个请求不合 HTTP/1.1 的写法：单独的回车或换行、多余的空格、其他协议版本，或者请求前有多余的字节。',
    '用标准的 HTTP 客户端发送；紧跟在另一个请求之后出现的，多半是有人在试请求走私。',
    'The request line, or the request as a whole, is not as HTTP/1.1 has it: a bare CR or LF, spaces too many, another version, or bytes in front of it.',
    'Use a common HTTP client. Right behind another request it is most likely somebody trying to smuggle one.',
  ),
  header_malformed: help(
    '请求头有多种读法：重复的关键请求头、控制字符、折行，或互相矛盾的长度。不同的程序会读出不同的含义，这正是请求走私的手法。',
    '用标准的 HTTP 客户端发送；Host、Content-Type、Content-Length 各只写一次，不要同时写 Content-Length 与 Transfer-Encoding。',
    'The headers can be read in more than one way: an important one stands twice, there are control characters or folded lines, or two lengths. That is how requests are smuggled.',
    'Use a common HTTP client. Send Host, Content-Type and Content-Length once each, and never Content-Length beside Transfer-Encoding.',
  ),
  headers_too_large: help(
    '请求头太多或太长。',
    '把数据放进请求体；Cookie 与自定义请求头保持精简。',
    'There are too many headers, or they are too long.',
    'Move data into the body; keep cookies and headers of your own short.',
  ),
  path_malformed: help(
    '路径有多种读法：含有 ..、重复的斜杠、编码的斜杠或百分号、分号，或不可见字符。',
    '路径参数用 encodeURIComponent 编码一次，值中不要有斜杠；确需斜杠的值请放进查询参数或请求体。',
    'The path can be read in more than one way: dot segments, doubled or encoded slashes, encoded percent signs, semicolons or invisible characters.',
    'Encode each value once by encodeURIComponent and keep slashes out of it; a value with slashes belongs into the query or the body.',
  ),
  query_malformed: help(
    '查询参数编码不正确、过长或含有控制字符。',
    '用 encodeURIComponent 或 URLSearchParams 生成查询参数。',
    'The query is not well coded, too long, or holds control characters.',
    'Make it by encodeURIComponent or URLSearchParams.',
  ),
  query_ambiguous: help(
    '同名的查询参数出现了两次，或以不同写法出现（a 与 a[]，分号分隔）。不同的后端会取第一个、最后一个或合并成列表。',
    '每个参数只写一次；确需列表的，在接口的 schema 中把它声明为数组。',
    'A parameter stands there twice, or in two ways (a beside a[], separated by semicolons). Backends take the first, the last, or make a list of them.',
    "Send each parameter once; where a list is meant, declare it as an array in the route's schema.",
  ),
  body_malformed: malformedBody,
  body_not_utf8: help(
    '请求体不是 UTF-8。',
    '以 UTF-8 编码发送；GBK 数据请先转换。二进制文件请用 multipart 上传。',
    'The body is not UTF-8.',
    'Send UTF-8, and convert GBK before. Files go as multipart.',
  ),
  body_ambiguous: help(
    '请求体有不止一种读法，不同的程序会读出不同的值：同一字段出现两次（包括用转义写的），数字超出双精度能精确表示的范围，半个代理字符，或会触及原型的字段名。',
    '每个字段只写一次；超过 2^53 的编号和高精度金额请作为文本传递；用 JSON.stringify 生成。',
    'The body has more than one reading, and programs would see different values: a member that stands there twice (escapes count), a number that a double cannot hold exactly, half a surrogate pair, or a name that reaches a prototype.',
    'Name each member once, send ids above 2^53 and exact decimals as text, and make JSON by JSON.stringify.',
  ),
  body_too_deep: help(
    '对象或列表嵌套的层数超过上限。',
    '把结构展平；正常业务数据很少超过十层。',
    'Objects or lists are nested deeper than is allowed.',
    'Flatten the structure: business data rarely needs more than ten levels.',
  ),
  too_many_fields: help(
    '字段、列表项或分段的数量超过上限。',
    '分批提交。',
    'There are more members, items or parts than is allowed.',
    'Send it in several requests.',
  ),
  body_too_large: help(
    '请求体、某个字段或某个文件超过这个接口的大小上限。',
    '上限在接口的 body.maxBytes（默认值见文档）与 uploads.maxBytes；确需更大时调整该接口，不要调整全局。',
    'The body, a member or a file is larger than this route takes.',
    'The limits are body.maxBytes and uploads.maxBytes of the route; where more is needed raise them there and not for all.',
  ),
  compression_ratio: help(
    '压缩的内容展开后过大，像是压缩炸弹。',
    '不要压缩很小或高度重复的内容；小程序的请求一般不需要压缩。',
    'The compressed body expands too far, as a bomb would.',
    'Do not compress what is small or repeats itself; requests of a mini program seldom need it.',
  ),
  body_encoding_unsupported: help(
    '只接受 gzip、br 和 zlib 格式的 deflate，且只能压缩一次。',
    '去掉 Content-Encoding，或只用其中一种。',
    'Only gzip, br and deflate (zlib) are taken, and only once.',
    'Leave Content-Encoding out, or use one of them.',
  ),
  content_type_unsupported: help(
    '这个接口不接受这种内容类型。',
    '按接口的 body.types 发送（默认 JSON）；XML 不被接受，因为没有安全的统一读法。',
    'The route does not take this type of content.',
    'Send what body.types of the route names (JSON by default). XML is not taken: there is no one safe reading of it.',
  ),
  charset_unsupported: help(
    'Content-Type 声明了 UTF-8 以外的编码。同样的字节换一种编码就是另一段文字，可以用来绕过检查。',
    '去掉 charset，或写 charset=utf-8。',
    'Content-Type names another charset than UTF-8. The same bytes are another text in another charset, which is a way past inspection.',
    'Leave charset out, or write charset=utf-8.',
  ),
  uri_too_long: help('请求地址过长。', '把数据放进请求体。', 'The address is too long.', 'Move data into the body.'),
  request_timeout: help(
    '请求头或请求体没有在时限内送完，或客户端中途断开。',
    '弱网下减小请求体；若是大量慢速连接，可能是慢速攻击，查看「流量限制」。',
    'Head or body did not arrive in time, or the client went away.',
    'Make bodies smaller for weak networks. Many slow connections may be an attack: see Traffic limits.',
  ),
  schema_mismatch: help(
    '请求与接口声明（或学习后批准）的字段类型不符。只报告第一处。',
    '按「在哪里」所写修改请求；若新版本确实需要这个字段，先在 schema 中声明，或在「字段类型」页批准新的提议。',
    'The request does not fit the types of fields that the route declares, or that were learned and approved. The first place is named.',
    'Change the request where it says. Where a new version really needs the field, declare it in the schema first, or approve the proposal on the page Field types.',
  ),
  upload_type_refused: upload,
  upload_content_refused: uploadContent,
  upload_name_refused: upload,
  upload_infected: help(
    '扫描服务在文件中发现了恶意程序。',
    '不要打开这个文件；告知上传者检查其设备。确认是误报时，由扫描服务一侧处理。',
    'The scanner found malware in the file.',
    'Do not open it; have the sender look at their device. A false alarm is for the scanner to settle.',
  ),
  upload_not_scanned: help(
    '扫描服务没有应答，按设置未放行。',
    '检查 clamd 或 ICAP 服务是否运行、地址是否正确；failure: open 会放行并告警，请慎用。',
    'The scanner did not answer, and what is not scanned does not pass.',
    'See that clamd or the ICAP service runs and that its address is right. failure: open lets files pass with an alarm: think twice.',
  ),
  session_missing: signIn,
  session_invalid: signIn,
  session_expired: signIn,
  session_revoked: signIn,
  signature_required: binding,
  signature_invalid: binding,
  clock_skew: binding,
  request_replayed: binding,
  transfer_ticket_invalid: help(
    '上传或长连接要用一次性凭据：它已用过、已过期，或是为另一个接口、另一个文件申请的。',
    '每次上传或连接前用 SDK 申请新的凭据。',
    'Uploads and sockets take a ticket for one use: this one was used, has expired, or is for another route or file.',
    'Ask for a new ticket by the SDK before each.',
  ),
  socket_origin_refused: help(
    '长连接的来源不在允许之列。',
    '从小程序发起；网页需在接口的 socket 设置中写明来源。',
    'The socket comes from where none are taken.',
    'Open it from the mini program; for web pages name their origin at the route.',
  ),
  audience_refused: help(
    '应用没有为这种身份（员工、伙伴、顾客）开放。',
    '确认登录的是对的应用；确需开放时修改应用的 audience。',
    'The app does not serve this kind of person (employee, partner, customer).',
    "See that it is the right app; to serve them too change the app's audience.",
  ),
  account_disabled: help(
    '通讯录中此人已停用或已离职。',
    '在「人员」页核对；恢复由通讯录来源决定。',
    'The directory says that the person is disabled or has left.',
    'Look them up under People; it is for the source of the directory to change.',
  ),
  account_locked: ended,
  mfa_required: help(
    '这个操作要求最近一段时间内完成过二次验证。客户端收到后应弹出验证，而不是报错。',
    '用 SDK 的验证流程处理 mfa_required；要求的时长写在接口的 auth.mfa.maxAgeSeconds。',
    'The act takes a second factor of a short while ago. The client is to ask for it, and not to show an error.',
    "Answer mfa_required by the SDK's flow. How recent it must be is auth.mfa.maxAgeSeconds of the route.",
  ),
  route_undeclared: help(
    '这个路径没有在应用的 routes 中声明。没有声明的一律拒绝，后端遗留的调试接口因此碰不到。',
    '确认方法和路径拼写；新接口先在配置中声明。扫描器常见的路径出现在这里是正常的。',
    "The path is not among the app's routes. What is not declared is refused, so that forgotten debug endpoints cannot be reached.",
    'See method and spelling; declare a new route in the configuration first. Paths that scanners try belong here.',
  ),
  app_unknown: help(
    '没有应用对应这个域名或路径前缀。',
    '核对客户端的基础地址与应用的 hosts 或 basePath。',
    'No app has this host or base path.',
    "Compare the client's base address with hosts or basePath of the app.",
  ),
  method_not_allowed: help(
    '路径存在，但没有声明这个方法。',
    '核对方法；确需开放时在 routes 中增加一条。',
    'The path is there, but not with this method.',
    'See the method; to open it add a route.',
  ),
  not_permitted: help(
    '没有任何策略允许此人对这个对象执行这个操作，或有一条策略明确禁止。默认拒绝。',
    '点「为什么被拒绝」查看每条策略的结论；应当允许的，请修改策略，而不是绕过网关。',
    'No policy permits this person this act on that object, or one forbids it. The default is no.',
    'Follow "Why it was refused" to see what each policy says. What should be allowed is for a policy to say, not for a way around the gateway.',
  ),
  address_refused: help(
    '来源地址在禁止名单、配置的 denyAddresses 或应急遏制中。',
    '在「名单」和「应急遏制」页查是谁、为什么、到何时；误伤时由管理员移除，或加入允许名单。',
    'The address is on the deny list, in denyAddresses, or blocked by containment.',
    'See on Lists and Containment who denied it, why and until when. An administrator takes it off, or adds it to the allow list.',
  ),
  client_refused: help(
    '人员、设备或客户端标识在禁止名单中。',
    '在「名单」页查原因与期限。',
    'The person, device or user agent is on the deny list.',
    'See reason and end on the page Lists.',
  ),
  risk_refused: help(
    '会话的风险等级或微信给出的用户风险等级超过这个接口允许的值。',
    '完成二次验证会降低风险；等级来自哪里见「在哪里」。正常用户常被拒绝时，改用 challenge。',
    "The session's risk, or WeChat's rank of the user, is above what the route takes.",
    'A second factor lowers it; the line Where says what it comes from. Where honest people meet this often, use challenge.',
  ),
  bot_refused: help(
    '几个弱特征合起来像是自动程序。单独一个特征从不足以拒绝。',
    '特征见「在哪里」；内部脚本请加入允许名单，或把接口的 bot 规则改为 monitor 观察。',
    'Several weak signs together look like a program. One alone never refuses.',
    "The line Where names the signs. Put scripts of your own on the allow list, or set the route's bot rule to monitor.",
  ),
  challenge_required: help(
    '请求较多或有风险，需要客户端先完成一次验证再重发：计算，或由微信核实的手机号（接口写 answer: phone 时）。',
    '小程序引入 @menshen/miniprogram/challenge：计算自动完成；手机号验证由 onPhone 显示微信的按钮并交回 code。',
    'Many requests, or a risk: the client is to do what is asked and come again, a computation, or a phone number that WeChat vouches for (answer: phone).',
    "Use @menshen/miniprogram/challenge: it computes by itself, and its hook onPhone shows WeChat's button and hands back the code.",
  ),
  phone_code_refused: help(
    '微信不认可这个手机号凭据：不属于本人、已用过、已过期、不是本小程序的，或微信的回答核对不上。',
    '每次都用按钮新给出的 code；code 五分钟有效，只能用一次，并且必须由当前登录的微信用户点按钮得到。',
    "WeChat does not take the code: another person's, used, too old, of another mini program, or its answer does not hold.",
    'Take the code that the button has just given. It lives five minutes, serves once, and is of the WeChat user who is signed in.',
  ),
  phone_country_refused: help(
    '手机号的国家或地区代码不在 gateway.rates.challenge.phone.countryCodes 中。',
    '确实有境外顾客时，把相应的代码加入 countryCodes。',
    'The country code of the number is none of gateway.rates.challenge.phone.countryCodes.',
    'Where you have customers there, add their code to countryCodes.',
  ),
  phone_number_overused: help(
    '一个手机号在 windowHours 内已为 personsPerNumber 个账号通过验证。这是一台手机操作许多账号的典型特征。',
    '家人共用一个号码而常被拒绝时，调高 gateway.rates.challenge.phone.personsPerNumber。手机号本身没有保存，无法查看是哪一个。',
    'One number has answered for personsPerNumber accounts within windowHours: the sign of one phone behind many accounts.',
    'Where families share a number, raise gateway.rates.challenge.phone.personsPerNumber. The number itself is kept nowhere, so nobody can look it up.',
  ),
  phone_tries_exceeded: help(
    '此人在 triesWindowMinutes 内兑换的手机号凭据已达上限；每次兑换都要调用微信，占用小程序的接口额度。',
    '按 Retry-After 等待。正常顾客常遇到时，调高 triesPerPerson 或 validMinutes。',
    'This person has had as many codes exchanged as triesPerPerson allows; each is a call to WeChat out of a quota.',
    'Wait as Retry-After says. Where honest customers meet this, raise triesPerPerson or validMinutes.',
  ),
  phone_check_unavailable: help(
    '微信没有给出可用的回答，或者额度（微信的，或 exchangesPerMinute）已用完。没有把握时一律拒绝。',
    '「在哪里」写明是哪一种；额度见微信公众平台。希望此时改为计算验证的，设置 gateway.rates.challenge.phone.unavailable: challenge。',
    "WeChat gave no usable answer, or a quota is used up: WeChat's, or exchangesPerMinute. What is not sure is refused.",
    "The line Where says which; WeChat's console shows its quota. To take a computation meanwhile, set gateway.rates.challenge.phone.unavailable to challenge.",
  ),
  rate_limited: help(
    '超过了一条限额（见「在哪里」）。回答中的 Retry-After 是多少秒后再试。',
    '客户端应按 Retry-After 等待，不要立即重试。限额太紧时在「流量限制」页调整。',
    'A limit was passed; the line Where names it. Retry-After says after how many seconds to come again.',
    'Wait for as long; do not try again at once. Where the limit is too tight change it on Traffic limits.',
  ),
  request_blocked: help(
    '请求中有攻击的形式，依据写在下面。',
    '看是哪个字段、哪条规则。确实不是攻击时，点「不是攻击：建立例外」。',
    'The request has the form of an attack; what that rests on stands below.',
    'See which field and which rule. Where it is none, press "Not an attack: make an exception".',
  ),
  inspection_budget: help(
    '请求太复杂，在预算内无法检查完。没有检查到的部分不能视为无害。',
    '分批提交；已知类型的字段（数字、编号、日期）在 schema 中声明后不再需要检查；或提高该接口的 inspect.steps。',
    'The request is too complex to be read to its end within the budget, and what was not read was not found harmless.',
    'Send it in parts, declare fields of known types (numbers, ids, dates) in the schema, or raise inspect.steps of the route.',
  ),
  consent_required: help(
    '处理这类个人信息需要本人先同意，此人尚未同意、已撤回，或告知内容已更新。',
    '客户端先展示告知并取得同意（SDK 的 consent 流程）。',
    'This takes the consent of the person, who has not given it, has withdrawn it, or has not seen the new text.',
    "Show the notice and ask first (the SDK's consent flow).",
  ),
  envelope_required: help(
    '这个接口要求加密通道，请求是明文。',
    '用 SDK 发送，或在接口上把 seal 改为 optional。',
    'The route is for encrypted requests, and this one is in clear.',
    'Send it by the SDK, or set seal of the route to optional.',
  ),
  envelope_invalid: help(
    '加密的请求体打不开：密钥、随机数或内容与会话不符，或被改动。',
    '重新登录以取得新的会话密钥；自己实现的，按客户端协议核对。',
    'The encrypted body does not open: key, nonce or content are not of this session, or were changed.',
    'Sign in again for a new key. With an implementation of your own, compare it with the client protocol.',
  ),
  answer_withheld: help(
    '后端的回答里有不应显示的内容，或大到无法检查，没有交给客户端。',
    '看「在哪里」是哪一类；后端应只返回需要的字段。误判时调整该接口的 mask 或防泄露设置。',
    "The backend's answer holds what must not be shown, or is too large to be looked at; it was not disclosed.",
    'See in the line Where which kind. The backend should answer only what is needed; where it is no fault, change mask or the leak rules of the route.',
  ),
  answer_leak: help(
    '后端的回答疑似批量泄露个人信息，没有交给客户端。',
    '核对这个接口为什么返回这么多个人信息；确属业务需要的，在接口上声明。',
    "The backend's answer looks like a leak of personal data; it was not disclosed.",
    'See why the route answers so much of it; where that is meant, declare it at the route.',
  ),
  backend_unreachable: backend,
  backend_answer_invalid: backend,
  backend_timeout: backend,
  backend_circuit_open: backend,
  audit_unwritable: help(
    '审计日志写不进去。没有记录的操作不会进行，所以全部拒绝。',
    '检查数据目录所在磁盘的空间与权限；恢复后自动继续。',
    'The audit log cannot be written. Nothing is done without its record, so everything is refused.',
    'See space and permissions of the disk with the data folder; it goes on by itself afterwards.',
  ),
  coordination_unavailable: ours,
  store_unavailable: ours,
  overloaded: ours,
  shutting_down: ours,
  internal_error: ours,
  maintenance: ended,
  app_stopped: ended,
  app_read_only: ended,
  route_stopped: ended,
  backend_isolated: ended,
  app_version_refused: help(
    '这个小程序版本已被停用，或不是已登记的版本。',
    '提示用户更新；刚发布的版本请先登记（「发布」页）。',
    'This version of the mini program is stopped, or is none that is known.',
    'Have people update; register a new version first (page Releases).',
  ),
  payment_unsigned: payment,
  payment_expired: payment,
  payment_serial_unknown: payment,
  payment_signature_invalid: payment,
  payment_malformed: payment,
  payment_in_flight: payment,
  guard_campaign_unknown: help(
    '请求写明的活动不在这个接口所服务的活动之中。',
    '核对请求中的活动标识与配置 campaigns[].id。',
    'The campaign that the request names is none of this route.',
    'Compare it with campaigns[].id in the configuration.',
  ),
  guard_campaign_closed: help(
    '现在不在活动的开放时间内（window 与每日时段，按活动的时区）。',
    '核对 window 的起止与 hours；结束时刻本身不算在内。',
    'The campaign is not open now (its window, and hours of the day in its own time zone).',
    'Compare start, end and hours of the window; the end itself is no part of it.',
  ),
  guard_campaign_stopped: help(
    '活动已停止：后端多次给出违规结果、多人发来不可能的请求，或者管理员或剧本停止了它。',
    '在「活动」页查看停止的原因与差异，查清后由安全管理员恢复。',
    'The campaign is stopped: the backend broke its bounds several times, several people sent what no honest client sends, or an administrator or a playbook stopped it.',
    'See on the page of the campaign why, and what differed. The security administrator lets it go on when that is clear.',
  ),
  guard_value_missing: help(
    '守护规则要读的值不存在、类型不对、写法不唯一，或旁边有一个后端可能当成同一字段的名字（如 Cents 之于 cents）。',
    '按配置写明的位置传值：金额为不带小数的整数分（或按活动的单位），编号只含字母、数字和 _ . : -；同一字段只用一种写法。',
    'The value that a guard reads is missing, of the wrong kind, written in an odd way, or stands beside a name that a backend may take for it (Cents beside cents).',
    "Put it where the configuration says: amounts as whole cents (or in the campaign's unit), ids of letters, digits and _ . : - only, and each field under one name.",
  ),
  guard_amount_out_of_bounds: help(
    '请求的金额不是这个活动可能发放的金额。',
    '「在哪里」写明应为多少、请求了多少。金额的范围与步长在活动的 amount 中声明；正常的小程序不会发来范围外的金额。',
    'The amount asked for is none that the campaign may give.',
    'The line Where says what is possible and what was asked. Range and steps are declared as amount of the campaign; an honest client asks for nothing else.',
  ),
  guard_place_mismatch: help(
    '请求的地点不在活动之内，或与二维码登记的地点不同。',
    '核对活动的 places 与二维码批次的地点。',
    "The place is none of the campaign, or another than the code's.",
    'Compare places of the campaign and the place of the batch of codes.',
  ),
  guard_code_invalid: code,
  guard_code_expired: code,
  guard_code_used: code,
  guard_device_unknown: help(
    '限额按设备计数，而客户端没有说明自己的型号。',
    '用 SDK 登录；它会带上设备说明。',
    'The quota counts devices, and the client said nothing of its own.',
    'Sign in by the SDK, which says it.',
  ),
  guard_quota_exceeded: help(
    '此人或此设备在这个活动中已领满（总数或当天）。',
    '限额在活动的 quota 中；领取记录见「活动」页。',
    'This person or device has had all that the campaign gives (in all, or today).',
    'The limit is quota of the campaign; what was claimed stands on its page.',
  ),
  guard_budget_exhausted: help(
    '活动的总额或名额已用完；预留未完成的也计算在内，超时后自动退回。',
    '在「活动」页查看余额；确需追加时修改 budget。',
    'Budget or count of the campaign is used up. What is reserved counts too, and comes back when its time is over.',
    'See what is left on the page of the campaign; raise budget where more is meant.',
  ),
  guard_answer_mismatch: help(
    '后端给出的结果与请求或台账不一致，没有交给客户端。后端代码可能被改动，也可能有错误。',
    '「在哪里」写明应为多少、实为多少。先核对后端的部署（「发布」页的清单比对），再查代码。',
    "The backend's answer is not what was asked for, or not what the ledger holds; it was not disclosed. The backend may have been tampered with, or has a fault.",
    'The line Where says what was expected and what came. Compare the deployment with its signed release first, then look into the code.',
  ),
  guard_not_granted: coupon,
  guard_amount_mismatch: coupon,
  guard_not_owner: coupon,
  guard_already_redeemed: coupon,
  guard_not_redeemed: coupon,
  guard_coupon_void: coupon,
  guard_coupon_expired: coupon,
  guard_key_missing: key,
  guard_key_malformed: key,
  guard_key_reused: key,
  guard_in_flight: key,
  guard_keys_exhausted: key,
  guard_number_out_of_range: help(
    '某个数值超出接口规则允许的范围或步长。',
    '字段与范围见「在哪里」；规则在接口的 guards（range、total）中。',
    'A number is outside the range or steps that the route allows.',
    'The line Where names field and range; the rule is one of guards of the route (range, total).',
  ),
  guard_list_size: help(
    '列表的项数超出接口规则允许的范围。',
    '分批提交，或调整接口的 guards（listSize）。',
    'A list has more or fewer items than the route allows.',
    'Send it in parts, or change guards (listSize) of the route.',
  ),
  guard_state_backwards: help(
    '对象的状态只能按声明的顺序前进，请求要求后退或跳过。',
    '核对对象的当前状态；顺序在接口的 guards（forward）中。',
    'The state of an object only moves forward in the declared order; this goes back, or leaves steps out.',
    'See where the object stands; the order is in guards (forward) of the route.',
  ),
  guard_not_owned: help(
    '请求里的编号既没有在列表中给此人看过，也不是通讯录里属于此人的。这是越权访问的典型手法。',
    '客户端应先取列表再操作其中的对象；规则在接口的 guards（owns、belongs）中。',
    'An id in the request was never shown to this person, and is none that the directory gives them: the usual way to reach data of others.',
    'Read the list first and act on what it holds. The rule is in guards (owns, belongs) of the route.',
  ),
  guard_total_exceeded: help(
    '此人或此设备在这段时间内的累计已到上限。',
    '上限与时长在接口的 guards（total）中，按滑动窗口计算。',
    'The total of this person or device for the period is used up.',
    'Limit and period are in guards (total) of the route; the window slides.',
  ),
};
