// Everything that comes from the emulator reaches the page as text, never as markup.
const texts = {
  zh: {
    title: '门神 · 模拟手机',
    language: 'English',
    people: '选择一个人',
    search: '按姓名、账号或部门查找',
    more: (count) => `还有 ${count} 人，请输入关键字查找`,
    openIn: '打开小程序',
    inWechat: (name) => `微信 · ${name}`,
    inWecom: '企业微信',
    mint: '获取登录 code',
    mintPhone: '获取手机号 code',
    loginCode: '登录 code（一次有效）',
    phoneCode: '手机号 code（一次有效）',
    left: (seconds) => `剩余 ${seconds} 秒`,
    over: '已过期',
    copy: '复制',
    copied: '已复制',
    messages: '收到的消息',
    noMessages: '还没有消息。',
    kinds: { wecom: '应用消息', robot: '群机器人', subscribe: '订阅消息', sms: '短信' },
    inactive: { 2: '已禁用', 4: '未激活', 5: '已退出' },
    blocked: '微信风控拦截',
    problems: {
      person_unknown: '此人在这里没有账号。',
      unreachable: '模拟器没有应答，正在重试。',
      other: '操作没有成功。',
    },
  },
  en: {
    title: 'Menshen · emulated phone',
    language: '中文',
    people: 'Choose a person',
    search: 'Find by name, account or department',
    more: (count) => `${count} more: type to find them`,
    openIn: 'Open mini program in',
    inWechat: (name) => `WeChat · ${name}`,
    inWecom: 'WeCom',
    mint: 'Get a login code',
    mintPhone: 'Get a phone-number code',
    loginCode: 'Login code (works once)',
    phoneCode: 'Phone-number code (works once)',
    left: (seconds) => `${seconds} s left`,
    over: 'expired',
    copy: 'Copy',
    copied: 'Copied',
    messages: 'Messages received',
    noMessages: 'No messages yet.',
    kinds: { wecom: 'App', robot: 'Group robot', subscribe: 'Subscription', sms: 'Text message' },
    inactive: { 2: 'disabled', 4: 'not activated', 5: 'left' },
    blocked: 'blocked by WeChat',
    problems: {
      person_unknown: 'This person has no account here.',
      unreachable: 'The emulator does not answer; trying again.',
      other: 'That did not work.',
    },
  },
};

const shownPeople = 100;
const refreshMs = 3000;
const wecomChoice = 'wecom';

const element = (id) => document.getElementById(id);
const state = {
  language: readLanguage(),
  corp: { name: '', corpid: null },
  apps: [],
  entries: [],
  selected: undefined,
  code: undefined,
  clockOffset: 0,
};
const t = () => texts[state.language];

function readLanguage() {
  const stored = localStorage.getItem('language');
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

function create(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

async function ask(path, body) {
  const init =
    body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/_emulator/${path}`, init);
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error('refused'), { code: answer.code });
  return answer;
}

/** Members of the company and WeChat people as one list: a person who is both appears once. */
function mergePeople({ people, users }) {
  const byUserid = new Map(people.filter((person) => person.userid).map((person) => [person.userid.toLowerCase(), person]));
  const members = users.map((user) => ({ user, person: byUserid.get(user.userid.toLowerCase()) }));
  const linked = new Set(members.map((entry) => entry.person));
  return [...members, ...people.filter((person) => !linked.has(person)).map((person) => ({ person }))].map(describe);
}

function describe({ user, person }) {
  const name = user?.name ?? person?.nickname ?? person?.id ?? '';
  const details = [user?.position, ...(user?.departmentNames ?? []), user?.userid ?? person?.id, person?.phone];
  const detail = details.filter(Boolean).join(' · ');
  return { key: user?.userid ?? person.id, user, person, name, detail, haystack: `${name} ${detail}`.toLowerCase() };
}

function showPeople() {
  const wanted = element('search').value.trim().toLowerCase();
  const found = state.entries.filter((entry) => entry.haystack.includes(wanted));
  const items = found.slice(0, shownPeople).map((entry) => {
    const button = create('button', 'person');
    button.type = 'button';
    button.setAttribute('aria-current', String(entry === state.selected));
    button.append(create('span', '', entry.name), create('span', 'hint', entry.detail));
    button.addEventListener('click', () => select(entry));
    const item = create('li');
    item.append(button);
    return item;
  });
  element('people-list').replaceChildren(...items);
  const rest = found.length - items.length;
  element('people-more').textContent = rest > 0 ? t().more(rest) : '';
}

function showOwner() {
  const entry = state.selected;
  if (!entry) return;
  element('avatar').textContent = [...entry.name][0] ?? '';
  element('owner-name').textContent = entry.name;
  const notes = [entry.detail, entry.user && t().inactive[entry.user.status], entry.person?.blocked && t().blocked];
  element('owner-detail').textContent = notes.filter(Boolean).join(' · ');
}

function showApps() {
  const entry = state.selected;
  const select = element('app');
  const before = select.value;
  const choices = [];
  if (entry?.person) for (const app of state.apps) choices.push([app.appid, t().inWechat(app.name)]);
  if (entry?.user && state.corp.corpid) choices.push([wecomChoice, t().inWecom]);
  select.replaceChildren(...choices.map(([value, label]) => Object.assign(create('option', '', label), { value })));
  if (choices.some(([value]) => value === before)) select.value = before;
  showButtons();
}

function showButtons() {
  const choice = element('app').value;
  element('mint').disabled = choice === '';
  element('mint-phone').disabled = choice === '' || choice === wecomChoice || !state.selected?.person?.phone;
}

function showCode() {
  const { code } = state;
  element('code-box').hidden = code === undefined;
  if (!code) return;
  const seconds = Math.floor((code.expiresAt - Date.now() - state.clockOffset) / 1000);
  element('code-box').classList.toggle('over', seconds <= 0);
  element('code-label').textContent = t()[code.kind];
  element('code-left').textContent = seconds > 0 ? t().left(seconds) : t().over;
  element('code').textContent = code.text;
}

function showProblem(code) {
  const problem = element('problem');
  problem.hidden = code === undefined;
  problem.textContent = code === undefined ? '' : (t().problems[code] ?? t().problems.other);
}

function showMessages(messages) {
  const items = messages.map((message) => {
    const header = create('header');
    const time = create('time', '', new Date(message.at).toLocaleString(state.language === 'zh' ? 'zh-CN' : 'en-GB'));
    header.append(create('span', 'tag', t().kinds[message.kind]), create('span', '', message.from), time);
    const item = create('li', 'message');
    item.append(header);
    if (message.title) item.append(create('h4', '', message.title));
    item.append(create('p', '', message.text));
    return item;
  });
  element('messages').replaceChildren(...items);
  element('no-messages').hidden = items.length > 0;
}

function showTexts() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  document.title = t().title;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t()[node.dataset.text];
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = t()[node.dataset.placeholder];
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t()[node.dataset.label]);
  element('language').textContent = t().language;
  element('corp').textContent = state.corp.name;
  showPeople();
  showOwner();
  showApps();
  showCode();
}

async function select(entry) {
  state.selected = entry;
  state.code = undefined;
  showProblem(undefined);
  showPeople();
  showOwner();
  showApps();
  showCode();
  showMessages([]);
  await refresh();
}

async function mint(kind) {
  const { key, person } = state.selected;
  const choice = element('app').value;
  try {
    const name = person?.id ?? key;
    const answer =
      kind === 'phoneCode'
        ? await ask('phone-code', { appid: choice, person: name })
        : await ask(
            'code',
            choice === wecomChoice ? { channel: 'wecom', person: key } : { channel: 'wechat', appid: choice, person: name },
          );
    state.code = { kind, text: answer.code, expiresAt: answer.expiresAt };
    showProblem(undefined);
  } catch (error) {
    state.code = undefined;
    showProblem(error.code ?? 'unreachable');
  }
  showCode();
}

async function refresh() {
  const entry = state.selected;
  if (!entry) return;
  try {
    const [{ messages }, { now }] = await Promise.all([ask(`messages?person=${encodeURIComponent(entry.key)}`), ask('clock')]);
    state.clockOffset = now - Date.now();
    if (entry === state.selected) showMessages(messages);
    if (!element('problem').hidden && element('problem').textContent === t().problems.unreachable) showProblem(undefined);
  } catch {
    showProblem('unreachable');
  }
}

element('search').addEventListener('input', showPeople);
element('app').addEventListener('change', showButtons);
element('mint').addEventListener('click', () => mint('loginCode'));
element('mint-phone').addEventListener('click', () => mint('phoneCode'));
element('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(element('code').textContent);
  element('copy').textContent = t().copied;
  setTimeout(() => {
    element('copy').textContent = t().copy;
  }, 1500);
});
element('language').addEventListener('click', async () => {
  state.language = state.language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', state.language);
  showTexts();
  await refresh();
});

showTexts();
try {
  const company = await ask('people');
  Object.assign(state, { corp: company.corp, apps: company.apps, entries: mergePeople(company) });
  showTexts();
  if (state.entries[0]) await select(state.entries[0]);
} catch {
  showProblem('unreachable');
}
setInterval(showCode, 1000);
setInterval(refresh, refreshMs);
