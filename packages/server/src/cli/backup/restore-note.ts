import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createKeys, loadMasterKey } from '../../keys/master.ts';
import { appendRestore, type RestoreRecord } from '../../recover/restore-record.ts';
import type { Terminal } from '../command.ts';
import type { Place } from './backup-options.ts';

/** Keeps a signed record of a restore with the installation, for the checklist of its incident. Says so where that cannot be, and does not fail for it. */
export async function noteRestore({ data, masterKey }: Place, record: RestoreRecord, terminal: Terminal): Promise<boolean> {
  const file = join(data, 'keys', 'master.key');
  if (!existsSync(data) || (masterKey === undefined && !existsSync(file))) {
    terminal.err(
      terminal.language === 'zh'
        ? '没有留下恢复记录：在此找不到数据目录或主密钥。请用 -c 指定配置。'
        : 'No record of the restore was kept: there is no data folder or master key here. Name the configuration with -c.',
    );
    return false;
  }
  const keys = createKeys(loadMasterKey(masterKey, file), () => new Uint8Array(0));
  await appendRestore(data, record, keys.derive('restore record signing key'));
  return true;
}
