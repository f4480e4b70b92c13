import { createClient } from 'https://esm.sh/@supabase/supabase-js@2.45.2';

// 服务角色密钥绕过行级规则，归属要自己核对 / the service role passes the row rules: the function has to ask whose row it is
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!);

Deno.serve(async (req) => {
  const { orderId } = await req.json();
  const { data: { user } } = await admin.auth.getUser(req.headers.get('authorization') ?? '');
  if (!user) return new Response('login', { status: 401 });
  const { data } = await admin.from('orders').select('*').eq('id', orderId).single(); // VULN MP-API-001 没有核对归属
  return Response.json(data);
});
