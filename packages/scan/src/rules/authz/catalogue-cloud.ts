import type { Rule } from '../../rule.ts';

/** Cloud functions: who may do what with whose data. */
export const cloudAuthzRules: readonly Rule[] = [
  {
    id: 'MP-CLD-001',
    family: 'cloud',
    severity: 'critical',
    score: 9.1,
    cwe: [639, 862],
    guide: ['G1'],
    asvs: ['ASVS 4.2.1'],
    mlps: ['8.1.4.2'],
    title: { zh: '调用者指定云数据库集合', en: 'The caller chooses the collection of the cloud database' },
    description: {
      zh: '云函数以管理员权限访问数据库，集合名却来自请求。任何用户都能读写包括订单、用户在内的所有集合，数据库安全规则不再起作用。',
      en: 'A cloud function uses the database with administrator rights, and the name of the collection comes from the request. Any user can read and write every collection, orders and users included: the security rules of the database no longer count.',
    },
    fix: {
      zh: '集合名写成常量；确需选择时，用固定的映射表把请求里的值换成集合名，并限定归属人。',
      en: 'Write the name as a constant; where a choice is needed, map the request value through a fixed table and bind the owner.',
    },
    examples: {
      cloud: {
        bad: 'exports.main = async (event) => db.collection(event.list).where({ _id: event.id }).remove()',
        good: 'exports.main = async (event) => {\n  const { OPENID } = cloud.getWXContext()\n  return db.collection("todo").where({ _id: event.id, _openid: OPENID }).remove()\n}',
      },
    },
  },
  {
    id: 'MP-CLD-002',
    family: 'cloud',
    severity: 'high',
    score: 8.1,
    cwe: [639, 862],
    guide: ['G1'],
    asvs: ['ASVS 4.1.2'],
    mlps: ['8.1.4.2'],
    title: { zh: '云函数把请求参数当作用户身份', en: 'A cloud function takes the identity from the request' },
    description: {
      zh: 'event 里除 userInfo 由平台注入外，其他字段都由调用者填写。用 event.openid、event.userId 作为查询条件、归属人或消息接收人，等于让调用者自称是谁。',
      en: 'Except for userInfo, which the platform puts in, every field of event is written by the caller. Using event.openid or event.userId as condition, owner or receiver lets the caller say who he is.',
    },
    fix: { zh: '身份只取自 cloud.getWXContext().OPENID。', en: 'Take the identity from cloud.getWXContext().OPENID alone.' },
    examples: {
      cloud: {
        bad: 'db.collection("member").where({ openid: event.openid }).get()',
        good: 'const { OPENID } = cloud.getWXContext()\ndb.collection("member").where({ openid: OPENID }).get()',
      },
    },
  },
  {
    id: 'MP-CLD-003',
    family: 'cloud',
    severity: 'high',
    score: 8.8,
    cwe: [862, 639],
    guide: ['G1'],
    asvs: ['ASVS 4.2.1'],
    mlps: ['8.1.4.2'],
    title: { zh: '云函数操作数据前没有核对归属', en: 'A cloud function does not check the owner' },
    description: {
      zh: '按请求给出的编号读取、修改、删除或退款，条件里没有 OPENID，读出后也没有比较归属人。知道或猜到编号的任何用户都能操作别人的数据。',
      en: 'Reads, changes, deletes or refunds by an id of the request, with no OPENID in the condition and no comparison of the owner afterwards. Any user who knows or guesses an id works on somebody else’s data.',
    },
    fix: {
      zh: '把 OPENID 放进同一个查询条件，或读出后比较 _openid 再继续。',
      en: 'Put OPENID into the same condition, or compare _openid after reading and stop otherwise.',
    },
    examples: {
      cloud: {
        bad: 'await db.collection("orders").doc(event.id).remove()',
        good: 'const { OPENID } = cloud.getWXContext()\nawait db.collection("orders").where({ _id: event.id, _openid: OPENID }).remove()',
      },
    },
  },
  {
    id: 'MP-CLD-004',
    family: 'cloud',
    severity: 'high',
    score: 8.8,
    cwe: [862, 285],
    guide: ['G1'],
    asvs: ['ASVS 4.1.3'],
    mlps: ['8.1.4.2'],
    title: { zh: '管理操作的云函数没有检查角色', en: 'A cloud function for operators asks for no role' },
    description: {
      zh: '发布文章、修改商品、读取客服记录等运营操作可由任何小程序用户调用，函数内没有检查管理员身份。页面上不显示入口并不能阻止调用。',
      en: 'Publishing articles, changing goods, reading customer service records: any user of the mini program can call it, and the function asks for no administrator. Hiding the button does not stop the call.',
    },
    fix: {
      zh: '函数一开始就用 OPENID 在管理员集合中查询，不是管理员立即返回。',
      en: 'Look OPENID up among the administrators first, and return at once when it is not there.',
    },
    examples: {
      cloud: {
        bad: 'exports.main = async (event) => db.collection("goods").add({ data: { title: event.title } })',
        good: 'exports.main = async (event) => {\n  const { OPENID } = cloud.getWXContext()\n  const { total } = await db.collection("admin").where({ openid: OPENID }).count()\n  if (total === 0) return { code: 403 }\n  return db.collection("goods").add({ data: { title: event.title } })\n}',
      },
    },
  },
  {
    id: 'MP-CLD-005',
    family: 'cloud',
    severity: 'high',
    score: 7.1,
    cwe: [915],
    guide: ['P1'],
    asvs: ['ASVS 5.1.2'],
    mlps: ['8.1.4.4'],
    title: { zh: '把请求对象整体写入云数据库', en: 'An object of the request is written to the cloud database as a whole' },
    description: {
      zh: 'data 直接用 event 里的对象，或把它展开进文档。用户可以设置任何字段：归属人、角色、余额、状态。',
      en: 'data is an object of event, or spreads one. A user can set every field: owner, role, balance, state.',
    },
    fix: {
      zh: '逐个列出允许的字段；归属人取自 getWXContext。',
      en: 'List the allowed fields one by one; take the owner from getWXContext.',
    },
    examples: {
      cloud: {
        bad: 'db.collection("comments").add({ data: event.comment })',
        good: 'db.collection("comments").add({ data: { text: String(event.comment.text), _openid: OPENID } })',
      },
    },
  },
  {
    id: 'MP-CLD-006',
    family: 'cloud',
    severity: 'high',
    score: 6.5,
    cwe: [602, 841],
    guide: ['P1'],
    asvs: ['ASVS 11.1.1'],
    mlps: ['8.1.4.4'],
    title: { zh: '只凭客户端声明就发放积分或奖励', en: 'Points or rewards are granted on the client’s word' },
    description: {
      zh: '增加多少积分由请求决定，或只要请求带上某个任务标志就发放，服务端没有凭证也没有次数限制。',
      en: 'The request decides how many points are added, or a flag in it is enough: there is neither proof nor limit on the server.',
    },
    fix: {
      zh: '由服务端计算数量；用广告回调、任务记录作凭证，并限制每人每天的次数。',
      en: 'Compute the amount on the server; take an ad callback or a task record as proof, and limit the times a day.',
    },
    examples: {
      cloud: {
        bad: 'if (event.watched) await user.update({ data: { points: _.inc(event.points) } })',
        good: 'const { total } = await db.collection("ad_reward").where({ openid: OPENID, day, used: false }).count()\nif (total > 0) await user.update({ data: { points: _.inc(VIDEO_POINTS) } })',
      },
    },
  },
  {
    id: 'MP-CLD-008',
    family: 'cloud',
    severity: 'medium',
    score: 6.5,
    cwe: [862],
    guide: ['B4'],
    asvs: ['ASVS 4.2.1'],
    mlps: ['8.1.4.2'],
    title: { zh: '按调用者给出的文件 ID 打开或删除云文件', en: 'A cloud file named by the caller is opened or deleted' },
    description: {
      zh: '云函数的权限不受云存储规则限制。直接使用请求里的 fileID，任何用户都能取得或删除别人的私有文件。',
      en: 'The rights of a cloud function pass the rules of cloud storage. With the fileID of the request any user opens or deletes the private files of others.',
    },
    fix: {
      zh: '先用 OPENID 在自己的集合中查到文件记录，再使用记录里的 fileID。',
      en: 'Look the file up in a collection by OPENID first, and use the fileID of that record.',
    },
    examples: {
      cloud: {
        bad: 'return cloud.getTempFileURL({ fileList: event.fileList })',
        good: 'const { data } = await db.collection("files").where({ _openid: OPENID, _id: _.in(event.ids) }).get()\nreturn cloud.getTempFileURL({ fileList: data.map((file) => file.fileID) })',
      },
    },
  },
  {
    id: 'MP-CLD-010',
    family: 'cloud',
    severity: 'medium',
    score: 6.5,
    cwe: [284, 602],
    guide: ['P1'],
    asvs: ['ASVS 11.1.1'],
    mlps: ['8.1.4.2'],
    title: {
      zh: '小程序端直接写入金额、状态等关键字段',
      en: 'The mini program writes prices, states or balances straight into the database',
    },
    description: {
      zh: '小程序端用 wx.cloud.database() 写入订单状态、金额、积分、角色。这些字段能由任何人用自己的小程序端代码改写。',
      en: 'The mini program writes order states, amounts, points or roles with wx.cloud.database(). Whatever the page writes, any user can write with other values.',
    },
    fix: {
      zh: '改由云函数计算并写入，集合权限设为仅创建者可读、不可写。',
      en: 'Let a cloud function compute and write them, and give clients read access only.',
    },
    examples: {
      miniprogram: {
        bad: 'wx.cloud.database().collection("orders").doc(id).update({ data: { status: "paid" } })',
        good: 'wx.cloud.callFunction({ name: "confirmPayment", data: { id } })',
      },
    },
  },
  {
    id: 'MP-CLD-011',
    family: 'cloud',
    severity: 'high',
    score: 7.5,
    cwe: [306],
    guide: ['G1'],
    asvs: ['ASVS 4.1.1'],
    mlps: ['8.1.4.1'],
    title: { zh: 'HTTP 触发的云函数没有身份校验', en: 'A cloud function with an HTTP trigger asks for no identity' },
    description: {
      zh: '通过 HTTP 访问的云函数没有平台注入的 OPENID，代码也没有校验令牌或签名就读写数据，互联网上的任何人都能调用。',
      en: 'A function called over HTTP gets no OPENID from the platform, and this one reads or writes data without a token or a signature: anybody on the internet can call it.',
    },
    fix: {
      zh: '校验令牌或请求签名，或关闭 HTTP 访问服务。',
      en: 'Verify a token or a signature, or switch the HTTP access off.',
    },
    examples: {
      cloud: {
        bad: 'exports.main = async (event) => db.collection("orders").doc(event.queryStringParameters.id).get()',
        good: 'exports.main = async (event) => {\n  const user = jwt.verify(event.headers.authorization, process.env.JWT_KEY)\n  return db.collection("orders").where({ _id: event.queryStringParameters.id, owner: user.sub }).get()\n}',
      },
    },
  },
];
