import type { StagingConfig } from '@menshen/contract';
import { compileRanges } from '../../gateway/address.ts';

/** Where staging may lie unless its entry says more: this machine and private networks (RFC 1918, RFC 4193). */
const privateRanges = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
/** Never: link-local addresses, among them those of cloud metadata, and metadata services elsewhere (RFC 3927, RFC 4291; AWS, Alibaba Cloud, Tencent Cloud). */
const neverRanges = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '0.0.0.0/8',
  '::/128',
  '224.0.0.0/4',
  'ff00::/8',
];

const never = compileRanges(neverRanges);

/** The entry of the configuration that names this address's origin as staging; null where none does. */
export function stagingOf(staging: readonly StagingConfig[], address: string): StagingConfig | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // A name within the user part, or a scheme without hosts, is not the origin that it looks like.
  if (url.username !== '' || url.password !== '' || url.origin === 'null') return null;
  return staging.find((one) => new URL(one.url).origin === url.origin) ?? null;
}

/** Whether every address that the target's name leads to lies where the configuration says. */
export function addressesAllowed({ addresses }: Pick<StagingConfig, 'addresses'>, found: readonly string[]): boolean {
  const allowed = compileRanges(addresses ?? privateRanges);
  return found.length > 0 && found.map(plain).every((address) => allowed(address) && !never(address));
}

/** `::ffff:10.0.0.1` is judged as what it reaches. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address;
}
