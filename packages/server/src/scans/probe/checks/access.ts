import { holdsData, isAlike, isMostlySame, jsonOf, namesPersonalData } from '../answers.ts';
import { type Check, exchangeLine, type ProbeContext } from '../context.ts';
import { type ProbeFinding, type ProbeRoute, routeName } from '../model.ts';

const readable = ({ routes }: ProbeContext): readonly ProbeRoute[] => routes.filter(({ method }) => method === 'GET');

/** MP-PRB-001: nobody gets what a signed-in account gets. */
export const unauthenticated: Check = async (context) => {
  const found: ProbeFinding[] = [];
  for (const route of readable(context)) {
    if (route.isPublic === true) continue;
    const values = await objectOf(context, route);
    const nobody = await context.baseline('nobody', route, values);
    if (nobody === null || !holdsData(nobody)) continue;
    const own = context.has('a') ? await context.baseline('a', route, values) : null;
    // What an account does not get either is no data of accounts.
    if (own !== null && (!holdsData(own) || !isAlike(own, nobody))) continue;
    const declared = route.isPublic === false;
    // Where nothing says that a credential is needed, the data must say so itself: an object of A's, personal data, a back office.
    if (!declared && !route.isAdmin && Object.keys(values).length === 0 && !namesPersonalData(nobody)) continue;
    const path = context.pathOf(route, values) ?? route.path;
    found.push({
      ...{ rule: 'MP-PRB-001', severity: route.isAdmin ? 'critical' : 'high', route: routeName(route), detail: '' },
      confidence: declared || own !== null ? 'high' : 'medium',
      message: {
        zh: own === null ? '没有凭证的请求得到了数据' : '没有凭证的请求得到了与测试账号一样的数据',
        en:
          own === null
            ? 'A request without a credential got data'
            : 'A request without a credential got what the test account gets',
      },
      exchange: [...(own === null ? [] : [exchangeLine('a', 'GET', path, own)]), exchangeLine('nobody', 'GET', path, nobody)],
    });
  }
  return found;
};

/** Values for the parameters that name an object of account A; none where there are none or none is known. */
async function objectOf(context: ProbeContext, route: ProbeRoute): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  if (!context.has('a')) return values;
  for (const { name } of identifying(route)) {
    const [id] = await context.ownedByA(route, name);
    if (id !== undefined) values[name] = id;
  }
  return values;
}

const identifying = ({ parameters }: ProbeRoute) =>
  parameters.filter(({ name, in: where }) => where === 'path' || /(^|[a-z_])(id|Id|ID|no|No|sn|uuid)$/.test(name));

/** MP-PRB-002: account B gets an object of account A. */
export const horizontal: Check = async (context) => {
  if (!context.has('a') || !context.has('b')) return [];
  const found: ProbeFinding[] = [];
  for (const route of readable(context)) {
    if (route.isPublic === true || route.isAdmin) continue;
    for (const { name } of identifying(route)) {
      const one = await objectOfOthers(context, route, name);
      if (one !== null) {
        found.push(one);
        break;
      }
    }
  }
  return found;
};

async function objectOfOthers(context: ProbeContext, route: ProbeRoute, name: string): Promise<ProbeFinding | null> {
  for (const id of await context.ownedByA(route, name)) {
    const values = { [name]: id };
    const path = context.pathOf(route, values);
    const own = await context.baseline('a', route, values);
    if (path === null || own === null || !holdsData(own)) continue;
    const other = await context.baseline('b', route, values);
    if (other === null || !holdsData(other) || !isMostlySame(own, other)) continue;
    // Controls: what nobody needs a credential for is public; what answers every number is no object.
    const nobody = await context.baseline('nobody', route, values);
    if (nobody !== null && holdsData(nobody)) continue;
    const madeUp = await context.baseline('a', route, { [name]: madeUpLike(id, context.random()) });
    if (madeUp !== null && holdsData(madeUp) && isAlike(own, madeUp)) continue;
    return {
      ...{ rule: 'MP-PRB-002', severity: 'high', confidence: 'high', route: routeName(route), detail: name },
      message: {
        zh: `账号乙用账号甲的 ${name} 读到了同样的数据；编造的编号和未登录的请求都得不到`,
        en: `With the ${name} of account A, account B got the same data; a made-up one and nobody do not`,
      },
      exchange: [
        exchangeLine('a', 'GET', path, own),
        exchangeLine('b', 'GET', path, other),
        ...(nobody === null ? [] : [exchangeLine('nobody', 'GET', path, nobody)]),
        ...(madeUp === null ? [] : [exchangeLine('a', 'GET', '(made up)', madeUp)]),
      ],
    };
  }
  return null;
}

/** An identifier of the same form that nothing has. */
export function madeUpLike(id: string, random: string): string {
  if (/^\d+$/.test(id))
    return `9${[...random].map((letter) => letter.charCodeAt(0) % 10).join('')}`.slice(0, Math.max(9, id.length));
  let at = 0;
  return id.replace(/[0-9a-z]/gi, (letter) => {
    const code = random.charCodeAt(at % random.length) + at;
    at += 1;
    if (/\d/.test(letter)) return String(code % 10);
    const letters = /[0-9a-f]/i.test(letter) && /^[0-9a-f-]+$/i.test(id) ? 'abcdef' : 'abcdefghijklmnopqrstuvwxyz';
    const made = letters[code % letters.length] ?? 'a';
    return letter === letter.toUpperCase() ? made.toUpperCase() : made;
  });
}

/** MP-PRB-003: an ordinary account gets what is for administrators. */
export const vertical: Check = async (context) => {
  if (!context.has('a')) return [];
  const found: ProbeFinding[] = [];
  for (const route of readable(context)) {
    if (!route.isAdmin || route.isPublic === true) continue;
    const own = await context.baseline('a', route);
    if (own === null || !holdsData(own)) continue;
    const nobody = await context.baseline('nobody', route);
    // Open to everybody is another fault, and told as that.
    if (nobody !== null && holdsData(nobody)) continue;
    const admin = context.has('admin') ? await context.baseline('admin', route) : null;
    if (admin !== null && (!holdsData(admin) || !isAlike(own, admin) || jsonOf(admin) === undefined)) continue;
    const path = context.pathOf(route) ?? route.path;
    found.push({
      ...{
        rule: 'MP-PRB-003',
        severity: 'high',
        confidence: admin === null ? 'medium' : 'high',
        route: routeName(route),
        detail: '',
      },
      message: {
        zh: admin === null ? '普通测试账号得到了管理接口的数据' : '普通测试账号得到了与管理员一样的数据',
        en:
          admin === null
            ? 'The ordinary test account got data of an interface for administrators'
            : 'The ordinary test account got what the administrator gets',
      },
      exchange: [
        exchangeLine('a', 'GET', path, own),
        ...(admin === null ? [] : [exchangeLine('admin', 'GET', path, admin)]),
        ...(nobody === null ? [] : [exchangeLine('nobody', 'GET', path, nobody)]),
      ],
    });
  }
  return found;
};
