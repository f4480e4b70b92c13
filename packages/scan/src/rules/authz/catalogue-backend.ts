import type { Rule } from '../../rule.ts';

/** Back ends: identity, ownership, routes, state. */
export const backendAuthzRules: readonly Rule[] = [
  {
    id: 'MP-API-001',
    family: 'backend',
    severity: 'high',
    score: 8.1,
    cwe: [639],
    guide: ['G1'],
    asvs: ['ASVS 4.2.1'],
    mlps: ['8.1.4.2'],
    title: { zh: '按编号访问数据而不核对归属（越权）', en: 'Data is reached by id without checking the owner (IDOR)' },
    description: {
      zh: '用请求里的编号读取、修改或删除订单、地址、购物车等个人数据，条件里没有当前用户，读出后也没有比较归属人。把编号改成别人的即可越权。',
      en: 'Orders, addresses, carts and other personal rows are read, changed or deleted by an id of the request. Neither the condition nor a later comparison names the caller, so another id gives somebody else’s row.',
    },
    fix: {
      zh: '在同一个条件里加上当前用户的编号，身份取自已验证的会话。',
      en: 'Add the caller’s id, taken from the verified session, to the same condition.',
    },
    examples: {
      thinkjs: {
        bad: "const order = await this.model('order').where({ id: this.get('orderId') }).find()",
        good: "const order = await this.model('order').where({ id: this.get('orderId'), user_id: this.getLoginUserId() }).find()",
      },
      egg: {
        bad: 'ctx.body = await ctx.model.Order.findOne({ where: { id: ctx.query.id } })',
        good: 'ctx.body = await ctx.model.Order.findOne({ where: { id: ctx.query.id, user_id: ctx.state.user.id } })',
      },
      express: {
        bad: 'res.json(await Order.findById(req.params.id))',
        good: 'res.json(await Order.findOne({ _id: req.params.id, user: req.user.id }))',
      },
      koa: {
        bad: "await db('address').where({ id: ctx.request.body.id }).del()",
        good: "await db('address').where({ id: ctx.request.body.id, user_id: ctx.state.user.id }).del()",
      },
      nest: {
        bad: 'return this.orders.findOne({ where: { id } })',
        good: 'return this.orders.findOne({ where: { id, userId: user.id } })',
      },
    },
  },
  {
    id: 'MP-API-002',
    family: 'backend',
    severity: 'high',
    score: 8.6,
    cwe: [306, 862],
    guide: ['G1'],
    asvs: ['ASVS 4.1.1'],
    mlps: ['8.1.4.1'],
    title: { zh: '接口没有身份或权限校验', en: 'A route asks for no identity, or for no role' },
    description: {
      zh: '会修改数据、上传文件或执行运维任务的接口没有登录校验，而同类接口都有；或定时任务、调试接口暴露成了公开接口；或只要登录就能改运营数据，而改同一张表的其他接口要求管理员。',
      en: 'A route that changes data, takes uploads or runs a job asks for no login although its siblings do, or a scheduled job or a debugging aid is reachable from outside; or whoever has logged in changes what other routes let only administrators change.',
    },
    fix: {
      zh: '默认要求登录，只对明确列出的路径放行；定时任务不做成接口。',
      en: 'Demand a login by default and open listed paths only; keep scheduled jobs off the router.',
    },
    examples: {
      koa: {
        bad: "router.post('/upload', controllers.upload)",
        good: "router.post('/upload', requireLogin, controllers.upload)",
      },
      express: { bad: "router.delete('/goods/:id', remove)", good: "router.delete('/goods/:id', requireAdmin, remove)" },
      egg: {
        bad: "router.post('/goods/save', controller.goods.save)",
        good: "router.post('/goods/save', requireAdmin, controller.goods.save)",
      },
      thinkjs: {
        bad: 'async timetaskAction() { await this.cancelOrders() }',
        good: "crontab: [{ cron: '0 */10 * * * *', handle: 'crontab/cancelOrders' }]  // and if (!this.isCli) return this.fail(404)",
      },
      nest: { bad: "@Delete(':id') remove() {}", good: "@UseGuards(AuthGuard) @Delete(':id') remove() {}" },
    },
  },
  {
    id: 'MP-API-003',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [639, 565],
    guide: ['P1'],
    asvs: ['ASVS 4.1.2'],
    mlps: ['8.1.4.2'],
    title: { zh: '请求参数覆盖已验证的身份', en: 'A value of the request replaces the verified identity' },
    description: {
      zh: '先把会话里的身份写进请求对象，再把查询参数或请求体展开上去，同名参数就会覆盖身份；或身份取自未签名的 Cookie。',
      en: 'The identity of the session is put into an object, and the query or body is spread over it: a parameter of the same name wins. Or the identity is read from an unsigned cookie.',
    },
    fix: {
      zh: '身份放在请求参数碰不到的地方（ctx.state），合并时身份放在最后。',
      en: 'Keep the identity where parameters cannot reach (ctx.state), and merge it last.',
    },
    examples: {
      koa: {
        bad: 'ctx.request.body.openId = session.openId\nctx.request.body = { ...ctx.request.body, ...ctx.query }',
        good: 'ctx.state.openId = session.openId',
      },
      egg: { bad: 'ctx.request.body = { openId, ...ctx.query }', good: 'ctx.request.body = { ...ctx.query, openId }' },
      cloud: { bad: 'const data = { openid: OPENID, ...event }', good: 'const data = { ...pick(event), openid: OPENID }' },
    },
  },
  {
    id: 'MP-API-004',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [287, 290],
    guide: ['P1'],
    asvs: ['ASVS 3.5.3'],
    mlps: ['8.1.4.1'],
    title: { zh: '用请求数据签发或刷新令牌', en: 'A token is issued or refreshed from what the request says' },
    description: {
      zh: '令牌过期后用 Cookie 或请求体里的用户编号重新签发，或登录接口直接相信请求里的 openid。任何人都能得到任何用户的令牌。',
      en: 'An expired token is replaced by one made from the user id of a cookie or body, or the login route believes the openid of the request. Anybody obtains anybody’s token.',
    },
    fix: {
      zh: '用服务端保存的刷新令牌；登录时用 code 换取 openid。',
      en: 'Use refresh tokens that the server keeps; exchange the login code for the openid.',
    },
    examples: {
      egg: {
        bad: "if (err.name === 'TokenExpiredError') setToken({ userId: ctx.cookies.get('userId', { signed: false }) })",
        good: "if (err.name === 'TokenExpiredError') ctx.throw(401)",
      },
      express: {
        bad: 'res.json({ token: jwt.sign({ openid: req.body.openid }, KEY) })',
        good: 'const { openid } = await code2Session(req.body.code)\nres.json({ token: jwt.sign({ openid }, KEY, { expiresIn: "2h" }) })',
      },
    },
  },
  {
    id: 'MP-API-005',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [287, 863],
    guide: ['P2'],
    asvs: ['ASVS 3.5.3'],
    mlps: ['8.1.4.1'],
    title: { zh: '用户令牌可以通过后台校验', en: 'A user’s token passes the back office' },
    description: {
      zh: '后台与用户端的令牌用同一个密钥签发，后台只检查令牌里有没有用户编号，没有检查用途或角色。普通用户的令牌就能进入后台。',
      en: 'Tokens of users and of the back office are signed with one key, and the back office only asks whether a token names somebody, not what it is for.',
    },
    fix: {
      zh: '两端使用不同密钥，并在令牌中写入并校验 aud 或角色。',
      en: 'Use different keys, and write and check aud or a role.',
    },
    examples: {
      thinkjs: {
        bad: 'const { user_id } = jwt.verify(token, secret)\nif (user_id <= 0) return this.fail(401)',
        good: "const { sub } = jwt.verify(token, adminSecret, { audience: 'admin' })",
      },
      express: {
        bad: 'req.admin = jwt.verify(token, SHARED_KEY)',
        good: "req.admin = jwt.verify(token, ADMIN_KEY, { audience: 'admin' })",
      },
    },
  },
  {
    id: 'MP-API-011',
    family: 'backend',
    severity: 'medium',
    score: 6.5,
    cwe: [362, 488],
    guide: ['B6'],
    asvs: ['ASVS 1.11.2'],
    mlps: ['8.1.4.2'],
    title: { zh: '请求身份保存在进程级变量', en: 'The identity of a request is kept in a variable of the process' },
    description: {
      zh: '把当前用户写到 think、global 或模块变量上，所有并发请求共用。await 之后读到的可能是另一个用户，操作会落到别人的数据上。',
      en: 'The caller is written to think, global or a module variable, which all requests share. After an await it may hold somebody else, and the operation hits their data.',
    },
    fix: {
      zh: '身份放在本次请求的 ctx.state，并作为参数传给模型和服务。',
      en: 'Keep the identity in ctx.state of the request, and hand it to models and services as a parameter.',
    },
    examples: {
      thinkjs: {
        bad: 'think.userId = await tokenService.getUserId(token)',
        good: 'this.ctx.state.userId = await tokenService.getUserId(token)',
      },
      express: {
        bad: 'let currentUser\napp.use((req, res, next) => { currentUser = req.session.user; next() })',
        good: 'app.use((req, res, next) => { res.locals.user = req.session.user; next() })',
      },
    },
  },
  {
    id: 'MP-API-012',
    family: 'backend',
    severity: 'medium',
    score: 5.9,
    cwe: [367],
    guide: ['B6'],
    asvs: ['ASVS 11.1.6'],
    mlps: ['8.1.4.7'],
    title: { zh: '先查后改，没有事务或条件更新', en: 'Check, then act, with no transaction or condition' },
    description: {
      zh: '先读库存、余额或名额，判断后再写回。两个请求同时通过判断，就会超卖或超扣。',
      en: 'Stock, balance or a quota is read, compared, and written back. Two requests that pass the comparison at once sell or spend twice.',
    },
    fix: {
      zh: '把判断写进更新条件，检查受影响的行数；或在事务中加锁。',
      en: 'Put the comparison into the condition of the update and check the number of rows; or lock inside a transaction.',
    },
    examples: {
      cloud: {
        bad: 'const { data } = await goods.doc(id).get()\nif (data.stock > 0) await goods.doc(id).update({ data: { stock: data.stock - 1 } })',
        good: 'const { stats } = await goods.where({ _id: id, stock: _.gt(0) }).update({ data: { stock: _.inc(-1) } })\nif (stats.updated === 0) throw new Error("sold out")',
      },
      any: {
        bad: 'if (row.stock > 0) await update({ stock: row.stock - 1 }, { where: { id } })',
        good: 'const [n] = await update({ stock: literal("stock - 1") }, { where: { id, stock: { [Op.gt]: 0 } } })',
      },
    },
  },
  {
    id: 'MP-API-013',
    family: 'backend',
    severity: 'high',
    score: 8.6,
    cwe: [200, 213],
    guide: ['M1'],
    asvs: ['ASVS 8.3.4'],
    mlps: ['8.1.4.8'],
    title: { zh: '返回给客户端的数据包含密钥、密码列或验证码', en: 'Secret columns or codes are sent to the client' },
    description: {
      zh: '查询的列包含 appSecret、mchKey、密码、盐，或整行返回了含密码的表。',
      en: 'The columns of a query include appSecret, mchKey, passwords or salts, or whole rows of a table with passwords are returned.',
    },
    fix: { zh: '列出要返回的列，或排除敏感列。', en: 'List the columns to return, or exclude the secret ones.' },
    examples: {
      egg: { bad: "attributes: ['name', 'appId', 'appSecret', 'mchKey']", good: "attributes: ['name', 'appId']" },
      thinkjs: {
        bad: "this.success(await this.model('admin').where({ id }).find())",
        good: "this.success(await this.model('admin').field('id,username,avatar').where({ id }).find())",
      },
    },
  },
  {
    id: 'MP-API-014',
    family: 'backend',
    severity: 'high',
    score: 7.1,
    cwe: [915],
    guide: ['P1'],
    asvs: ['ASVS 5.1.2'],
    mlps: ['8.1.4.4'],
    title: { zh: '把请求体整体写入数据表', en: 'The request body is written to a table as a whole' },
    description: {
      zh: 'create、update 或 add 直接使用请求体，或把它展开进记录。用户可以设置任何列：价格、状态、归属人、角色。',
      en: 'create, update or add uses the body itself or spreads it into the record. A user can set every column: price, state, owner, role.',
    },
    fix: {
      zh: '逐个列出允许的字段，其余由服务端填写。',
      en: 'List the allowed fields one by one; the server fills in the rest.',
    },
    examples: {
      egg: {
        bad: 'await ctx.model.Order.create({ ...ctx.request.body, userId })',
        good: 'const { goodsId, number } = ctx.request.body\nawait ctx.model.Order.create({ goodsId, number, userId, price })',
      },
      express: {
        bad: 'await User.findByIdAndUpdate(req.user.id, req.body)',
        good: 'const { nickname, avatar } = req.body\nawait User.findByIdAndUpdate(req.user.id, { nickname, avatar })',
      },
    },
  },
  {
    id: 'MP-API-015',
    family: 'backend',
    severity: 'critical',
    score: 8.8,
    cwe: [269, 807],
    guide: ['G1'],
    asvs: ['ASVS 4.1.2'],
    mlps: ['8.1.4.2'],
    title: { zh: '权限由请求里的字段决定', en: 'A field of the request decides the privileges' },
    description: {
      zh: '用请求里的 isAdmin、role 判断是否放行，或把它写进用户记录。客户端可以自称管理员。',
      en: 'isAdmin or role of the request decides who may pass, or is written to the user record. A client can call itself an administrator.',
    },
    fix: {
      zh: '角色从服务端的用户记录或令牌中读取。',
      en: 'Read the role from the user record of the server or from the token.',
    },
    examples: {
      cloud: {
        bad: 'if (event.isAdmin) await goods.doc(event.id).remove()',
        good: 'const { data } = await db.collection("admin").where({ openid: OPENID }).get()\nif (data.length > 0) await goods.doc(event.id).remove()',
      },
      express: { bad: "if (req.body.role === 'admin') next()", good: "if (req.user.role === 'admin') next()" },
    },
  },
  {
    id: 'MP-API-016',
    family: 'backend',
    severity: 'medium',
    score: 5.3,
    cwe: [799, 770],
    guide: ['G1'],
    asvs: ['ASVS 2.2.1'],
    mlps: ['8.1.4.1'],
    title: { zh: '验证码短信没有频率限制', en: 'Nothing limits how often a code is sent' },
    description: {
      zh: '发送验证码的接口按请求里的手机号直接发送，没有按手机号、用户、时间或图形验证码限制。会被用来轰炸他人手机，也会产生费用。',
      en: 'The route sends a code to the number in the request, with no limit by number, user, time or captcha. It can be used to flood a phone, and costs money.',
    },
    fix: {
      zh: '发送前按手机号和用户检查上次发送时间与当日次数，并要求人机验证；验证码只能使用一次。',
      en: 'Before sending, check when and how often this number and user were served, and ask for a captcha; let a code be used once.',
    },
    examples: {
      express: {
        bad: "app.post('/code', (req, res) => sendSms(req.body.mobile, randomCode()))",
        good: "app.post('/code', async (req, res) => {\n  const last = await SmsLog.findOne({ mobile: req.body.mobile }).sort({ at: -1 })\n  if (last && now - last.at < 60_000) return res.status(429).end()\n  await sendSms(req.body.mobile, randomCode())\n})",
      },
    },
  },
];
