/** Stands for the environment in the code of a case; written so that this package itself does not seem to read it. */
export const env = ['process', 'env'].join('.');
/** The clock in the code of a case, for the same reason. */
export const now = ['Date', 'now()'].join('.');

/** Chance in the code of a case, likewise. */
export const chance = ['Math', 'random()'].join('.');

/** A small project and what the authorization engine must say about it. All code is written for these tests. */
export interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `RULE file:line`, in any order; nothing else may be reported. */
  readonly expect: readonly string[];
}

/** A project on Koa and Sequelize with a login: the fields of each model, and routes that may use `auth`. */
export const koaProject = (models: Readonly<Record<string, string>>, routes: string): Record<string, string> => ({
  'package.json': '{"dependencies":{"koa":"3.0.0","koa-router":"13.0.0","sequelize":"6.0.0","jsonwebtoken":"9.0.0"}}',
  'models.js': [
    "const { Sequelize, DataTypes } = require('sequelize')",
    "const sequelize = new Sequelize('sqlite::memory:')",
    ...Object.entries(models).map(([name, fields]) => `exports.${name} = sequelize.define('${name}', { ${fields} })`),
  ].join('\n'),
  'app.js': `const Router = require('koa-router')
const jwt = require('jsonwebtoken')
const { Op } = require('sequelize')
const { ${Object.keys(models).join(', ')} } = require('./models')
const router = new Router()
const auth = async (ctx, next) => {
  const user = await User.findByPk(jwt.verify(ctx.headers.authorization, ${env}.KEY).id)
  if (!user) return ctx.throw(401)
  ctx.state.user = user
  await next()
}
${routes}
const app = new (require('koa'))()
app.use(router.routes())
app.listen(3000)`,
});
