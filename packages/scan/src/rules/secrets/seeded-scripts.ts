import type { Detector } from '../../detector.ts';
import { type CallExpression, keyName, type Node, type Program, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { calleeName, calleePath, isPasswordWord, literalText } from '../patterns/script/nodes.ts';
import { isTemplate } from './placeholder.ts';

const administrator = /^(?:admin|administrator|root|superadmin|super_admin|sysadmin|superuser|admin\d{1,4})$/i;
const userKey = /^(?:user|username|user_name|account|login|loginname|login_name|name|adminname|uname|email|phone|mobile)$/i;
const stores = /^(?:create|insert|insertOne|insertMany|save|add|upsert|bulkCreate|findOrCreate|register|run|execute|query|push)$/;
const hashes =
  /^(?:hash|hashSync|md5|sha1|sha256|bcrypt|encrypt|encryptPassword|hashPassword|createPassword|generateHash|makePassword)$/i;
const seeds = /seed|default|initial|init|preset|builtin|users|accounts|admins|staff/i;

/** Accounts that a program creates with a password written in its code: through constants, hashes and statements. */
export const seededScripts: Detector = {
  id: 'secrets/seeded-scripts',
  rules: ['MP-SEC-012'],
  run(context) {
    for (const file of context.project.files) {
      if (file.marks.has('test') || file.marks.has('vendored') || file.marks.has('minified') || file.place === 'mini-program')
        continue;
      if (!/admin|root|superuser/i.test(file.text) || !/pass|pwd|hash|md5/i.test(file.text)) continue;
      for (const { program } of context.scripts(file))
        search(program, ({ start, end }) =>
          context.report({
            rule: 'MP-SEC-012',
            file: file.path,
            start,
            end,
            message: {
              zh: '程序用写在代码里的口令创建账号：每个安装都用同一个口令，任何读过代码的人都能登录',
              en: 'The program creates an account with a password written in its code: every installation has the same one, known to all who read the code',
            },
          }),
        );
    }
  },
};

function search(program: Program, report: (node: Node) => void): void {
  let creates = false;
  const found: Node[] = [];
  walk(program, (node, ancestors) => {
    if (node.type === 'ObjectExpression' && isStored(ancestors)) {
      const account = accountOf(node, program);
      if (account === undefined) return;
      creates ||= account.administrator;
      found.push(account.password);
    } else if (node.type === 'CallExpression') {
      const password = inStatement(node, program);
      if (password === undefined) return;
      creates = true;
      found.push(password);
    }
  });
  // Accounts of other people stand beside the administrator's in a list of seeds.
  if (creates) for (const node of found) report(node);
}

/** Whether an object is handed to what keeps it, or stands in a list of first accounts. */
function isStored(around: readonly Node[]): boolean {
  for (let at = around.length - 1; at >= 0 && at >= around.length - 6; at -= 1) {
    const node = around[at];
    if (node === undefined) return false;
    if (node.type === 'CallExpression' && stores.test(calleeName(node))) return true;
    if (node.type === 'NewExpression') return /user|admin|account|staff|member/i.test(calleeName(node));
    if (node.type === 'VariableDeclarator') return node.id.type === 'Identifier' && seeds.test(node.id.name);
    if (/Function/.test(node.type)) return false;
  }
  return false;
}

function accountOf(node: Node, program: Program): { password: Node; administrator: boolean } | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  let user: string | undefined;
  let role = false;
  let password: Node | undefined;
  for (const property of node.properties) {
    if (property.type !== 'Property') continue;
    const name = keyName(property.key, property.computed) ?? '';
    const text = literalText(property.value, program)?.text;
    if (userKey.test(name) && text !== undefined && user === undefined) user = text;
    if (/^(?:role|type|is_?admin|level)$/i.test(name) && text !== undefined && /admin|root|super/i.test(text)) role = true;
    if (isPasswordWord(name) && passwordIn(property.value, program) !== undefined) password = property;
  }
  return user === undefined || password === undefined ? undefined : { password, administrator: administrator.test(user) || role };
}

/** `insert.run('admin', hashSync('…'))`, `query(sql, ['admin', md5('…')])`. */
function inStatement(call: CallExpression, program: Program): Node | undefined {
  if (!/^(?:run|execute|query|all|exec)$/.test(calleeName(call))) return undefined;
  const list = call.arguments.flatMap((argument) => {
    const inner = unwrap(argument);
    return inner.type === 'ArrayExpression' ? inner.elements.filter((element) => element !== null) : [argument];
  });
  if (!list.some((argument) => administrator.test(literalText(argument, program)?.text ?? ''))) return undefined;
  return list.find((argument) => isHashed(argument) && passwordIn(argument, program) !== undefined);
}

const isHashed = (node: Node): boolean => {
  const inner = unwrap(node);
  const call = inner.type === 'AwaitExpression' ? unwrap(inner.argument) : inner;
  return call.type === 'CallExpression' && hashes.test(calleeName(call));
};

/** The constant password of a value: itself, or what a hash is made of. */
function passwordIn(node: Node, program: Program, depth = 0): string | undefined {
  if (depth > 3) return undefined;
  const inner = unwrap(node);
  if (inner.type === 'AwaitExpression') return passwordIn(inner.argument, program, depth + 1);
  if (inner.type === 'CallExpression') {
    if (!hashes.test(calleeName(inner)) && !/bcrypt|crypto|md5|hash/i.test(calleePath(inner))) return undefined;
    const [first] = inner.arguments;
    return first === undefined ? undefined : passwordIn(first, program, depth + 1);
  }
  const text = literalText(inner, program)?.text;
  return text !== undefined && text.length >= 3 && text.length < 100 && !isTemplate(text) && !/\s/.test(text) ? text : undefined;
}
