import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { certificateFile, certificateStatement } from '@menshen/contract';
import { holds, keyId } from '../../keys/proof-signer.ts';
import { openLibrary } from '../../train/courses/library.ts';
import type { CourseProblem } from '../../train/courses/model.ts';
import { parseCourse } from '../../train/courses/parse-course.ts';
import { type Command, textOption, UsageError } from '../command.ts';

const jsonHelp = { zh: '以 JSON 输出', en: 'print JSON' };

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError({ zh: `文件无法读取：${file}`, en: `The file cannot be read: ${file}` });
  }
}

interface CheckedCourse {
  readonly folder: string;
  readonly id: string | null;
  readonly cards: number;
  readonly questions: number;
  readonly problems: readonly CourseProblem[];
}

/** A folder with `zh.md`, and perhaps `en.md`; or a folder of such folders. */
function foldersOf(folder: string): readonly string[] {
  if (existsSync(join(folder, 'zh.md'))) return [folder];
  const found = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'zh.md')))
        .map(({ name }) => join(folder, name))
        .sort()
    : [];
  if (found.length === 0) throw new UsageError({ zh: '没有找到 zh.md。', en: 'There is no zh.md.' });
  return found;
}

function check(folder: string, pictures: ReadonlySet<string>): CheckedCourse {
  const english = join(folder, 'en.md');
  const files = { zh: read(join(folder, 'zh.md')), en: existsSync(english) ? read(english) : null };
  const parsed = parseCourse(files, { origin: 'own', pictures });
  return parsed.ok
    ? {
        ...{ folder, id: parsed.course.id, cards: parsed.course.text.zh.cards.length },
        ...{ questions: parsed.course.bank.length, problems: [] },
      }
    : { folder, id: null, cards: 0, questions: 0, problems: parsed.problems };
}

export const trainingCheck: Command = {
  name: 'training check',
  usage: 'DIR...',
  summary: { zh: '检查课程文本，逐行指出问题', en: 'Check the text of courses; each fault with its line' },
  options: { json: { type: 'boolean' } },
  optionHelp: { json: jsonHelp },
  examples: ['menshen training check ./courses/our-rules', 'menshen training check ./courses --json'],
  async run({ values, positionals, terminal }) {
    if (positionals.length === 0) throw new UsageError({ zh: '请给出课程目录。', en: 'Name the folder of a course.' });
    const pictures = new Set(openLibrary().pictures.keys());
    const checked = positionals.flatMap((folder) => foldersOf(resolve(folder))).map((folder) => check(folder, pictures));
    const faulty = checked.filter(({ problems }) => problems.length > 0);
    if (values['json'] === true) terminal.out(JSON.stringify({ courses: checked }));
    else
      for (const { folder, cards, questions, problems } of checked) {
        if (problems.length === 0)
          terminal.out(
            terminal.language === 'zh'
              ? `${basename(folder)}：${cards} 张卡片，题库 ${questions} 题，没有问题`
              : `${basename(folder)}: ${cards} cards, a bank of ${questions}, nothing wrong`,
          );
        for (const problem of problems)
          terminal.err(`${join(folder, `${problem.language}.md`)}:${problem.line}: ${problem[terminal.language]}`);
      }
    return faulty.length === 0 ? 0 : 1;
  },
};

export const trainingVerify: Command = {
  name: 'training verify',
  usage: 'FILE --key KEY.pem',
  summary: { zh: '离线核验培训证书', en: 'Verify a certificate of training, offline' },
  options: { key: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    key: {
      zh: '颁发者另行提供的公钥，不要用和证书一起拿到的',
      en: 'the public key as the issuer gave it another way, not one that came with the certificate',
    },
    json: jsonHelp,
  },
  examples: ['menshen training verify tc_x.json --key key.pem', 'menshen training verify tc_x.json --key key.pem --json'],
  async run({ values, positionals, terminal }) {
    const keyFile = textOption(values, 'key');
    const [file, ...rest] = positionals;
    if (keyFile === undefined) throw new UsageError({ zh: '请用 --key 给出公钥。', en: 'Give the public key with --key.' });
    if (file === undefined || rest.length > 0) throw new UsageError({ zh: '请给出一个文件。', en: 'Name one file.' });
    const publicKey = read(keyFile);
    const { statement, signature } = readCertificate(read(file), publicKey);
    const said = certificateStatement.parse(JSON.parse(statement));
    const valid = holds(statement, signature, publicKey);
    const expired = said.expires < new Date().toISOString().slice(0, 10);
    const zh = terminal.language === 'zh';
    if (values['json'] === true) terminal.out(JSON.stringify({ valid, expired, certificate: said }));
    else {
      terminal.out(`${said.holder} · ${said.course.title[terminal.language]} · ${said.score} · ${said.issued} – ${said.expires}`);
      terminal.out(`${said.issuer[terminal.language]} · ${said.id}`);
      if (!valid)
        terminal.out(
          zh
            ? '签名不符：证书被改动，或不是此公钥签的。'
            : 'The signature does not fit: it was changed, or signed by another key.',
        );
      else if (expired) terminal.out(zh ? '签名一致，但证书已过期。' : 'The signature holds, and the certificate has expired.');
      else
        terminal.out(
          zh
            ? '签名一致。是否被吊销，请查看证书上的网址。'
            : 'The signature holds. Whether it was revoked stands at its address.',
        );
    }
    return valid && !expired ? 0 : 1;
  },
};

function readCertificate(text: string, publicKey: string): { readonly statement: string; readonly signature: string } {
  try {
    keyId(publicKey);
    const file = certificateFile.parse(JSON.parse(text));
    certificateStatement.parse(JSON.parse(file.statement));
    return file;
  } catch {
    throw new UsageError({
      zh: '文件不是培训证书，或者公钥有误。',
      en: 'The file is no certificate of training, or the key is none.',
    });
  }
}
