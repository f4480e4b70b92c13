import { expect, it } from 'vitest';
import { listInterfaces } from './interfaces.ts';
import { filesOf } from './project/files.ts';

it('lists the interfaces that a backend defines, with where they stand', () => {
  const files = filesOf({
    'server/app.js': `const express = require('express')
const app = express()
const router = express.Router()
router.get('/orders/:id', (req, res) => res.json({}))
router.post('/orders', (req, res) => res.json({}))
app.use('/api', router)
app.get('/admin/users', (req, res) => res.json([]))
app.listen(1)`,
  });
  expect(
    listInterfaces(files)
      .map(({ method, path, admin }) => `${method} ${path} ${admin}`)
      .sort(),
  ).toEqual(['GET /admin/users true', 'GET /api/orders/:id false', 'POST /api/orders false']);
});
