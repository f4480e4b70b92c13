import type { ScanView } from '@menshen/contract';
import { makeScanReport, type Scanned } from '../../scans/run/make-report.ts';
import { type CommandInput, type ExitCode, neededOption, type Terminal, textOption } from '../command.ts';
import { callServer, printRefusal } from '../control-plane.ts';

/** Sends what a scan found to the server, where findings live on. 0 when it was taken. @throws UsageError where no server answers */
export async function uploadScan(values: CommandInput['values'], scanned: Scanned, terminal: Terminal): Promise<ExitCode> {
  return await upload(values, makeScanReport(scanned), scanned.partial, terminal, 'source');
}

/** As {@link uploadScan}, of a report that is made. `project` is its name where the caller gives none. */
export async function upload(
  values: CommandInput['values'],
  report: Readonly<Record<string, unknown>>,
  partial: boolean,
  terminal: Terminal,
  project: string,
): Promise<ExitCode> {
  const version = textOption(values, 'version');
  const answer = await callServer(values, '/api/v1/scans', {
    ...{ app: neededOption(values, 'app'), project: textOption(values, 'project') ?? project, partial, report },
    ...(version === undefined ? {} : { version }),
  });
  if (!answer.ok) return printRefusal(terminal, answer.refused);
  const { fresh, fixed, reopened, same, complete, app, project: named } = answer.body as ScanView;
  const zh = terminal.language === 'zh';
  terminal.err(
    zh
      ? `已上传到 ${app}/${named}：新增 ${fresh}，重现 ${reopened}，已修复 ${fixed}，不变 ${same}`
      : `Uploaded to ${app}/${named}: ${fresh} new, ${reopened} back again, ${fixed} fixed, ${same} unchanged`,
  );
  if (!complete)
    terminal.err(
      zh ? '扫描不完整，未把缺失的发现视为已修复。' : 'The scan was not whole: nothing that is missing was taken for fixed.',
    );
  return 0;
}

/** Options of commands that upload. */
export const uploadOptions = {
  upload: { type: 'boolean' as const },
  app: { type: 'string' as const },
  project: { type: 'string' as const },
  version: { type: 'string' as const },
};
export const uploadHelp = {
  upload: {
    zh: '把结果上传到控制台，在那里跟踪到修复',
    en: 'upload the result to the console, where findings are followed until they are gone',
  },
  app: { zh: '上传到哪个应用（配置中的编号）', en: 'app to upload for (its id in the configuration)' },
  version: { zh: '被扫描的版本或提交', en: 'version or commit that was scanned' },
};
