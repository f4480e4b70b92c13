import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { scanProject } from '../scan.ts';
import { plainPasswordDetector } from './password-detector.ts';

const found = (login: string): string[] =>
  scanProject(
    filesOf({
      'package.json': '{"dependencies":{"express":"5.0.0","mongoose":"8.0.0"}}',
      'user.js': `const mongoose = require('mongoose')
module.exports = mongoose.model('User', new mongoose.Schema({ name: String, password: String }))`,
      'app.js': `const User = require('./user')
const app = require('express')()
app.post('/login', async (req, res) => {
${login}
})`,
    }),
    { detectors: [plainPasswordDetector] },
  ).findings.map((one) => `${one.rule} ${one.file}:${one.line}`);

describe('passwords that are kept as they are', () => {
  it.each([
    [
      'compared with the row',
      `  const user = await User.findOne({ name: req.body.name })
  if (!user || user.password !== req.body.password) return res.status(401).end()`,
      5,
    ],
    ['searched by', '  const user = await User.findOne({ name: req.body.name, password: req.body.password })', 4],
    [
      'taken apart first',
      `  const { name, password } = req.body
  if (!password) return res.status(400).end()
  const user = await User.findOne({ name })
  if (user.password === password) return res.json({ ok: true })`,
      7,
    ],
  ])('%s', (_name, login, line) => expect(found(login)).toEqual([`MP-CRY-001 app.js:${line}`]));

  it.each([
    [
      'a library compares',
      `  const user = await User.findOne({ name: req.body.name })
  if (!(await require('bcrypt').compare(req.body.password, user.password))) return res.status(401).end()`,
    ],
    [
      'hashed before',
      `  const hash = require('./hash').slow(req.body.password)
  const user = await User.findOne({ name: req.body.name, password: hash })
  if (user.password !== hash) return res.status(401).end()`,
    ],
    [
      'an old hash that is told apart before the library compares',
      `  const user = await User.findOne({ name: req.body.name })
  if (user.password === '') return res.status(401).end()
  if (!(await require('bcrypt').compare(req.body.password, user.password))) return res.status(401).end()`,
    ],
    ['typed twice', '  if (req.body.password !== req.body.password2) return res.status(400).end()'],
  ])('not where %s', (_name, login) => expect(found(login)).toEqual([]));
});
