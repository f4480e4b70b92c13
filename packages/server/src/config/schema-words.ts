/**
 * What the schema of the configuration says of values that do not fit, in Chinese, by its English text. The schema keeps the English: it is what zod carries.
 * A test walks the schema, so that none is missing.
 */
const chinese: Readonly<Record<string, string>> = {
  'host:port, such as 127.0.0.1:8443': '应为 主机:端口，如 127.0.0.1:8443；IPv6 地址写在方括号内，如 "[::1]:8443"',
  'host:port, such as 127.0.0.1:8483': '应为 主机:端口，如 127.0.0.1:8483；IPv6 地址写在方括号内，如 "[::1]:8483"',
  'a port is at most 65535': '端口最大为 65535',
  'an address or CIDR range, such as 10.0.0.0/8': '应为地址或 CIDR 网段，如 10.0.0.0/8',
  'a rule such as sql.tautology': '应为规则标识，如 sql.tautology',
  'names separated by dots, [] for an index, * for any name': '应为以点分隔的名称；[] 表示数组下标，* 表示任意名称',
  'needs either a class or a rule': '须写 class 或 rule 其中之一',
  'bits is at most maxBits': 'bits 不得大于 maxBits',
  'lower-case letters, digits and hyphens, starting with a letter': '应为小写字母、数字和连字符，以字母开头',
  'file:NAME in the data folder, or postgres://...':
    '应为 postgres://…，或 file:名称（位于数据目录内，不含盘符、开头的 / 和 ..），如 file:menshen.db',
  'memory: or redis://...': '应为 memory: 或 redis://…',
  'the id that WeChat shows beside the key': '应为微信在密钥旁显示的编号',
  'base64 of 32 bytes, as WeChat shows the symmetric key': '应为微信显示的对称密钥：32 字节的 Base64',
  'base64 of 16 bytes, as WeChat shows the symmetric key': '应为微信显示的对称密钥：16 字节的 Base64',
  'PEM of an RSA private key': '应为 RSA 私钥（PEM）',
  '64 hex digits: an SM2 private key': '应为 SM2 私钥：64 位十六进制数',
  'PEM of a certificate or an RSA public key': '应为证书或 RSA 公钥（PEM）',
  '130 hex digits: an SM2 public key, uncompressed': '应为未压缩的 SM2 公钥：130 位十六进制数',
  'the 32 characters of the APIv3 key': '应为 32 个字符的 APIv3 密钥',
  'a serial number as WeChat Pay writes it': '应为微信支付写法的证书序列号',
  'cert and key go together': 'cert 与 key 须同时填写',
  'cert and key, or neither': 'cert 与 key 须同时填写，或都不写',
  'an IANA time zone such as "Asia/Shanghai"': '应为 IANA 时区，如 Asia/Shanghai',
  'a time zone such as Asia/Shanghai': '应为 IANA 时区，如 Asia/Shanghai',
  'a time zone, such as Asia/Shanghai': '应为 IANA 时区，如 Asia/Shanghai',
  'totp must be among the kinds': '其中必须有 totp',
  'a method and a path with "*" only as its last segment, such as "POST /api/orders/:id"':
    '应为大写的方法加路径，* 只能是最后一段，如 "POST /api/orders/:id"',
  'parameters need distinct names of letters, digits and underscores': '路径参数的名称须各不相同，由字母、数字和下划线组成',
  'a path with {id}': '应为含有 {id} 的路径',
  'scheme, host and port, such as https://example.com': '应为协议、主机和端口，如 https://example.com',
  'names joined by dots, such as content.html': '应为以点连接的名称，如 content.html',
  'a place in the request, such as body.amountCents, path.id, query.shop, header.x-shop or =constant':
    '应为请求中的位置，如 body.amountCents、path.id、query.shop、header.x-shop 或 =常量',
  'a place in the answer, such as answer.coupon.amountCents': '应为响应中的位置，如 answer.coupon.amountCents',
  'a name of letters, digits and underscores': '应为字母、数字和下划线组成的名称',
  'a time with its zone, such as 2026-09-01T00:00:00+08:00': '应为带时区的时间，如 2026-09-01T00:00:00+08:00',
  'a time of day such as 09:30': '应为时刻，如 09:30',
  'HH:MM': '应为时刻，如 09:30',
  'must be later than start': '须晚于 start',
  'must not be less than minCents': '不得小于 minCents',
  'must lie between minCents and maxCents': '须在 minCents 与 maxCents 之间',
  'letters, digits and _ . : - only': '只能含字母、数字和 _ . : -',
  'the match of one of the routes of this app, such as "POST /api/claims"': '须是此应用某条路由的 match，如 "POST /api/claims"',
  'a path with {request}': '应为含有 {request} 的路径',
  'is needed where the campaign has codes': '活动有券码时必须填写',
  'is needed where claim names a code': 'claim 写明券码时必须填写',
  'is needed where the campaign has places and no codes: else nobody asks for the place':
    '活动限定地点而没有券码时必须填写，否则无处核对地点',
  'is needed where there is a refund': '有退款时必须填写',
  'names none of the wrapping keys': '不是已声明的包装密钥之一',
  'needs distinct ids': '标识须各不相同',
  'need distinct ids': '标识须各不相同',
  'two have the same id': '标识须各不相同',
  'each id once': '每个标识只能出现一次',
  'each key once': '每把密钥只能出现一次',
  'each once': '每项只能出现一次',
  'each url once': '每个网址只能出现一次',
  'each app and project once': '每个应用与项目的组合只能出现一次',
  'tls: true (without TLS to this machine only)': '须写 tls: true（只有发往本机时可不加密）',
  'https://... (http:// to this machine only)': '应为 https://…（http:// 只能用于本机）',
  'the key that menshen witness prints': '应为 menshen witness 输出的公钥',
  'no more than there are witnesses': '不得多于见证者的数量',
  'unix:/path/to/socket or tcp://host:port': '应为 unix:/套接字路径 或 tcp://主机:端口',
  'icap://host:1344/service': '应为 icap://主机:1344/服务名',
  'this id belongs to a built-in source': '此标识属于内置来源，请换一个',
  'ldaps://host or ldap://host:port': '应为 ldaps://主机 或 ldap://主机:端口',
  'the name of an LDAP attribute': '应为 LDAP 属性名',
  'ldaps goes with an ldaps:// address, starttls and off with an ldap:// address':
    'ldaps 须配 ldaps:// 地址；starttls 与 off 须配 ldap:// 地址',
  'an unencrypted connection is allowed to loopback only': '不加密的连接只允许发往本机',
  'groups as departments need groups.base': '以组作为部门时须填写 groups.base',
  'two LDAP sources have one id': '两个 LDAP 来源的标识相同',
  'users or departments': '须填写 users 或 departments',
  'user and password, or neither': 'user 与 password 须同时填写，或都不写',
  'from and to differ': 'from 与 to 不得相同',
  'triage before containment before recovery': '时限须依次递增：研判、控制、恢复',
  'a folder below scans.root, without ".."': '应为 scans.root 之下的目录，不含 ..',
  'sources need scans.root': '有 sources 时须填写 scans.root',
  'scheme and host alone': '只写协议和主机，不含路径',
  'an age public key (age1...)': '应为 age 公钥（age1…）',
  'must hold {file}': '须含有 {file}',
  'postgres(ql)?://USER@HOST/NAME': '应为 postgres://用户@主机/数据库',
  'mysql://USER@HOST/NAME': '应为 mysql://用户@主机/数据库',
  '(postgres(ql)?|mysql)://USER@HOST/NAME': '应为 postgres://用户@主机/数据库 或 mysql://用户@主机/数据库',
  'the password belongs into `secret`': '密码请写在 secret 中',
  'must name a database': '须写明数据库名',
  'at least one recipient (menshen backup key makes one)': '至少一个接收者（menshen backup key 可生成）',
  'drills restore backups: name recovery.backups': '演练需要备份：请填写 recovery.backups',
  'a name without control characters, < > or "': '名称不得含控制字符、< > 或 "',
  'at most 37 characters before the @, no +': '@ 之前最多 37 个字符，不含 +',
  'what listens needs an address to which mail comes back': '开启监听时须填写退信地址',
  'a day is a holiday or a workday': '同一天只能是假日或工作日之一',
};

/** Messages that name something. */
const patterns: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^there is no channel (.+)$/, (name) => `没有名为 ${name} 的通知渠道`],
];

/** A message of the schema in Chinese; null for one that is not known. */
export function inChinese(message: string): string | null {
  if (Object.hasOwn(chinese, message)) return chinese[message] ?? null;
  for (const [pattern, say] of patterns) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return say(name);
  }
  return null;
}
