// 循环登记的路由 / routes that a loop takes from a table
const cloud = require('wx-server-sdk');
const TcbRouter = require('tcb-router');

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

const handlers = {
  leave: async (ctx) => {
    ctx.body = await db.collection('club_orders').doc(ctx._req.event.id).remove(); // VULN MP-CLD-003 没有核对归属
  },
  mine: async (ctx) => {
    ctx.body = await db.collection('club_orders').where({ _openid: cloud.getWXContext().OPENID }).get();
  },
};

exports.main = async (event) => {
  const app = new TcbRouter({ event });
  for (const [name, handler] of Object.entries(handlers)) app.router(name, handler);
  return app.serve();
};
