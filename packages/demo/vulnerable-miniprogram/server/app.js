const express = require('express');
const cors = require('cors');
const app = express();

app.use(express.json());
app.use(cors({ origin: '*', credentials: true })); // VULN MP-CFG-003 任意来源携带凭据
app.use('/api', require('./api'));
app.use('/admin', require('./admin'));
app.use('/tools', require('./tools'));
app.use('/login', require('./login'));
app.use('/pay', require('./pay'));
app.use('/orders', require('./orders'));
app.use('/push', require('./push'));
app.listen(3000);
