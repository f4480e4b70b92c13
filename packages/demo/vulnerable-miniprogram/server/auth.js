const jwt = require('jsonwebtoken');

/** 校验令牌，把用户放进 req.user。 */
exports.requireLogin = (req, res, next) => {
  try {
    req.user = jwt.verify(req.headers.authorization, process.env.JWT_KEY, { algorithms: ['HS256'] });
    next();
  } catch {
    res.status(401).end();
  }
};
