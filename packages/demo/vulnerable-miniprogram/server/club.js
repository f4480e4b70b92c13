// 由应用调用的路由函数、预编译语句、带口令的初始账号 / routes that a function adds, prepared statements, accounts with passwords
const bcrypt = require('bcryptjs');

const defaultUsers = [
  { username: 'admin', password: bcrypt.hashSync('club2024', 10), role: 'admin' }, // VULN MP-SEC-012 写死口令的管理员
];

module.exports = function clubRoutes(app, { db, requireMember, keep }) {
  defaultUsers.forEach(keep);
  app.delete('/club/addresses/:id', requireMember, (req, res) => {
    db.prepare('DELETE FROM address_book WHERE id = ?').run(req.params.id); // VULN MP-API-001 没有核对归属
    res.json({ ok: true });
  });
  app.put('/club/addresses/:id', requireMember, (req, res) => {
    db.prepare('UPDATE address_book SET city = ? WHERE id = ? AND user_id = ?').run(String(req.body.city), req.params.id, req.user.id);
    res.json({ ok: true });
  });
  app.post('/club/group-buys', requireMember, (req, res) => {
    const price = Number(req.body.groupPrice) || 100; // VULN MP-API-008 拼团价由客户端决定
    db.prepare('INSERT INTO group_buys (starter_id, group_price) VALUES (?, ?)').run(req.user.id, price);
    res.json({ ok: true });
  });
};
