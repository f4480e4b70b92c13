import { cleanRichText } from '@menshen/inspect';
import { anything, type Lab, memberOf, unstopped } from '../model.ts';

/** Whether a text would run code where it is shown; by the product's own reading of HTML, so that every way of writing it counts. */
function runs(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const cleaned = cleanRichText(text);
  return cleaned.kind === 'too_large' || cleaned.harmful;
}

const publish = { method: 'POST', path: '/portal/api/announcements', actor: 'publisher', fixed: {} } as const;
const label = { title: { zh: '标题', en: 'title' }, html: { zh: '正文（富文本）', en: 'text (rich text)' } } as const;

/** A script in an announcement runs for everybody who opens it; stopped by cleaning rich text on the way in and out, and by inspection. */
export const storedScript: Lab = {
  id: 'stored-script',
  title: { zh: '存进公告的脚本', en: 'A stored script' },
  summary: {
    zh: '公告支持富文本，后端原样存下。写一段谁打开谁中招的脚本，再让网关清洗富文本，看正文还在、脚本没了。',
    en: 'Announcements take rich text, and the backend stores it as it comes. Write a script that runs for everybody who opens it; then let the gateway clean rich text.',
  },
  minutes: 8,
  protection: {
    zh: '富文本清洗与攻击检测：正文只留下小程序能显示的标签，写入和读出都清洗；其他字段发现脚本即拒绝。',
    en: 'Cleaning of rich text and inspection: of the text only what mini programs show is left, on the way in and out; a script in any other field is refused.',
  },
  requests: [
    {
      ...{ id: 'publish', role: 'attack', ...publish },
      fields: [
        { name: 'title', label: label.title, kind: 'text', initial: '年终奖发放通知', max: 100 },
        {
          ...{ name: 'html', label: label.html, kind: 'long', max: 4_000 },
          initial: '<p>各位同事：请<b>尽快</b>核对年终奖金额。</p>',
        },
      ],
      title: { zh: '发布带脚本的公告', en: 'Publish an announcement with a script' },
      task: {
        zh: '在正文里加一段脚本，例如 <img src=x onerror=alert(1)> 或 <script>…</script>，发送后看后端存下了什么。',
        en: 'Add a script to the text, such as <img src=x onerror=alert(1)> or <script>…</script>, and look at what the backend stored.',
      },
      meant: ({ title, html }) => runs(html) || runs(title),
      harmed: (answer) => runs(memberOf(answer, 'html')) || runs(memberOf(answer, 'title')),
      stoppedBy: { codes: ['request_blocked'], alarm: 'rich_text_script' },
    },
    {
      ...{ id: 'old', role: 'attack', actor: 'reader', method: 'GET', path: '/portal/api/announcements/A3', fixed: {} },
      fields: [],
      title: { zh: '受害者：打开一条旧公告', en: 'A victim opens an old announcement' },
      task: {
        zh: '它在门神到来之前就存着脚本。看回答里的 html。',
        en: 'A script was stored in it before Menshen came. Look at html in the answer.',
      },
      meant: anything,
      harmed: (answer) => runs(memberOf(answer, 'html')),
      stoppedBy: { codes: [], alarm: 'rich_text_script' },
    },
    {
      ...{ id: 'honest-publish', role: 'honest', ...publish, stoppedBy: unstopped },
      fields: [
        { name: 'title', label: label.title, kind: 'text', initial: '关于年度体检的通知', max: 100 },
        {
          ...{ name: 'html', label: label.html, kind: 'long', max: 4_000 },
          initial: '<p>体检从<b>下周一</b>开始，请提前<i>预约</i>。</p>',
        },
      ],
      title: { zh: '人力资源：发布一条正常的公告', en: 'Human resources publish an honest announcement' },
      task: { zh: '加粗、斜体等排版应当原样保留。', en: 'Bold, italics and the like should stay as they are.' },
      meant: ({ title, html }) => !runs(html) && !runs(title) && String(html).includes('<'),
      harmed: (answer, { html }) => memberOf(answer, 'html') !== html,
    },
  ],
};
