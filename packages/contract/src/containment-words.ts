import type { Bilingual } from './bilingual.ts';
import { type AppSecretKind, type Measured, measureWords } from './containment.ts';

const same = (text: string): Bilingual => ({ zh: text, en: text });
const listed = 5;

/** What people call each secret. */
export const secretWords: Readonly<Record<AppSecretKind, Bilingual>> = {
  wechat: { zh: '小程序 AppSecret', en: 'AppSecret of the mini program' },
  wecom: { zh: '企业微信应用 Secret', en: 'Secret of the WeCom app' },
  wecomContacts: { zh: '企业微信通讯录 Secret', en: 'Secret of the WeCom directory' },
};

function few(values: readonly string[]): Bilingual {
  const shown = values.slice(0, listed).join(', ');
  const more = values.length - listed;
  return more <= 0 ? same(shown) : { zh: `${shown} 等 ${values.length} 个`, en: `${shown} and ${more} more` };
}

/** Whom or what a measure means, for notices and timelines. */
export function targetWords(measured: Measured): Bilingual {
  const { kind, target } = measured;
  switch (kind) {
    case 'end_sessions':
    case 'force_step_up':
      switch (target.scope) {
        case 'person':
          return { zh: `人员 ${target.person}`, en: `person ${target.person}` };
        case 'department':
          return { zh: `部门 ${target.department}`, en: `department ${target.department}` };
        case 'app':
          return { zh: `应用 ${target.app}`, en: `app ${target.app}` };
        case 'everyone':
          return { zh: '所有人', en: 'everyone' };
        case 'device':
          return target.person === undefined
            ? { zh: `设备“${target.device}”`, en: `device "${target.device}"` }
            : { zh: `${target.person} 的设备“${target.device}”`, en: `device "${target.device}" of ${target.person}` };
        case 'version':
          return { zh: `${target.app} 的 ${target.version} 版`, en: `version ${target.version} of ${target.app}` };
      }
      break;
    case 'lock_accounts':
      return few(target.persons);
    case 'block_addresses': {
      const { zh, en } = few(target.addresses);
      return target.app === undefined ? { zh, en } : { zh: `${zh}（仅 ${target.app}）`, en: `${en} (${target.app} only)` };
    }
    case 'stop_route':
      return same(`${target.app} ${target.route}`);
    case 'stop_campaign':
      return same(`${target.app}/${target.campaign}`);
    case 'stop_version': {
      const { zh, en } = few(target.versions);
      return { zh: `${target.app} 的 ${zh} 版`, en: `version ${en} of ${target.app}` };
    }
    case 'isolate_backend':
      return { zh: `${target.app} 的后端`, en: `the backend of ${target.app}` };
    case 'stop_app':
    case 'read_only':
    case 'rotate_keys':
      return { zh: `应用 ${target.app}`, en: `app ${target.app}` };
    case 'rotate_secret':
      return { zh: `${target.app} 的${secretWords[target.secret].zh}`, en: `${secretWords[target.secret].en} of ${target.app}` };
    case 'revoke_tokens':
      return target.tokens === undefined
        ? { zh: '全部令牌', en: 'all tokens' }
        : { zh: `${target.tokens.length} 个令牌`, en: `${target.tokens.length} tokens` };
  }
}

/** A measure in a line. */
export function measureLine(measured: Measured): Bilingual {
  const { name } = measureWords[measured.kind];
  const target = targetWords(measured);
  return { zh: `${name.zh}：${target.zh}`, en: `${name.en}: ${target.en}` };
}
