import { type Check, exchangeLine, type ProbeContext } from '../context.ts';
import { type ProbeAnswer, type ProbeFinding, type ProbeParameter, type ProbeRoute, routeName } from '../model.ts';
import { sqlErrorOf } from '../signs.ts';

/** Parameters of one route that are tried. */
const most = 5;

interface Tried {
  readonly route: ProbeRoute;
  readonly parameter: ProbeParameter;
  readonly path: string;
  readonly answer: ProbeAnswer;
}

/** Asks each readable route with a text behind the value of each of its parameters, one at a time. */
async function* withText(context: ProbeContext, text: string): AsyncGenerator<Tried> {
  const who = context.has('a') ? 'a' : 'nobody';
  for (const route of context.routes) {
    if (route.method !== 'GET') continue;
    for (const parameter of route.parameters.slice(0, most)) {
      const [owned] = context.has('a') ? await context.ownedByA(route, parameter.name) : [];
      const path = context.pathOf(route, { [parameter.name]: `${owned ?? parameter.example ?? '1'}${text}` });
      if (path === null) continue;
      yield { route, parameter, path, answer: await context.ask(who, path) };
    }
  }
}

/** MP-PRB-006: markup of a parameter in a page. */
export const reflectedScript: Check = async (context) => {
  const found: ProbeFinding[] = [];
  const marker = `mnshn${context.random()}`;
  const text = `"'><svg ${marker}>`;
  for await (const { route, parameter, path, answer } of withText(context, text)) {
    const type = answer.headers['content-type'] ?? '';
    // JSON is no page, unless the browser is left to guess.
    const page = /html|xml|svg/.test(type) || (type === '' && answer.headers['x-content-type-options'] !== 'nosniff');
    if (!page || !answer.body.includes(`<svg ${marker}>`)) continue;
    found.push({
      ...{ rule: 'MP-PRB-006', severity: 'high', confidence: 'high', route: routeName(route), detail: parameter.name },
      message: {
        zh: `参数 ${parameter.name} 中的标签原样出现在 ${type.split(';')[0] || '未声明类型'} 响应里`,
        en: `Markup of the parameter ${parameter.name} stands unescaped in an answer of ${type.split(';')[0] || 'no type'}`,
      },
      exchange: [exchangeLine(context.has('a') ? 'a' : 'nobody', 'GET', path, answer)],
    });
  }
  return found;
};

/** MP-PRB-007: a quote brings up an error of the database, and two do not. */
export const sqlError: Check = async (context) => {
  const found: ProbeFinding[] = [];
  for await (const { route, parameter, path, answer } of withText(context, "'")) {
    const sign = sqlErrorOf(answer.body);
    if (sign === null) continue;
    const who = context.has('a') ? 'a' : 'nobody';
    const plain = context.pathOf(route, { [parameter.name]: parameter.example ?? '1' });
    const control = plain === null ? null : await context.ask(who, plain);
    // Whatever answers the error without a quote has another fault.
    if (control !== null && sqlErrorOf(control.body) !== null) continue;
    found.push({
      ...{ rule: 'MP-PRB-007', severity: 'critical', confidence: 'high', route: routeName(route), detail: parameter.name },
      message: {
        zh: `参数 ${parameter.name} 加一个单引号后出现数据库错误：${sign}`,
        en: `With a quote in the parameter ${parameter.name} the database’s error appears: ${sign}`,
      },
      exchange: [
        exchangeLine(who, 'GET', path, answer),
        ...(control === null || plain === null ? [] : [exchangeLine(who, 'GET', plain, control)]),
      ],
    });
  }
  return found;
};

/** MP-PRB-008: stack traces and debug pages, in whatever was answered until then and to an address that is not there. */
export const verboseErrors: Check = async (context) => {
  const who = context.has('a') ? 'a' : 'nobody';
  await context.ask(who, `/menshen-${context.random()}/%E0%A4%A`);
  for (const route of context.routes.filter(({ method, parameters }) => method === 'GET' && parameters.length > 0).slice(0, 20)) {
    const path = context.pathOf(route, Object.fromEntries(route.parameters.map(({ name }) => [name, '[]{"$x":'])));
    if (path !== null) await context.ask(who, path);
  }
  return [...context.signs].map(([route, { sign, line }]) => ({
    ...{ rule: 'MP-PRB-008', severity: 'medium', confidence: 'high', detail: '' },
    route,
    message: { zh: `响应里有调用栈或内部错误：${sign}`, en: `The answer holds a stack trace or an inner error: ${sign}` },
    exchange: [line],
  }));
};
