const mongoose = require('mongoose');

exports.User = mongoose.model('User', new mongoose.Schema({ name: String, password: String, balance: Number, role: String }));
exports.Order = mongoose.model('Order', new mongoose.Schema({ userId: String, status: String, amount: Number }));
exports.Goods = mongoose.model('Goods', new mongoose.Schema({ title: String, price: Number }));
