import type { DrillSender, Language } from '@menshen/contract';
import type { OutgoingMail } from '../../notify/channels/smtp.ts';
import type { DrillText } from './templates.ts';

const buttons: Readonly<Record<Language, string>> = { zh: '立即处理', en: 'Continue' };
const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, (mark) => escaped[mark] ?? mark);

/** Where the link of a drill leads, without the word for what it is. */
export const drillPath = (token: string): string => `/r/${token}`;

/**
 * A drill as a stranger would write it: another name, address, host and look than our notices have, and none of their headers. Who learns to doubt this one
 * must not come to doubt a warning of ours.
 */
export function drillMail(
  { subject, text }: DrillText,
  sender: DrillSender,
  to: string,
  token: string,
  language: Language,
): OutgoingMail {
  const link = `${sender.url.replace(/\/+$/, '')}${drillPath(token)}`;
  const [said, head, button] = [text[language], subject[language], buttons[language]];
  return {
    from: { name: sender.name, address: sender.from },
    to: [to],
    subject: head,
    text: `${said}\n\n${link}\n\n${sender.name}`,
    html: `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><body style="margin:0;padding:32px 12px;background:#f2f4f7;font-family:Arial,sans-serif;color:#222"><table role="presentation" align="center" width="520" style="max-width:520px;background:#fff;border-radius:8px"><tr><td style="padding:28px 32px;text-align:center"><p style="margin:0 0 8px;font-size:13px;color:#777">${html(sender.name)}</p><p style="margin:0 0 16px;font-size:20px;font-weight:bold">${html(head)}</p><p style="margin:0 0 24px;font-size:14px;line-height:1.7;text-align:left">${html(said)}</p><a href="${html(link)}" style="display:inline-block;padding:12px 36px;background:#1677ff;color:#fff;text-decoration:none;border-radius:6px">${html(button)}</a></td></tr></table></body></html>`,
    headers: {},
  };
}
