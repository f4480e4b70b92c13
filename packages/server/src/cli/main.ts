import type { Language } from '@menshen/contract';
import { createAsker } from './ask.ts';
import { auditProve, auditVerify } from './audit/audit.ts';
import { auditExport } from './audit/audit-export.ts';
import { auditRestore } from './audit/audit-restore.ts';
import { witness } from './audit/witness.ts';
import { backupCreate, backupDrill, backupKey, backupList, backupRestore, backupVerify } from './backup/backup.ts';
import { type Command, type ExitCode, runCommand, type Terminal, UsageError } from './command.ts';
import { complianceReport, complianceStatus } from './compliance.ts';
import { containmentList, containmentMove, containmentReopen } from './containment.ts';
import { detectReplay } from './detect/detect.ts';
import { sigmaCheck, sigmaTest } from './detect/sigma.ts';
import { dev } from './dev.ts';
import { directoryImport, directorySync } from './directory.ts';
import { doctor } from './doctor/doctor.ts';
import { emulator } from './emulator.ts';
import { failureText } from './failure.ts';
import { init } from './init.ts';
import { inspect } from './inspect.ts';
import { keysList, keysPassphrase, keysRewrap, keysRotate } from './keys.ts';
import { languageFrom, languageOption } from './language.ts';
import { playbookCheck, playbookExport, playbookImport, playbookRun } from './playbook.ts';
import { policyCheck, policyExplain } from './policy.ts';
import { privacyCarryOver, privacyVerify } from './privacy.ts';
import { probe } from './probe.ts';
import { releaseKey, releaseSign, releaseVerify, releaseWatch } from './release/release.ts';
import { releaseUpload } from './release/release-upload.ts';
import { riskReport, riskScore } from './risk.ts';
import { riskAdvisoriesImport, riskAdvisoriesList } from './risk-advisories.ts';
import { scan } from './scan/scan.ts';
import { open, seal } from './seal.ts';
import { serve } from './serve.ts';
import { trainingCheck, trainingVerify } from './training/training.ts';
import { trainingBounce } from './training/training-bounce.ts';
import { version } from './version.ts';

/** Every command, in the order of `menshen --help`. */
export const commands: readonly Command[] = [
  dev,
  serve,
  init,
  doctor,
  emulator,
  scan,
  probe,
  inspect,
  sigmaCheck,
  sigmaTest,
  detectReplay,
  auditVerify,
  auditProve,
  auditExport,
  auditRestore,
  witness,
  policyCheck,
  policyExplain,
  directoryImport,
  directorySync,
  keysList,
  keysRotate,
  keysRewrap,
  keysPassphrase,
  seal,
  open,
  backupKey,
  backupCreate,
  backupList,
  backupVerify,
  backupRestore,
  backupDrill,
  privacyVerify,
  privacyCarryOver,
  trainingCheck,
  trainingVerify,
  trainingBounce,
  releaseKey,
  releaseSign,
  releaseVerify,
  releaseWatch,
  releaseUpload,
  riskReport,
  riskScore,
  riskAdvisoriesImport,
  riskAdvisoriesList,
  complianceStatus,
  complianceReport,
  containmentList,
  containmentReopen,
  containmentMove,
  playbookCheck,
  playbookRun,
  playbookExport,
  playbookImport,
];

const person = createAsker(process.stdin, process.stdout);

/** Where a command speaks and asks: the process's own streams. */
const processTerminal: Omit<Terminal, 'language'> = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  ask: process.stdin.isTTY ? person.ask : null,
};

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
    terminal.out(overview(language));
    return first === '' ? 2 : 0;
  }
  if (first === '--version' || first === '-v') {
    terminal.out(version);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === words.slice(0, candidate.name.split(' ').length).join(' '));
  if (command === undefined) {
    terminal.err(
      language === 'zh'
        ? `没有这个命令。运行 menshen --help 查看全部命令。`
        : 'There is no such command. Run menshen --help for all of them.',
    );
    return 2;
  }
  try {
    return await runCommand(command, words.slice(command.name.split(' ').length), terminal);
  } catch (error) {
    terminal.err(failureText(error, language));
    if (error instanceof UsageError) terminal.err(`menshen ${command.name} --help`);
    return 2;
  } finally {
    person.close();
  }
}

function overview(language: Language): string {
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
