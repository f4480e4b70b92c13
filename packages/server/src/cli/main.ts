import type { Language } from '@menshen/contract';
import { createAsker } from './ask.ts';
import { type Command, type ExitCode, runCommand, type Terminal, UsageError } from './command.ts';
import { languageFrom, languageOption } from './language.ts';
import { speakTo } from './speak.ts';
import { version } from './version.ts';

/**
 * Every command by its name, in the order of `menshen --help`. Each is loaded when it is asked for: who verifies a log does not wait for
 * the platform.
 */
export const shelf: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev.ts')).dev,
  serve: async () => (await import('./serve.ts')).serve,
  init: async () => (await import('./init.ts')).init,
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
  emulator: async () => (await import('./emulator.ts')).emulator,
  scan: async () => (await import('./scan/scan.ts')).scan,
  probe: async () => (await import('./probe.ts')).probe,
  inspect: async () => (await import('./inspect.ts')).inspect,
  'sigma check': async () => (await import('./detect/sigma.ts')).sigmaCheck,
  'sigma test': async () => (await import('./detect/sigma.ts')).sigmaTest,
  'detect replay': async () => (await import('./detect/detect.ts')).detectReplay,
  'audit verify': async () => (await import('./audit/audit.ts')).auditVerify,
  'audit prove': async () => (await import('./audit/audit.ts')).auditProve,
  'audit export': async () => (await import('./audit/audit-export.ts')).auditExport,
  'audit restore': async () => (await import('./audit/audit-restore.ts')).auditRestore,
  witness: async () => (await import('./audit/witness.ts')).witness,
  'policy check': async () => (await import('./policy.ts')).policyCheck,
  'policy explain': async () => (await import('./policy.ts')).policyExplain,
  'directory import': async () => (await import('./directory.ts')).directoryImport,
  'directory sync': async () => (await import('./directory.ts')).directorySync,
  'keys list': async () => (await import('./keys.ts')).keysList,
  'keys rotate': async () => (await import('./keys.ts')).keysRotate,
  'keys rewrap': async () => (await import('./keys.ts')).keysRewrap,
  'keys passphrase': async () => (await import('./keys.ts')).keysPassphrase,
  seal: async () => (await import('./seal.ts')).seal,
  open: async () => (await import('./seal.ts')).open,
  'backup key': async () => (await import('./backup/backup.ts')).backupKey,
  'backup create': async () => (await import('./backup/backup.ts')).backupCreate,
  'backup list': async () => (await import('./backup/backup.ts')).backupList,
  'backup verify': async () => (await import('./backup/backup.ts')).backupVerify,
  'backup restore': async () => (await import('./backup/backup.ts')).backupRestore,
  'backup drill': async () => (await import('./backup/backup.ts')).backupDrill,
  'privacy verify': async () => (await import('./privacy.ts')).privacyVerify,
  'privacy carry-over': async () => (await import('./privacy.ts')).privacyCarryOver,
  'training check': async () => (await import('./training/training.ts')).trainingCheck,
  'training verify': async () => (await import('./training/training.ts')).trainingVerify,
  'training bounce': async () => (await import('./training/training-bounce.ts')).trainingBounce,
  'release key': async () => (await import('./release/release.ts')).releaseKey,
  'release sign': async () => (await import('./release/release.ts')).releaseSign,
  'release verify': async () => (await import('./release/release.ts')).releaseVerify,
  'release watch': async () => (await import('./release/release.ts')).releaseWatch,
  'release upload': async () => (await import('./release/release-upload.ts')).releaseUpload,
  'risk report': async () => (await import('./risk.ts')).riskReport,
  'risk score': async () => (await import('./risk.ts')).riskScore,
  'risk advisories import': async () => (await import('./risk-advisories.ts')).riskAdvisoriesImport,
  'risk advisories list': async () => (await import('./risk-advisories.ts')).riskAdvisoriesList,
  'compliance status': async () => (await import('./compliance.ts')).complianceStatus,
  'compliance report': async () => (await import('./compliance.ts')).complianceReport,
  'containment list': async () => (await import('./containment.ts')).containmentList,
  'containment reopen': async () => (await import('./containment.ts')).containmentReopen,
  'containment move': async () => (await import('./containment.ts')).containmentMove,
  'playbook check': async () => (await import('./playbook.ts')).playbookCheck,
  'playbook run': async () => (await import('./playbook.ts')).playbookRun,
  'playbook export': async () => (await import('./playbook.ts')).playbookExport,
  'playbook import': async () => (await import('./playbook.ts')).playbookImport,
};

/** All of them, as `menshen --help` lists them. */
export const loadCommands = (): Promise<readonly Command[]> => Promise.all(Object.values(shelf).map((load) => load()));

const person = createAsker(process.stdin, process.stdout);

/** Where a command speaks and asks: the process's own streams. */
const processTerminal: Omit<Terminal, 'language'> = {
  out: speakTo(process.stdout),
  err: speakTo(process.stderr),
  ask: process.stdin.isTTY ? person.ask : null,
};

// Whoever reads may have read enough (`| head`): that is no fault of the command, and a server goes on without.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  });

/** Runs the `menshen` command. Returns its exit code. */
export async function main(args: readonly string[], speaker = processTerminal): Promise<ExitCode> {
  const language = languageFrom(args);
  const terminal: Terminal = { ...speaker, language };
  const asked = languageOption(args);
  if (asked !== undefined && asked !== 'zh' && asked !== 'en') {
    terminal.err(language === 'zh' ? '--lang 应为 zh 或 en。' : '--lang must be zh or en.');
    return 2;
  }
  const words = args.filter((word, at) => !(word === '--lang' || args[at - 1] === '--lang' || word.startsWith('--lang=')));
  const [first = ''] = words;
  if (first === '' || first === 'help' || first === '--help' || first === '-h') {
    terminal.out(overview(await loadCommands(), language));
    return first === '' ? 2 : 0;
  }
  if (first === '--version' || first === '-v') {
    terminal.out(version);
    return 0;
  }
  const named = Object.entries(shelf).find(([name]) => name === words.slice(0, name.split(' ').length).join(' '));
  if (named === undefined) {
    terminal.err(
      language === 'zh'
        ? `没有这个命令。运行 menshen --help 查看全部命令。`
        : 'There is no such command. Run menshen --help for all of them.',
    );
    return 2;
  }
  const [name, load] = named;
  try {
    return await runCommand(await load(), words.slice(name.split(' ').length), terminal);
  } catch (error) {
    const { failureText } = await import('./failure.ts');
    terminal.err(failureText(error, language));
    if (error instanceof UsageError) terminal.err(`menshen ${name} --help`);
    return 2;
  } finally {
    person.close();
  }
}

function overview(commands: readonly Command[], language: Language): string {
  const head =
    language === 'zh'
      ? '门神：企业微信小程序安全平台\n\n命令：'
      : 'Menshen: security platform for enterprise WeChat mini programs\n\nCommands:';
  const tail =
    language === 'zh'
      ? '每个命令都有 --help 与示例；--lang zh|en 选择语言。'
      : 'Every command has --help with examples; --lang zh|en chooses the language.';
  return [head, ...commands.map((command) => `  ${command.name.padEnd(16)} ${command.summary[language]}`), '', tail].join('\n');
}
