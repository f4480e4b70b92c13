import type { Report } from './finding.ts';

/**
 * Names a finding so that it is known again when lines move: a hash of rule, file, the reported code without its white space and
 * its place among equals. Not a secret and not a signature: FNV-1a over 64 bits.
 */
export function createFingerprints(): (report: Report, code: string) => string {
  const seen = new Map<string, number>();
  return (report, code) => {
    const base = `${report.rule}\n${report.file}\n${code.replaceAll(/\s+/g, '').slice(0, 400)}`;
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return fnv64(`${base}\n${count}`);
  };
}

const prime = 0x1_00_00_00_01_b3n;

function fnv64(text: string): string {
  let hash = 0xcb_f2_9c_e4_84_22_23_25n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * prime);
  }
  return hash.toString(16).padStart(16, '0');
}
