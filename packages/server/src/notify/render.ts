import type { Language, NoticeSeverity } from '@menshen/contract';
import type { Notice } from './model.ts';

const words = {
  zh: {
    severity: { info: '提示', low: '低', medium: '中', high: '高', critical: '严重' },
    happened: '发生了什么',
    done: '已采取的措施',
    asked: '需要您做',
    open: '在控制台查看',
    repeated: (count: number) => `同类事件共 ${count} 次`,
    sender: '门神',
  },
  en: {
    severity: { info: 'info', low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
    happened: 'What happened',
    done: 'What was done',
    asked: 'What is asked of you',
    open: 'Open in the console',
    repeated: (count: number) => `${count} times so far`,
    sender: 'Menshen',
  },
} as const;

/** A severity in a person's words. */
export const severityWord = (severity: NoticeSeverity, language: Language): string => words[language].severity[severity];

/** A notice in words, for whatever form a channel has. */
export interface RenderedNotice {
  readonly subject: string;
  /** A text without a label stands by itself. */
  readonly sections: readonly { readonly label: string; readonly text: string }[];
  readonly link: RenderedLink | null;
  /** Below everything, in mail alone: how to get no more of them. */
  readonly footer?: RenderedLink;
  readonly severity: NoticeSeverity;
}

export interface RenderedLink {
  readonly label: string;
  readonly url: string;
}

const maxTitle = 120;
const maxText = 600;
/** One line without control characters; what an attacker typed must neither break the message's form nor turn its direction. */
const plain = (text: string, most: number): string => {
  const flat = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return flat.length > most ? `${flat.slice(0, most - 1)}…` : flat;
};

/** `base`: the console's address; without one the message has no link. */
export function renderNotice(notice: Notice, language: Language, base: string | null): RenderedNotice {
  const said = words[language];
  const repeated = notice.count > 1 ? ` (${said.repeated(notice.count)})` : '';
  const sections = [
    { label: said.happened, text: `${plain(notice.happened[language], maxText)}${repeated}` },
    ...(notice.done === null ? [] : [{ label: said.done, text: plain(notice.done[language], maxText) }]),
    ...(notice.asked === null ? [] : [{ label: said.asked, text: plain(notice.asked[language], maxText) }]),
  ];
  return {
    subject: `[${said.sender} · ${severityWord(notice.severity, language)}] ${plain(notice.title[language], maxTitle)}`,
    sections,
    link: base === null ? null : { label: said.open, url: new URL(notice.path, base).href },
    severity: notice.severity,
  };
}

export function asText({ subject, sections, link, footer }: RenderedNotice): string {
  const body = sections.map(({ label, text }) => (label === '' ? text : `${label}: ${text}`));
  const links = [link, footer ?? null].flatMap((one) => (one === null ? [] : [`${one.label}: ${one.url}`]));
  return [subject, ...body, ...links].join('\n');
}

/** Characters by which links, tags and mentions begin. */
const markdownSpecial = /[<>@&[\]()]/g;
const fullWidth: Readonly<Record<string, string>> = {
  ...{ '<': '＜', '>': '＞', '@': '＠', '&': '＆' },
  ...{ '[': '［', ']': '］', '(': '（', ')': '）' },
};
/** Robots know only parts of Markdown and none of its escapes for sure: what can begin a link, a tag or a mention is put out of action by its form. */
const markdownText = (text: string): string => text.replace(markdownSpecial, (mark) => fullWidth[mark] ?? mark);

export function asMarkdown({ subject, sections, link }: RenderedNotice): string {
  const body = sections.map(({ label, text }) => `**${label}**\n${markdownText(text)}`);
  return [`### ${markdownText(subject)}`, ...body, ...(link === null ? [] : [`[${link.label}](${link.url})`])].join('\n\n');
}

const htmlSpecial: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, (mark) => htmlSpecial[mark] ?? mark);

const colours: Readonly<Record<NoticeSeverity, string>> = {
  info: '#4a5b73',
  low: '#4a5b73',
  medium: '#8a5a00',
  high: '#b3261e',
  critical: '#b3261e',
};

/** A mail's HTML: one column, no picture, no script, nothing that is loaded from elsewhere. */
export function asHtml({ subject, sections, link, footer, severity }: RenderedNotice, language: Language): string {
  const body = sections
    .map(({ label, text }) => {
      const head = label === '' ? '' : `<h2 style="margin:16px 0 4px;font-size:14px;color:#4a5b73">${html(label)}</h2>`;
      return `${head}<p style="margin:${label === '' ? '16px 0 0' : '0'};font-size:15px;white-space:pre-line">${html(text)}</p>`;
    })
    .join('');
  const end =
    footer === undefined
      ? ''
      : `<p style="margin:24px 0 0;font-size:12px;color:#4a5b73"><a href="${html(footer.url)}" style="color:#4a5b73">${html(footer.label)}</a></p>`;
  const button =
    link === null
      ? ''
      : `<p style="margin:20px 0 0"><a href="${html(link.url)}" style="color:#b3261e">${html(link.label)}</a><br><span style="font-size:12px;color:#4a5b73">${html(link.url)}</span></p>`;
  return `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><title>${html(subject)}</title><body style="margin:0;padding:24px;font-family:sans-serif;color:#1c1b1a;max-width:600px"><h1 style="margin:0;font-size:18px;border-left:4px solid ${colours[severity]};padding-left:12px">${html(subject)}</h1>${body}${button}${end}</body></html>`;
}
