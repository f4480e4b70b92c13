import { type Attention, inNumber } from '@menshen/contract';
import type { ProofKeys } from '../../keys/proofs/service.ts';
import type { KeyAgeAlarms } from '../../keys/ring/age-alarms.ts';

/** Data keys and signing keys that should have been rotated. */
export function keyAttention(keys: Pick<KeyAgeAlarms, 'old'>, proofs: Pick<ProofKeys, 'list'>): Attention[] {
  return [...dataKeys(keys), ...signingKeys(proofs)];
}

function signingKeys(proofs: Pick<ProofKeys, 'list'>): Attention[] {
  const old = proofs.list().filter((key) => key.old);
  if (old.length === 0) return [];
  return [
    {
      id: 'signing-keys-old',
      severity: 'low',
      title: {
        zh: `${old.length} 把签名密钥该轮换了`,
        en: inNumber(old.length, `${old.length} signing key[s] of proofs should be rotated`),
      },
      detail: {
        zh: '轮换后旧公钥保留，以前的报告与证书照样可以验证。',
        en: 'Old public keys are kept: reports and certificates of before go on verifying.',
      },
      since: Math.min(...old.map(({ created }) => created)),
      action: { to: '/keys', label: { zh: '查看密钥', en: 'Open the keys' } },
    },
  ];
}

function dataKeys(keys: Pick<KeyAgeAlarms, 'old'>): Attention[] {
  const old = keys.old();
  const [first] = [...old].sort((a, b) => b.days - a.days);
  if (first === undefined) return [];
  return [
    {
      id: 'keys-old',
      severity: 'medium',
      title: { zh: `${old.length} 把数据密钥该轮换了`, en: inNumber(old.length, `${old.length} data key[s] should be rotated`) },
      detail: {
        zh: `${first.app} 的密钥已使用 ${first.days} 天。轮换不影响旧值的读取。`,
        en: `The key of ${first.app} has been in use for ${first.days} days. What it has sealed stays readable.`,
      },
      since: first.created,
      action: { to: '/keys', label: { zh: '查看密钥', en: 'Open the keys' } },
    },
  ];
}
