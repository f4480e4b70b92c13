import { type Case, env } from './case.ts';

const base: Readonly<Record<string, string>> = {
  'package.json': '{"dependencies":{"next":"16.0.0","react":"19.0.0","drizzle-orm":"0.44.0","jsonwebtoken":"9.0.0"}}',
  'src/lib/db.ts': `import { drizzle } from 'drizzle-orm/postgres-js'
import { pgTable, text } from 'drizzle-orm/pg-core'
export const orders = pgTable('orders', { id: text('id'), userId: text('user_id'), amount: text('amount') })
export const users = pgTable('users', { id: text('id'), phone: text('phone') })
export const admins = pgTable('admins', { id: text('id'), status: text('status') })
export const db = drizzle(${env}.DB)`,
  'src/lib/auth.ts': `import { createHmac, timingSafeEqual } from 'node:crypto'
import { NextResponse } from 'next/server'
import { eq } from 'drizzle-orm'
import { db, users, admins } from './db'
export function bearer(request) {
  const header = request.headers.get('authorization')
  return header?.startsWith('Bearer ') ? header.substring(7) : null
}
function userIdOf(token) {
  const [payload, signature] = token.split('.')
  const expected = createHmac('sha256', ${env}.KEY).update(payload).digest()
  if (!timingSafeEqual(Buffer.from(signature), expected)) return null
  return JSON.parse(payload).userId
}
export async function currentUser(request) {
  const token = bearer(request)
  if (!token) return null
  const id = userIdOf(token)
  const [row] = await db.select().from(users).where(eq(users.id, id)).limit(1)
  return row
}
export async function requireAdmin(request) {
  const token = request.cookies.get('admin_token')?.value
  const rows = await db.select().from(admins).where(eq(admins.token, token))
  if (rows.length === 0 || rows[0].status !== 'active')
    return { error: NextResponse.json({ error: 'no' }, { status: 401 }) }
  return { admin: rows[0] }
}`,
};

export const nextCases: readonly Case[] = [
  {
    name: 'MP-API-001 Next.js: an order by the id in its address, and by a user id in the query',
    files: {
      ...base,
      'src/app/api/orders/[id]/route.ts': `import { NextResponse } from 'next/server'
import { eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
import { currentUser } from '@/lib/auth'
export async function GET(request, { params }) {
  const user = await currentUser(request)
  if (!user) return NextResponse.json({ error: 'login' }, { status: 401 })
  const { id } = await params
  const [order] = await db.select().from(orders).where(eq(orders.id, id))
  return NextResponse.json(order)
}`,
      'src/app/api/mine/route.ts': `import { and, eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
export const GET = async (request) => {
  const userId = new URL(request.url).searchParams.get('userId')
  const rows = await db.query.orders.findMany({ where: and(eq(orders.userId, userId), eq(orders.amount, '1')) })
  return Response.json({ rows })
}`,
    },
    expect: ['MP-API-001 src/app/api/mine/route.ts:5', 'MP-API-001 src/app/api/orders/[id]/route.ts:9'],
  },
  {
    name: 'nothing: Next.js with the owner in the condition, compared behind it, or an administrator asked for',
    files: {
      ...base,
      'src/app/api/orders/[id]/route.ts': `import { NextResponse } from 'next/server'
import { and, eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
import { currentUser } from '@/lib/auth'
export async function GET(request, { params }) {
  const user = await currentUser(request)
  if (!user) return NextResponse.json({ error: 'login' }, { status: 401 })
  const { id } = await params
  const [order] = await db.select().from(orders).where(and(eq(orders.id, id), eq(orders.userId, user.id)))
  return NextResponse.json(order)
}
export async function DELETE(request, { params }) {
  const user = await currentUser(request)
  const { id } = await params
  const [order] = await db.select().from(orders).where(eq(orders.id, id))
  if (!user || order.userId !== user.id) return NextResponse.json({ error: 'no' }, { status: 403 })
  await db.delete(orders).where(eq(orders.id, id))
  return NextResponse.json({ ok: true })
}`,
      'src/app/api/admin/orders/[id]/route.ts': `import { NextResponse } from 'next/server'
import { eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
import { requireAdmin } from '@/lib/auth'
export async function PUT(request, { params }) {
  const auth = await requireAdmin(request)
  if (auth.error) return auth.error
  const { amount } = await request.json()
  const { id } = await params
  await db.update(orders).set({ amount }).where(eq(orders.id, id))
  return NextResponse.json({ ok: true })
}`,
    },
    expect: [],
  },
  {
    name: 'MP-API-002 Next.js: a back-office route that asks nobody, beside `pages/api`',
    files: {
      ...base,
      'src/app/api/admin/orders/[id]/route.ts': `import { eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
export async function PUT(request, { params }) {
  const { amount } = await request.json()
  const { id } = await params
  await db.update(orders).set({ amount }).where(eq(orders.id, id))
  return Response.json({ ok: true })
}`,
      'src/pages/api/order.ts': `import { getServerSession } from 'next-auth'
import { eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
export default async function handler(req, res) {
  const session = await getServerSession(req, res, {})
  if (!session) return res.status(401).end()
  const rows = await db.select().from(orders).where(eq(orders.id, req.query.id))
  res.json(rows)
}`,
    },
    expect: ['MP-API-001 src/pages/api/order.ts:7', 'MP-API-002 src/app/api/admin/orders/[id]/route.ts:3'],
  },
  {
    name: 'nothing: the middleware of Next.js stands before what its matcher names, and a first row is the program’s own',
    files: {
      ...base,
      'src/middleware.ts': `import { jwtVerify } from 'jose'
export async function middleware(request) {
  await jwtVerify(request.cookies.get('token').value, key)
}
export const config = { matcher: ['/api/admin/:path*'] }`,
      'src/app/api/admin/orders/[id]/route.ts': `import { eq } from 'drizzle-orm'
import { db, orders } from '@/lib/db'
export async function PUT(request, { params }) {
  const { amount } = await request.json()
  const { id } = await params
  await db.update(orders).set({ amount }).where(eq(orders.id, id))
  return Response.json({ ok: true })
}`,
      'src/app/api/settings/route.ts': `import { db, settings } from '@/lib/db'
export async function GET() {
  const rows = await db.select().from(settings)
  if (rows.length === 0) await db.insert(settings).values({ fee: 5 })
  return Response.json(rows)
}`,
    },
    expect: [],
  },
];
