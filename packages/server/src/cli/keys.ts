import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  fieldAlgorithms,
  inNumber,
  type Language,
  listKeys,
  listProofKeys,
  proofKeyView,
  proofPurposes,
} from '@menshen/contract';
import { PassphraseError, sealKeyFile } from '@menshen/seal';
import type * as z from 'zod';
import { type Command, type CommandInput, type ExitCode, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

type KeyList = z.output<typeof listKeys.response>;

const dayMs = 86_400_000;
const stateNames: Readonly<Record<KeyList['keys'][number]['state'], Readonly<Record<Language, string>>>> = {
  active: { zh: '使用中', en: 'active' },
  retired: { zh: '只解密', en: 'opens only' },
  destroyed: { zh: '已销毁', en: 'destroyed' },
};
const oldNames = {
  age: { zh: '已到轮换年龄', en: 'old: rotate it' },
  values: { zh: '已到用量上限', en: 'used up: rotate it' },
} as const;

/** What needs attention first, then each key in a line. */
export function keyLines(list: KeyList, now: number, language: Language): string[] {
  const zh = language === 'zh';
  const lines = [...list.keys]
    .sort((one, other) => Number(other.old !== null) - Number(one.old !== null))
    .map((key) => {
      const days = Math.floor((now - key.created) / dayMs);
      const parts = [
        String(key.kid).padEnd(10),
        key.app.padEnd(16),
        key.algorithm.padEnd(18),
        stateNames[key.state][language].padEnd(10),
        zh ? `${days} 天` : `${days} d`,
        zh ? `加密 ${key.sealed} · 解密 ${key.opened}` : `sealed ${key.sealed} · opened ${key.opened}`,
        key.old === null ? '' : `← ${oldNames[key.old][language]}`,
      ];
      return parts.join('  ').trimEnd();
    });
  const persons = list.persons.map(({ app, state, keys }) =>
    zh ? `${app}：个人密钥 ${keys} 把（${stateNames[state].zh}）` : `${app}: ${keys} keys of persons (${stateNames[state].en})`,
  );
  const wrapping = list.wrapping.map(({ id, kind, current, keys }) =>
    zh
      ? `包装密钥 ${id}（${kind}）保护 ${keys} 把${current ? '，当前' : ''}`
      : `wrapping key ${id} (${kind}) holds ${keys}${current ? ', current' : ''}`,
  );
  return [...(lines.length === 0 ? [zh ? '还没有数据密钥。' : 'There are no data keys yet.'] : lines), ...persons, ...wrapping];
}

const purposeNames = {
  reports: { zh: '报告', en: 'reports' },
  certificates: { zh: '培训证书', en: 'certificates' },
  privacy: { zh: '隐私证明', en: 'privacy' },
} as const;

/** Keys that sign, and how many of before still verify. */
export function proofLines(keys: readonly z.output<typeof proofKeyView>[], now: number, language: Language): string[] {
  const zh = language === 'zh';
  return keys
    .filter(({ retired }) => retired === null)
    .map(({ id, purpose, created, old }) => {
      const before = keys.filter((one) => one.purpose === purpose && one.retired !== null).length;
      const days = Math.floor((now - created) / dayMs);
      const parts = [
        zh ? `签名 ${purposeNames[purpose].zh}` : `signs ${purposeNames[purpose].en}`,
        id,
        zh ? `${days} 天` : `${days} d`,
        before === 0 ? '' : zh ? `旧公钥 ${before} 把` : inNumber(before, `${before} key[s] of before`),
        old ? (zh ? '← 该轮换了' : '← rotate it') : '',
      ];
      return parts.filter((part) => part !== '').join('  ');
    });
}

export const keysList: Command = {
  name: 'keys list',
  usage: '',
  summary: { zh: '列出数据密钥：年龄、用量、状态', en: 'List data keys: age, uses, state' },
  options: serverOptions,
  optionHelp: serverHelp('keys'),
  examples: ['menshen keys list', 'menshen keys list --json'],
  async run({ values, terminal }) {
    const answer = await callServer(values, '/api/v1/keys');
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const list = listKeys.response.parse(answer.body);
    const signing = await callServer(values, '/api/v1/keys/proofs');
    if (!signing.ok) return printRefusal(terminal, signing.refused);
    const proofs = listProofKeys.response.parse(signing.body).keys;
    if (values['json'] === true) terminal.out(JSON.stringify({ ...list, signing: proofs }));
    else {
      for (const line of keyLines(list, Date.now(), terminal.language)) terminal.out(line);
      for (const line of proofLines(proofs, Date.now(), terminal.language)) terminal.out(line);
    }
    return list.keys.some(({ old }) => old !== null) || proofs.some(({ old }) => old) ? 1 : 0;
  },
};

export const keysRotate: Command = {
  name: 'keys rotate',
  usage: 'APP [--algorithm NAME] | --signing PURPOSE',
  summary: {
    zh: '换用新的数据密钥或签名密钥；旧密钥仍可解密、验证',
    en: 'Seal or sign with a new key; the old one goes on opening and verifying',
  },
  options: { algorithm: { type: 'string' }, signing: { type: 'string' }, ...serverOptions },
  optionHelp: {
    algorithm: {
      zh: `${fieldAlgorithms.join(' 或 ')}（默认前者）`,
      en: `${fieldAlgorithms.join(' or ')} (the first by default)`,
    },
    signing: {
      zh: `换签名密钥：${proofPurposes.join('、')}`,
      en: `rotate the key that signs ${proofPurposes.join(', ')}`,
    },
    ...serverHelp('keys'),
  },
  examples: ['menshen keys rotate portal', 'menshen keys rotate --signing reports'],
  async run({ values, positionals, terminal }) {
    const signing = textOption(values, 'signing');
    if (signing !== undefined) return await rotateSigning(signing, { values, positionals, terminal });
    const [app] = positionals;
    if (app === undefined) throw new UsageError({ zh: '请给出应用的 id。', en: 'Name the app by its id.' });
    const algorithm = textOption(values, 'algorithm') ?? fieldAlgorithms[0];
    const answer = await callServer(values, '/api/v1/keys/rotate', { app, algorithm });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { kid } = answer.body as { kid: number };
    if (values['json'] === true) terminal.out(JSON.stringify({ kid }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `新密钥 ${kid} 已启用。请在后端用 resealColumn 重新加密旧值，完成后再销毁旧密钥。`
          : `Key ${kid} seals from now on. Seal the old values again with resealColumn in the backend, then destroy the old key.`,
      );
    return 0;
  },
};

async function rotateSigning(text: string, { values, positionals, terminal }: CommandInput): Promise<ExitCode> {
  const purpose = proofPurposes.find((one) => one === text);
  if (purpose === undefined || positionals.length > 0)
    throw new UsageError({
      zh: `--signing 应为 ${proofPurposes.join('、')}，且不再给出应用。`,
      en: `--signing must be one of ${proofPurposes.join(', ')}, without an app.`,
    });
  const answer = await callServer(values, '/api/v1/keys/proofs/rotate', { purpose });
  if (!answer.ok) return printRefusal(terminal, answer.refused);
  const key = proofKeyView.parse(answer.body);
  if (values['json'] === true) terminal.out(JSON.stringify(key));
  else
    terminal.out(
      terminal.language === 'zh'
        ? `新签名密钥 ${key.id} 已启用；以前签发的仍可验证。请公布新的公钥：\n${key.publicKey}`
        : `Key ${key.id} signs from now on; what was signed before goes on verifying. Publish the new public key:\n${key.publicKey}`,
    );
  return 0;
}

export const keysRewrap: Command = {
  name: 'keys rewrap',
  usage: '',
  summary: { zh: '把数据密钥改由当前包装密钥保护', en: 'Put the data keys under the current wrapping key' },
  options: serverOptions,
  optionHelp: serverHelp('keys'),
  examples: ['menshen keys rewrap && menshen keys list'],
  async run({ values, terminal }) {
    const answer = await callServer(values, '/api/v1/keys/rewrap', {});
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    if (values['json'] === true) terminal.out(JSON.stringify(answer.body));
    else
      terminal.out(
        terminal.language === 'zh'
          ? '已在后台开始；menshen keys list 显示进度，中断后可再次执行。'
          : 'Begun in the background; menshen keys list shows how far it is. It can be run again after a break.',
      );
    return 0;
  },
};

export const keysPassphrase: Command = {
  name: 'keys passphrase',
  usage: 'FILE',
  summary: {
    zh: '生成受口令保护的包装密钥文件（口令取自 MENSHEN_PASSPHRASE）',
    en: 'Make a wrapping key in a file under a passphrase (from MENSHEN_PASSPHRASE)',
  },
  options: { json: { type: 'boolean' } },
  optionHelp: { json: { zh: '以 JSON 输出', en: 'print JSON' } },
  examples: ['MENSHEN_PASSPHRASE="…" menshen keys passphrase wrapping.key'],
  async run({ values, positionals, terminal }) {
    const [file] = positionals;
    if (file === undefined) throw new UsageError({ zh: '请给出文件名。', en: 'Name the file.' });
    const passphrase = process.env['MENSHEN_PASSPHRASE'];
    if (passphrase === undefined || passphrase === '')
      throw new UsageError({
        zh: '请用环境变量 MENSHEN_PASSPHRASE 给出口令。',
        en: 'Give the passphrase in MENSHEN_PASSPHRASE.',
      });
    try {
      const made = sealKeyFile(randomBytes(32), passphrase, (size) => randomBytes(size));
      // Never over another key: what it wraps would be lost.
      writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (error instanceof PassphraseError)
        throw new UsageError({ zh: '口令至少 15 个字符。', en: 'A passphrase has at least 15 characters.' });
      throw new UsageError({
        zh: '文件写不了，或已经存在；已有的密钥文件不会被覆盖。',
        en: 'The file cannot be written, or exists; a key file is never overwritten.',
      });
    }
    const config = { id: 2, passphraseFile: file, passphrase: '$' + '{MENSHEN_PASSPHRASE}' };
    terminal.out(values['json'] === true ? JSON.stringify(config) : `keys.wrapping: ${JSON.stringify(config)}`);
    return 0;
  },
};
