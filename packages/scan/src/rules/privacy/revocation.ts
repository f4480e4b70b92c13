import type { Detector } from '../../detector.ts';
import { sourceOf } from '../patterns/lexical/of-file.ts';

const handler = /\bMsgType\b|\bmsgtype\b|\bmsg_type\b/;
const events =
  /case\s{1,4}['"](?:subscribe|unsubscribe|user_enter_tempsession|weapp_audit_\w{1,20}|wxa_\w{1,30}|subscribe_msg_\w{1,20}|user_info_modified)['"]|\b(?:Event|event)\s{0,4}={2,3}\s{0,4}['"]\w{3,40}['"]|\bMsgType\s{0,4}={2,3}\s{0,4}['"]event['"]/;

/** A receiver of pushed events that does not know of withdrawn consent. */
export const revocation: Detector = {
  id: 'privacy/revocation',
  rules: ['MP-PRV-008'],
  run(context) {
    const files = context.project.files.filter(
      (file) =>
        (file.place === 'backend' || file.place === 'cloud-function') &&
        !file.marks.has('vendored') &&
        !file.marks.has('test') &&
        !file.marks.has('minified') &&
        /script$|java|php|python|go/.test(file.language),
    );
    const receivers = files.filter(({ text }) => handler.test(text) && events.test(text));
    if (receivers.length === 0 || files.some(({ text }) => /user_authorization_(?:revoke|cancellation)/.test(text))) return;
    for (const file of receivers) {
      const match = events.exec(sourceOf(file)?.code ?? '');
      if (match === null) continue;
      context.report({
        rule: 'MP-PRV-008',
        file: file.path,
        start: match.index,
        end: match.index + match[0].length,
        confidence: 'medium',
        message: {
          zh: '处理了消息推送，但没有处理授权撤回事件（user_authorization_revoke），用户撤回后数据仍被保留',
          en: 'Pushed events are handled, but not the withdrawal of consent (user_authorization_revoke): data stays after the user withdrew',
        },
      });
    }
  },
};
